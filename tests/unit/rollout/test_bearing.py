"""What a plan says of connections, by the policies that bear on the change: the same as by all of them."""

import json
from ipaddress import collapse_addresses, ip_address, summarize_address_range

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from netpolc import api
from netpolc.diagnostics.paint import in_black
from netpolc.diagnostics.usage import InputError
from netpolc.rollout import comparing
from netpolc.rollout.objects import body
from netpolc.rollout.planning import RolloutRequest, prepare
from netpolc.rollout.text import as_json, as_markdown, as_text
from tests.api_server import ApiServer
from tests.cli.conftest import PROJECT

PEERS = ("web", "api", "db", "*", "bank/web", "bank/*", "[tier=back]", "10.0.0.0/24", "10.0.0.8/29", "192.0.2.0/24")
TARGETS = ("web:80", 'api:"http"', "db:5432", "*:53", "bank/web:80", "10.0.0.0/24:443", "192.0.2.0/24:443", "any:8080")
CLOSED = ("baseline deny all", "baseline deny ingress", "baseline deny egress", "")


@st.composite
def programs(draw):
    flow = st.builds("{} -> {}".format, st.sampled_from(PEERS), st.sampled_from(TARGETS))
    texts = []
    for name in ("shop", "bank"):
        lines = draw(st.lists(flow, min_size=2, max_size=5, unique=True))
        texts.append([f"namespace {name}", draw(st.sampled_from(CLOSED)), *lines])
    return texts


@st.composite
def changes(draw):
    """A program, and the same with a few lines changed."""
    old, other = draw(programs()), draw(programs())
    new = [list(each) for each in old]
    place = draw(st.integers(0, 1))
    line = draw(st.integers(1, len(new[place]) - 1))
    new[place][line] = other[place][1] if line == 1 else other[place][-1]
    if draw(st.booleans()):
        new[place].append(other[place][2])
    return old, new


def texts_of(program):
    return {f"{n}.netpol": "\n".join(dict.fromkeys(lines)) + "\n" for n, lines in enumerate(program)}


def planned(server, program, drifts):
    here = api.workspace({"netpolc.toml": PROJECT, **texts_of(program)}, remembers=False)
    return prepare(here, server, RolloutRequest(), drifted=drifts)


def in_one_piece(peers, ranges):
    """Peers as they are listed, with their addresses together: lines that stay may cut these in two, or may not."""
    held = (each.split("-") for peer in peers for each in ranges.get(peer, ()))
    blocks = [block for first, last in held for block in summarize_address_range(ip_address(first), ip_address(last))]
    together = [str(one) for version in (4, 6) for one in collapse_addresses(b for b in blocks if b.version == version)]
    return [peer for peer in peers if peer not in ranges] + together


def said(found):
    """All that is said of a plan, but for peers of which nothing is said."""
    rollout, difference = found.rollout, found.difference
    document = json.loads("".join(as_json(rollout, difference)))
    ranges = {each["id"]: each["ranges"] for each in document["difference"].pop("peers") if each["type"] == "net"}
    for each in document["difference"]["changes"]:
        each.update({end: in_one_piece(each[end], ranges) for end in ("sources", "destinations")})
    texts = (as_text(rollout, difference, in_black, full=True), as_markdown(rollout, difference))
    return [document, *("".join(each) for each in texts), difference.diagnostics]


def pod(namespace, name, labels, address):
    container = {"name": "main", "image": "x", "ports": [{"name": "http", "containerPort": 80}]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"containers": [container]},
        "status": {"podIP": address, "podIPs": [{"ip": address}]},
    }


def foreign(namespace, app, *directions):
    spec = {"podSelector": {"matchLabels": {"app": app}}, "policyTypes": list(directions)}
    spec |= {each.lower(): [{}] for each in directions[:1]}
    metadata = {"name": f"foreign-{app}", "namespace": namespace, "uid": "f", "resourceVersion": "1"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def cluster(program, seed):
    """A cluster that has a program, and what others have put there."""
    server = ApiServer("shop", "bank")
    pods = [
        ("shop", "web", "10.0.0.1"),
        ("shop", "db", "10.0.0.9"),
        ("bank", "web", "10.1.0.1"),
        ("bank", "api", "::9"),
    ]
    for number, (namespace, app, address) in enumerate(pods):
        if seed >> number & 1:
            server.put(pod(namespace, f"{app}-0", {"app": app, "tier": "back"}, address), "kubelet")
    if seed & 16:
        server.put(foreign("shop", "web", "Egress"), "kubectl")
    if seed & 32:
        server.put(foreign("bank", "web", "Ingress", "Egress"), "kubectl")
    for each in api.compile(api.workspace(texts_of(program), remembers=False)).policies:
        server.put(json.loads(body(each, "shop")), "netpolc:shop", "Apply")
    return server


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes(), st.integers(0, 63), st.booleans())
def test_a_plan_says_the_same_by_what_bears_as_by_all(change, seed, drifts):
    old, new = change
    try:
        server = cluster(old, seed)
        found = planned(server, new, drifts)
    except InputError:
        assume(condition=False)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(comparing, "bearing", lambda *_: None)
        assert said(found) == said(planned(server, new, drifts))
