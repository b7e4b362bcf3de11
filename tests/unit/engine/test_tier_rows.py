"""Tiers as rows against verdicts, pair by pair, and against those of the pods that a set of pods stands for."""

import itertools
import random

import msgspec
import pytest

from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, RuleSet, Tier
from netpolc.engine.peers import Peer, peer_of
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.engine.rows import Rows
from netpolc.engine.verdicts import Address, Evaluator, Pod, PodPort
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, ports_of
from tests.unit.engine.universe import CONTAINER_PORTS, KNOWN, PODS, PORTS, Tiered, holds, is_port, of_one_world

ASKED = [("TCP", port) for port in PORTS] + [("UDP", port) for port in (*PORTS[:3], 40000)]
SETS = [
    PodSet(in_namespace(name), LabelSelector((LabelRequirement("app", "In", (app,)),)))
    for name, app in itertools.product(("shop", "ops"), ("a", "b"))
] + [PodSet(in_namespace("data"), EVERY_POD.pods), EVERY_POD]


def on(row, destination):
    """The ports of a row under which a destination stands."""
    return [ports for ports, bits in row.items() if bits >> destination & 1]


@pytest.mark.search(30)
def test_what_passes_tiers_is_what_verdicts_allow(seed):
    maker = Tiered(random.Random(f"tiers {seed}"))
    ruleset, ends = maker.ruleset(), list(of_one_world(maker.workload() for _ in range(6)))
    rows = Rows([Peer(id=str(number), end=end) for number, end in enumerate(ends)], ruleset)
    evaluator = Evaluator(ruleset)
    for (start, source), (end, destination) in itertools.product(enumerate(ends), repeat=2):
        if isinstance(source, Address) and isinstance(destination, Address):
            continue
        ports = on(rows.of(start), end)
        for protocol, port in ASKED:
            found = any(is_port(each, destination, protocol, port) for each in ports)
            assert found is evaluator.allows(source, destination, protocol, port), (source, destination, protocol, port)


PODS_OF = [[each for each in PODS if holds(pods, each)] for pods in SETS]


def pods_of(number, maker):
    """A few of the pods that a set stands for."""
    some = maker.random.sample(PODS_OF[number], min(len(PODS_OF[number]), 2))
    return [msgspec.structs.replace(each, ports=maker.random.choice(CONTAINER_PORTS)) for each in some]


def open_sets(ruleset, sets, pods_of):
    """The sets none of whose pods is isolated, by direction."""
    return {
        direction: [
            each
            for each, pods in zip(sets, pods_of, strict=True)
            if not any(holds(isolation.subject, pod) for isolation in ruleset.of(direction).isolations for pod in pods)
        ]
        for direction in DIRECTIONS
    }


@pytest.mark.search(12)
def test_a_set_passes_where_all_of_its_pods_do_or_with_what_any_of_them_may(seed):
    maker = Tiered(random.Random(f"tiered sets {seed}"))
    ruleset = maker.ruleset()
    peers = [peer_of(each, Namespaces(KNOWN)) for each in SETS]
    whole = Rows(peers, ruleset, open_sets(ruleset, SETS, PODS_OF))
    some = Rows(peers, ruleset, of_any=True)
    evaluator = Evaluator(ruleset)
    pods = [pods_of(number, maker) for number in range(len(SETS))]
    for (start, sources), (end, destinations) in itertools.product(enumerate(pods), repeat=2):
        surely, maybe = on(whole.of(start), end), on(some.of(start), end)
        for pair in itertools.product(sources, destinations):
            source, destination = of_one_world(pair)
            for protocol, port in ASKED[::3]:
                allowed = evaluator.allows(source, destination, protocol, port)
                asked = destination, protocol, port
                assert allowed or not any(is_port(each, *asked) for each in surely), (source, *asked)
                assert not allowed or any(is_port(each, *asked) for each in maybe), (source, *asked)


LIKE = [
    PodSet(
        in_namespace(name),
        LabelSelector((LabelRequirement("app", "In", (app,)), LabelRequirement("tier", "In", (tier,)))),
    )
    for name, app, tier in (("shop", "a", "b"), ("data", "b", "a"), ("shop", "b", "b"))
]
"""Sets whose pods no rule tells apart, but for the names of their ports."""


