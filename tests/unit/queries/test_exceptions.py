"""`can` about pods that could exist: all of them have to be allowed."""

import itertools
import random

import msgspec
import pytest

from netpolc.engine.peers import Peer
from netpolc.engine.verdicts import PodPort
from netpolc.manifests.model import Workload
from netpolc.queries.answers import answer
from netpolc.queries.endpoints import Endpoints
from netpolc.queries.exceptions import exception
from netpolc.sets.addresses import NO_ADDRESS
from netpolc.sets.ports import NamedPort, PortInterval, ports_of
from tests.rows import each_row
from tests.unit.engine.universe import ADDRESSES, CONTAINER_PORTS, PODS, PORTS, Maker, allows, could_be, holds, is_port
from tests.unit.queries.clusters import cluster


@each_row(
    "program, source, destination, denied",
    [
        ("[app in (a, b)] -> z:1\n[app=a] -> z:2", "[app in (a, b)]", "z:2", "s/[app=b]"),
        ("[app in (a, b)] -> z:1\n[app=a] -> z:2", "[app in (a, b)]", "z:1", None),
        ("[app=a] -> z:2\n[app=b] -> z:2", "[app in (a, b)]", "z:2", None),
        ("[app in (a, b)] -> z:2", "[app in (a, b, c)]", "z:2", "s/[app=c]"),
        ("[role] -> z:1\n[role=other] -> z:2", "[role]", "z:2", "s/[role]"),
        ("*/q -> z:1\nelsewhere/q -> z:2", "*/q", "z:2", "*/q"),
        ("[app!=a] -> z:4", "[tier=c]", "z:4", "s/[app=a, tier=c]"),
        ("[app!=a] -> z:4", "[app=b, tier=c]", "z:4", None),
        ("q -> [app in (a, b)]:1\nq -> a:2", "q", "[app in (a, b)]:2", "s/[app=q]"),
        ("q -> [app in (a, b)]:1\nq -> a:2", "q", "[app in (a, b)]:1", None),
        ('q -> [app=a, !old]:"pg"', "q", '[app=a]:"pg"', "s/[app=q]"),
        ('q -> [app=a, !old]:"pg"', "q", '[app=a, !old]:"pg"', None),
    ],
)
def test_all_that_could_be_have_to_be_allowed(program, source, destination, denied):
    known = cluster(f"namespace s\n{program}")
    found = answer(known, Endpoints(known), source, destination)
    assert (None if found.allowed else found.source) == denied
    assert found.port == ("pg" if "pg" in destination else int(destination.rpartition(":")[2]))


SELECTORS = ("app=a", "app=b", "app in (a, b)", "app!=a", "app", "!app", "tier=c", "tier!=c", "app in (a, c)", "tier")
LABELS = {"app": ("", "a", "b", "c", "z"), "tier": ("", "c", "z")}


def written(labels):
    """A pod with these labels and none of the others that anybody asks for."""
    asked = (f"{key}={value}" if value else f"!{key}" for key, value in zip(LABELS, labels, strict=True))
    return f"[{', '.join(asked)}]"


def selects(selector, labels):
    found = dict(zip(LABELS, labels, strict=True))
    key = selector.strip("!").split("=")[0].split(" ")[0].strip("!")
    value = found[key]
    if selector.startswith("!"):
        return not value
    if "!=" in selector:
        return value != selector.split("!=")[1]
    if " in " in selector:
        return value in selector.split("(")[1].strip(")").split(", ")
    return value == selector.split("=")[1] if "=" in selector else bool(value)


@pytest.mark.search(3)
def test_a_yes_holds_for_each_of_them(seed):
    rng = random.Random(seed)
    flows = "".join(f"[{rng.choice(SELECTORS)}] -> [{rng.choice(SELECTORS)}]:{rng.randrange(1, 3)}\n" for _ in range(4))
    known = cluster(f"namespace s\nbaseline deny {rng.choice(('ingress', 'all'))}\n{flows}")
    ends = Endpoints(known)
    for _ in range(6):
        source, destination = rng.choice(SELECTORS), rng.choice(SELECTORS)
        found = answer(known, ends, f"s/[{source}]", f"s/[{destination}]:1").allowed
        pods = list(itertools.product(*LABELS.values()))
        each = (
            answer(known, ends, f"s/{written(one)}", f"s/{written(other)}:1").allowed
            for one in pods
            if selects(source, one)
            for other in pods
            if selects(destination, other)
        )
        assert found == all(each), f"{source} -> {destination}\n{flows}"


def test_pods_that_could_exist_all_have_to_reach_a_workload():
    program = "namespace s\n[app!=a] -> z:4"
    known = cluster(program, "apiVersion: v1\nkind: Pod\nmetadata: {name: z, namespace: s, labels: {app: z}}\n")
    found = answer(known, Endpoints(known), "[tier=c]", "z:4")
    assert (found.allowed, found.source, found.destination) == (False, "s/[app=a, tier=c]", "s/z")


WORKLOAD = Workload(name="w", namespace=None, kind="Pod", labels={}, location=None)


def workload(rng):
    """A workload somewhere in the universe, on its node's network or with an address that is known at times."""
    return msgspec.structs.replace(
        rng.choice(PODS),
        ports=rng.choice(CONTAINER_PORTS),
        host_network=rng.random() < 0.1,
        addresses=rng.choice(ADDRESSES).addresses if rng.random() < 0.3 else NO_ADDRESS,
    )


def naming(pod, ports, port):
    """A pod that calls a port whatever names are asked for."""
    return msgspec.structs.replace(pod, ports=tuple(PodPort(each.name, each.protocol, port) for each in ports.names))


NOWHERE = 40_000
"""A port that no rule speaks of by number."""


def ports_asked(rng):
    if rng.random() < 0.3:
        return ports_of([NamedPort("TCP", "http")])
    first, last = sorted(rng.choices(PORTS, k=2))
    return ports_of([PortInterval("TCP", first, last)])


@pytest.mark.search(8)
def test_what_any_of_them_is_denied_by_a_workload_or_denies_it_is_found(seed):
    rng = random.Random(seed)
    maker = Maker(rng)
    for _ in range(8):
        ruleset, pods, end = maker.ruleset(), maker.pods(), workload(rng)
        known = Peer(id="w", end=end, workload=WORKLOAD)
        members = [pod for pod in PODS if holds(pods, pod) and could_be(pod, end)]
        if not members:
            continue
        some = Peer(id="p", end=members[0], pods=pods)
        outward = rng.random() < 0.5
        ports = ports_asked(rng)
        question = (some, known, ports) if outward else (known, some, ports)
        found = exception(ruleset, NO_ADDRESS, [question])
        asked = (
            ((pod, end) if outward else (end, naming(pod, ports, port)), "TCP", port)
            for pod in members
            for port in (*PORTS, NOWHERE)
            if is_port(ports, end if outward else naming(pod, ports, port), "TCP", port)
        )
        denied = [
            (*ends, protocol, port) for ends, protocol, port in asked if not allows(ruleset, (*ends, protocol, port))
        ]
        assert (found is None) == (not denied), f"{pods} {outward} {end} {ports} {found} {denied[:1]}"
        if found is not None:
            shown = found.connection
            assert not allows(ruleset, (shown.source, shown.destination, shown.protocol, shown.port))
            assert (shown.destination if outward else shown.source) == end
