import ipaddress
import itertools
import random

import pytest
import yaml

from netpolc import compile_text
from netpolc.targets.clusternetworkpolicy import lower
from netpolc.targets.render import Renderer
from tests.conformance.test_tier_schemas import faults, schema
from tests.naive.policies import Address, Pod
from tests.naive.tiers import decide
from tests.rows import each_row
from tests.unit.language.resolve.sources import program

NAMESPACES = {"a": {"t": "1"}, "b": {"t": "2"}, "c": {}}
PODS = [
    Pod(name, labels | {"kubernetes.io/metadata.name": name}, carried, (), ip)
    for name, labels in NAMESPACES.items()
    for carried, ip in (({"app": "x"}, "10.0.0.1"), ({"app": "y", "q": "1"}, "172.16.0.1"), ({}, "2001:db8::1"))
]
ADDRESSES = [Address(ip) for ip in ("10.0.0.2", "10.1.0.2", "192.0.2.1", "2001:db8::2", "fe80::1")]


def in_namespace(*names):
    return lambda end: isinstance(end, Pod) and end.namespace in names


def labelled(key, *values):
    return lambda end: isinstance(end, Pod) and end.labels.get(key) in values


def both(one, other, *, negated=False):
    return lambda end: one(end) and other(end) != negated


def block(cidr, *excepts):
    network, holes = ipaddress.ip_network(cidr), [ipaddress.ip_network(each) for each in excepts]

    def holds(end):
        if isinstance(end, Pod):
            return False
        ip = ipaddress.ip_address(end.ip)
        return ip in network and not any(ip in hole for hole in holes)

    return holds


PODS_BY_TEXT = {
    "*/*": lambda end: isinstance(end, Pod),
    "a/*": in_namespace("a"),
    "*/x": labelled("app", "x"),
    "a/x": both(in_namespace("a"), labelled("app", "x")),
    "[t]/*": in_namespace("a", "b"),
    "[t!=1]/[q]": both(in_namespace("b", "c"), labelled("q", "1")),
    "{a/y, c/*}": lambda end: (
        isinstance(end, Pod) and ((end.namespace == "a" and end.labels.get("app") == "y") or end.namespace == "c")
    ),
}
ADDRESSES_BY_TEXT = {
    "10.0.0.0/8": block("10.0.0.0/8"),
    "10.0.0.0/8 except 10.1.0.0/16": block("10.0.0.0/8", "10.1.0.0/16"),
    "0.0.0.0/0": block("0.0.0.0/0"),
    "::/0": block("::/0"),
    "any": lambda end: True,  # noqa: ARG005 -- everything
}
PORTS = {
    "80": lambda protocol, port: (protocol, port) == ("TCP", 80),
    "80-90/udp": lambda protocol, port: protocol == "UDP" and 80 <= port <= 90,
    "*": lambda protocol, port: True,  # noqa: ARG005 -- everything
    "{53/udp, *}": lambda protocol, port: True,  # noqa: ARG005 -- everything
    "*/sctp": lambda protocol, port: protocol == "SCTP",  # noqa: ARG005 -- every port
}
ASKED = [("TCP", 80), ("UDP", 85), ("SCTP", 1), ("TCP", 65535)]


class Line:
    """A guardrail as text, and what it says by itself of a connection: whether it holds, for one direction."""

    def __init__(self, rng):
        self.tier, self.action = rng.choice(["always", "default"]), rng.choice(["allow", "deny"])
        source, self.source = self.pods(rng)
        outward = rng.random() < 0.4
        destination, self.destination = rng.choice([*ADDRESSES_BY_TEXT.items()]) if outward else self.pods(rng)
        ports, self.ports = rng.choice([*PORTS.items()])
        halves = ["egress"] if outward else ["", "", "ingress", "egress"]
        half = rng.choice(halves)
        natural = ["egress", "ingress"] if self.action == "allow" else ["ingress"]
        self.directions = [half] if half else natural
        self.text = f"{self.tier} {self.action} {source} -> {destination}:{ports} {half}".rstrip()

    def pods(self, rng):
        (text, holds), (taken, taking) = rng.choice([*PODS_BY_TEXT.items()]), rng.choice([*PODS_BY_TEXT.items()])
        if rng.random() < 0.6 or all(taking(pod) for pod in PODS if holds(pod)) or taken == "*/*":
            return text, holds
        return f"{text} except {taken}", both(holds, taking, negated=True)

    def holds(self, tier, direction, connection):
        source, destination, protocol, port = connection
        ends = self.source(source) and self.destination(destination)
        return self.tier == tier and direction in self.directions and ends and self.ports(protocol, port)


def said(lines, tier, direction, connection):
    actions = {line.action for line in lines if line.holds(tier, direction, connection)}
    return "Deny" if "deny" in actions else "Accept" if "allow" in actions else None


def written(text, api_version="v1alpha2"):
    found = lower(program(text).guardrails, {}, api_version)
    assert found.diagnostics == ()
    return [*yaml.safe_load_all(Renderer().render_file(found.policies, ()))]


