"""Random worlds hold all that policies can be, and all of it decides verdicts."""

import collections
import copy

import pytest

from tests.naive import policies
from tests.naive.policies import Address
from tests.strategies.worlds import PORT_NAMES, made_up

WORLDS = 48
"""A tenth of those that the engine is put to."""

OPTIONAL = {
    "spec": ("podSelector", "policyTypes", "ingress", "egress"),
    "rule": ("from", "to", "ports"),
    "selector": ("matchLabels", "matchExpressions"),
    "block": ("except",),
}


@pytest.fixture(scope="module")
def samples():
    """Worlds, connections in them, and the verdicts on these."""
    worlds = [made_up(seed) for seed in range(WORLDS)]
    return [
        (world, connections, [policies.allows(world.documents, *each) for each in connections])
        for world, connections in worlds
    ]


def parts(documents):
    """The parts of policies, by kind."""
    for document in documents:
        spec = document["spec"]
        yield "spec", spec
        yield "selector", spec.get("podSelector") or {}
        for rule in [*(spec.get("ingress") or ()), *(spec.get("egress") or ())]:
            yield "rule", rule or {}
            for peer in [*((rule or {}).get("from") or ()), *((rule or {}).get("to") or ())]:
                yield "peer", peer
                yield "block", peer.get("ipBlock") or {}
                yield "selector", peer.get("podSelector") or {}
                yield "selector", peer.get("namespaceSelector") or {}
            for port in (rule or {}).get("ports") or ():
                yield "port", port


def shape(part, key):
    if key not in part:
        return "absent"
    return "null" if part[key] is None else "filled" if part[key] else "empty"


def features(world):
    """What a world has, each thing once an occurrence."""
    for kind, part in parts(world.documents):
        yield from ((key, shape(part, key)) for key in OPTIONAL.get(kind, ()))
        if kind == "peer":
            yield "peer", *sorted(key for key, value in part.items() if value is not None)
        if kind == "port":
            yield "port", shape(part, "protocol"), type(part.get("port")).__name__, shape(part, "endPort")
        for expression in part.get("matchExpressions") or ():
            yield "operator", expression["operator"]
    for pod in world.pods:
        yield "address", None if pod.ip is None else 6 if ":" in pod.ip else 4
        for name in PORT_NAMES:
            yield "named", len({protocol for other, protocol, _ in pod.ports if other == name})
            yield "numbers", len({number for other, _, number in pod.ports if other == name})


def test_worlds_have_everything():
    found = collections.Counter(feature for seed in range(120) for feature in features(made_up(seed)[0]))
    lists = [key for keys in OPTIONAL.values() for key in keys]
    wanted = {(key, shape) for key in lists for shape in ("absent", "null", "empty", "filled")}
    wanted |= {("operator", operator) for operator in ("In", "NotIn", "Exists", "DoesNotExist")}
    wanted |= {("peer", "namespaceSelector"), ("peer", "podSelector"), ("peer", "namespaceSelector", "podSelector")}
    wanted |= {("peer", "ipBlock"), ("address", None), ("address", 4), ("address", 6), ("named", 2), ("numbers", 2)}
    for protocol in ("absent", "null", "filled"):
        ports = ("NoneType", "absent"), ("int", "absent"), ("int", "null"), ("int", "filled"), ("str", "absent")
        wanted |= {("port", protocol, *port) for port in ports}
    assert {feature for feature in wanted if found[feature] < 3} == set()


def test_verdicts_are_of_both_kinds(samples):
    verdicts = [verdict for *_, verdicts in samples for verdict in verdicts]
    assert 0.2 < sum(verdicts) / len(verdicts) < 0.8


def without(kind, *keys):
    """A change that forgets some keys of a kind of part."""

    def change(part_kind, part):
        for key in keys:
            if part_kind == kind:
                part.pop(key, None)

    return change


def instead(kind, key, old, new):
    """A change that takes one value of a key for another."""

    def change(part_kind, part):
        if part_kind == kind and part.get(key) == old:
            part[key] = new

    return change


def operator(old, new):
    """A change that takes one operator for another."""

    def change(_, part):
        for expression in part.get("matchExpressions") or ():
            if expression["operator"] == old:
                expression.update(operator=new, values=expression.get("values") or ["a"])

    return change


def namespaces_alone(kind, part):
    """Look only at the namespaces of a peer that has any."""
    if kind == "peer" and part.get("namespaceSelector") is not None:
        part.pop("podSelector", None)


def foreign_peers(kind, part):
    """Let a lone pod selector speak of all namespaces."""
    if kind == "peer" and part.get("podSelector") is not None and part.get("namespaceSelector") is None:
        part["namespaceSelector"] = {}


def any_protocol(kind, part):
    """Take a protocol that is left out for UDP."""
    if kind == "port" and not part.get("protocol"):
        part["protocol"] = "UDP"


def numbers_for_names(kind, part):
    """Forget what ports are called."""
    if kind == "port" and isinstance(part.get("port"), str):
        part["port"] = 80


MISREADINGS = {
    "except is forgotten": without("block", "except"),
    "endPort is forgotten": without("port", "endPort"),
    "protocols are forgotten": without("port", "protocol"),
    "ports are forgotten": without("rule", "ports"),
    "peers are forgotten": without("rule", "from", "to"),
    "policyTypes are forgotten": without("spec", "policyTypes"),
    "subjects are forgotten": without("spec", "podSelector"),
    "matchLabels are forgotten": without("selector", "matchLabels"),
    "matchExpressions are forgotten": without("selector", "matchExpressions"),
    "no policyTypes are both": instead("spec", "policyTypes", [], ["Ingress", "Egress"]),
    "egress alone isolates egress": instead("spec", "policyTypes", ["Ingress"], ["Ingress", "Egress"]),
    "NotIn needs the key": operator("NotIn", "Exists"),
    "Exists wants a value": operator("Exists", "In"),
    "DoesNotExist is NotIn": operator("DoesNotExist", "NotIn"),
    "both selectors are one": namespaces_alone,
    "pod selectors reach into other namespaces": foreign_peers,
    "protocol defaults to UDP": any_protocol,
    "named ports are port 80": numbers_for_names,
}


@pytest.mark.parametrize("misreading", MISREADINGS.values(), ids=MISREADINGS)
def test_a_judge_that_misreads_would_be_caught(misreading, samples):
    """Samples of few worlds tell a wrong reading from the right one."""
    caught = 0
    for world, connections, verdicts in samples:
        misread = copy.deepcopy(world.documents)
        for kind, part in parts(misread):
            misreading(kind, part)
        pairs = zip(connections, verdicts, strict=True)
        caught += any(policies.allows(misread, *connection) is not verdict for connection, verdict in pairs)
    assert caught > 1


def test_policies_tell_addresses_apart(samples):
    """Most worlds have outside addresses that policies let in, and others that they keep out."""
    mixed = 0
    for _, connections, verdicts in samples:
        ends = zip(connections, verdicts, strict=True)
        mixed += len({verdict for (source, *_), verdict in ends if isinstance(source, Address)}) == 2
    assert mixed > WORLDS // 2