@pytest.mark.search(12)
def test_a_set_of_pods_that_are_alike_passes_as_each_of_them(seed):
    ruleset = Tiered(random.Random(f"tiered like {seed}")).ruleset()
    evaluator = Evaluator(ruleset)
    pods = [next(each for each in PODS if holds(alike, each)) for alike in LIKE]
    open_pods = open_sets(ruleset, LIKE, [[pod] for pod in pods])
    rows = Rows([peer_of(each, Namespaces(KNOWN)) for each in LIKE], ruleset, open_pods)
    for (start, source), (end, destination) in itertools.product(enumerate(pods), repeat=2):
        for ports in CONTAINER_PORTS:
            called = msgspec.structs.replace(destination, ports=ports)
            for protocol, port in ASKED:
                found = any(is_port(each, called, protocol, port) for each in on(rows.of(start), end))
                assert found is evaluator.allows(source, called, protocol, port), (source, called, protocol, port)


def test_pods_that_tiers_behind_do_not_judge_have_rows_of_their_own():
    exempt, judged = (Pod(namespace="shop", labels={"app": app}) for app in "ab")
    deny = Decision(EVERY_POD, EVERY_POD, EVERY_PORT, "deny", None)
    tiered = DirectionRules((), (), behind=(Tier("Baseline", (deny,)),), exempt=(Isolation(SETS[0], None),))
    plain = DirectionRules((), ())
    peers = [Peer(id=str(number), end=end) for number, end in enumerate((judged, exempt, judged, exempt))]
    outward, inward = Rows(peers, RuleSet(plain, tiered, KNOWN)), Rows(peers, RuleSet(tiered, plain, KNOWN))
    assert outward.shared(range(4)) == [(0b0101, {}), (0b1010, {EVERY_PORT: 0b1111})]
    assert inward.shared(range(4)) == [(0b1111, {EVERY_PORT: 0b1010})]


TCP, UDP = (ports_of([PortInterval(protocol, 1, 1)]) for protocol in ("TCP", "UDP"))
OPEN = DirectionRules((), ())
SHOP, OF_A = PodSet(in_namespace("shop"), EVERY_POD.pods), SETS[0]


def rows_of_egress(peers, *, open_pods=(), **rules):
    """The rows of peers by rules of egress, where nothing isolates them inward."""
    peers = [each if isinstance(each, Peer) else peer_of(each, Namespaces(KNOWN)) for each in peers]
    rules = DirectionRules(**{"isolations": (), "allow_rules": (), **rules})
    return Rows(peers, RuleSet(OPEN, rules, KNOWN), {"ingress": (EVERY_POD,), "egress": open_pods})


def tier(*decided):
    return (Tier("", tuple(Decision(*each, None) for each in decided)),)


def test_rules_count_for_a_set_that_is_isolated_in_part_where_no_tier_judges_the_rest():
    rules = {"isolations": (Isolation(OF_A, None),), "allow_rules": (AllowRule(EVERY_POD, EVERY_POD, TCP, None),)}
    deny = tier((EVERY_POD, EVERY_POD, UDP, "deny"))
    before, behind = (rows_of_egress([SHOP, OF_A], **{place: deny}, **rules) for place in ("before", "behind"))
    assert [before.of(0), before.of(1)] == [{TCP: 0b11}, {TCP: 0b11}]
    assert [behind.of(0), behind.of(1)] == [{}, {TCP: 0b11}]


def test_a_set_is_denied_where_only_some_of_its_pods_are_passed_on():
    deny = (EVERY_POD, EVERY_POD, EVERY_PORT, "deny")
    for subject, expected in ((OF_A, {}), (SHOP, {TCP: 1})):
        tiers = tier((subject, EVERY_POD, TCP, "next"), deny)
        assert rows_of_egress([SHOP], before=tiers, open_pods=(EVERY_POD,)).of(0) == expected


def test_a_set_is_denied_what_any_of_its_pods_is():
    for subject, expected in ((OF_A, {}), (SHOP, {}), (SETS[4], {EVERY_PORT: 1})):
        deny = tier((subject, EVERY_POD, EVERY_PORT, "deny"))
        assert rows_of_egress([SHOP], before=deny, open_pods=(EVERY_POD,)).of(0) == expected, subject


def test_who_has_a_port_by_its_name_stands_beside_who_has_it_by_its_number():
    client, one, other = (Pod(namespace="shop", labels={"app": app}) for app in "xab")
    one = msgspec.structs.replace(one, ports=(PodPort("http", "TCP", 1),))
    found = rows_of_egress(
        [Peer(id=str(number), end=end) for number, end in enumerate((client, one, other))],
        isolations=(Isolation(EVERY_POD, None),),
        allow_rules=(
            AllowRule(EVERY_POD, SETS[0], ports_of([NamedPort("TCP", "http")]), None),
            AllowRule(EVERY_POD, SETS[1], TCP, None),
        ),
        before=tier((EVERY_POD, EVERY_POD, UDP, "deny")),
    )
    assert found.of(0) == {TCP: 0b110}