def test_random_guardrails_decide_as_they_say():
    rng = random.Random(7)
    for _ in range(25):
        lines = [Line(rng) for _ in range(rng.randint(1, 5))]
        documents = written("\n".join(line.text for line in lines))
        for tier, direction in itertools.product(("always", "default"), ("egress", "ingress")):
            for _ in range(20):
                subject, other = rng.choice(PODS), rng.choice(PODS + ADDRESSES)
                source, destination = (subject, other) if direction == "egress" else (other, subject)
                connection = (source, destination, *rng.choice(ASKED))
                name = "Admin" if tier == "always" else "Baseline"
                asked = {connection[2:]}
                accepted, left = decide(documents, name, direction, subject, (other, destination), asked, ())
                decided = "Accept" if accepted else None if left else "Deny"
                expected = said(lines, tier, direction, connection)
                assert decided == expected, [line.text for line in lines]


@pytest.mark.parametrize("version", ["v1alpha2", "v1beta1"])
def test_what_is_written_is_what_the_crds_of_the_standard_channel_take(version):
    rng = random.Random(9)
    for _ in range(15):
        for document in written("\n".join(Line(rng).text for _ in range(rng.randint(1, 6))), version):
            assert document["apiVersion"] == f"policy.networking.k8s.io/{version}"
            assert faults(schema("standard", version), document["spec"]) == []


def test_random_guardrails_are_verified_as_they_are_written():
    rng = random.Random(8)
    for _ in range(12):
        text = "\n".join(Line(rng).text for _ in range(rng.randint(1, 4)))
        closed = rng.choice(["", "\nnamespace a\nbaseline deny all\nx -> y:80", "\nnamespace b\nbaseline deny egress"])
        result = compile_text(text + closed)
        assert result.ok, (text, result.diagnostics)


def test_flows_of_any_are_verified_behind_what_a_guardrail_denies():
    text = "always deny */tier -> */*:80 egress\nnamespace shop\nbaseline deny all\n* -> any:* egress\nany -> [app]:*"
    result = compile_text(text)
    assert result.ok, result.diagnostics


def test_a_new_line_moves_no_other_object():
    lines = [f"always deny */* -> n{number}/*:80" for number in range(20)]
    before = {each["metadata"]["name"]: each for each in written("\n".join(lines[:-1]))}
    after = {each["metadata"]["name"]: each for each in written("\n".join(lines))}
    assert {name: each for name, each in after.items() if name in before} == before
    assert len(after) == len(before) + 1


def test_objects_of_different_steps_have_different_names():
    result = compile_text("always deny */* -> addresses-a/*:80\nalways deny a/* -> 10.0.0.0/8:80")
    assert result.ok, result.diagnostics


def test_the_order_of_lines_changes_nothing():
    lines = ["always deny a/x -> b/*:1", "always allow */* -> b/*:1", "default deny */* -> 10.0.0.0/8:*"]
    texts = ["\n".join(each) for each in itertools.permutations(lines)]
    assert all(written(text) == written(texts[0]) for text in texts)


def test_priorities_differ_within_a_tier():
    documents = written("\n".join(f"always deny */* -> n{number}/*:80" for number in range(90)))
    assert len({each["spec"]["priority"] for each in documents}) == len(documents) == 90
    assert all(0 <= each["spec"]["priority"] < 200 for each in documents)


def test_the_limits_of_the_api_are_kept():
    sources = ", ".join(f"n{number}/x" for number in range(60))
    ports = ", ".join(str(2 * number + 1) for number in range(30))
    blocks = ", ".join(f"10.{number}.0.0/24" for number in range(256))
    single = "\n".join(f"always deny b{number}/* -> b/*:{number + 1}" for number in range(60))
    lines = f"always deny {{{sources}}} -> a/*:{{{ports}}}\nalways deny a/* -> {{{blocks}}}:80\n{single}"
    documents = written(lines)
    rules = [rule for each in documents for way in ("ingress", "egress") for rule in each["spec"].get(way, ())]
    peers = [rule.get("from") or rule["to"] for rule in rules]
    assert max(len(each["spec"].get(way, ())) for each in documents for way in ("ingress", "egress")) == 25
    assert max(len(each) for each in peers) == 25
    assert max(len(rule.get("protocols", ())) for rule in rules) == 25
    assert max(len(peer.get("networks", ())) for each in peers for peer in each) == 25
    assert sum(len(peer.get("networks", ())) for each in peers for peer in each) == 256
    assert len({(each["spec"]["tier"], each["spec"]["priority"]) for each in documents}) == len(documents)


UNSAYABLE = {
    "always deny any -> a/*:1": "`any` as the source of an ingress rule",
    "always deny 10.0.0.0/8 -> a/*:1": "`10.0.0.0/8` as the source of an ingress rule",
    'always deny */* -> a/*:"http"': "a port's name",
    "always deny 10.0.0.0/8 -> 10.0.0.0/8:1": "a line without any pods on the side that it is about",
    "always deny */* -> 10.0.0.0/8:1 ingress": "a line without any pods on the side that it is about",
    "\n".join(f"always deny */* -> n{number}/*:1" for number in range(201)): "more than 200 sets of pods",
}


@each_row("text", UNSAYABLE)
def test_what_cannot_be_said_is_an_error(text):
    found = lower(program(text).guardrails, {})
    assert found.policies == ()
    assert [each.code for each in found.diagnostics] == ["NP451"]
    assert UNSAYABLE[text] in found.diagnostics[0].message
