"""Verdicts against the plainest reading of what is closed and let through."""

import random

import msgspec
import pytest

from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, Reason, RuleSet, Tier
from netpolc.engine.regions import EVERY_POD, IDENTITY, UNNAMED, PodSet, in_namespace
from netpolc.engine.verdicts import (
    Address,
    EndVerdict,
    Evaluator,
    Pod,
    PodPort,
    families,
    has_port,
    is_of,
    is_surely_of,
    pairs,
)
from netpolc.sets.addresses import EVERY_ADDRESS, NO_ADDRESS, AddressRange, AddressSet, block, union
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, ports_of
from tests.rows import each_row
from tests.unit.engine.universe import ADDRESSES, Maker, allows, holds, is_port, side

IPV4, IPV6 = block(4, 7, 32), block(6, 9, 128)
BOTH = union([IPV4, IPV6])
OPEN = DirectionRules((), ())


def test_verdicts_and_their_reasons():
    maker = Maker(random.Random(1))
    verdicts = []
    for _ in range(80):
        ruleset = maker.ruleset()
        evaluator = Evaluator(ruleset)
        for connection in (maker.connection() for _ in range(15)):
            verdicts.append(allows(ruleset, connection))
            assert evaluator.allows(*connection) is verdicts[-1]
            for direction in ("egress", "ingress"):
                closed, rules = side(ruleset, direction, connection)
                found = evaluator.verdict(direction, *connection)
                assert found.direction == direction
                assert {each.reason for each in found.closed_by} == set(closed)
                assert {each.reason for each in found.rules} == set(rules)
                assert found.passes is (not closed or bool(rules))
    assert 0.2 < sum(verdicts) / len(verdicts) < 0.8


def closed_but(*allow_rules, closed=EVERY_POD):
    """Rules that isolate pods for ingress, but for what some allow rules let through."""
    return RuleSet(DirectionRules((Isolation(closed, None),), allow_rules), OPEN, {})


def allow_rule(peer, ports=EVERY_PORT):
    return AllowRule(EVERY_POD, peer, ports, None)


def test_an_end_that_is_open_or_let_through_passes():
    reason = Reason(None, "", None, "")
    assert EndVerdict("egress", (), ()).passes
    assert EndVerdict("egress", (reason,), (reason,)).passes
    assert not EndVerdict("egress", (reason,), ()).passes


def test_a_place_has_its_identity_among_its_labels():
    assert Pod(namespace="shop", namespace_labels={"team": "a"}).full_namespace_labels == {
        "team": "a",
        IDENTITY: "shop",
    }
    assert Pod(namespace=None).full_namespace_labels == {IDENTITY: UNNAMED}


def test_pods_of_the_unnamed_namespace_are_closed_by_it():
    evaluator = Evaluator(closed_but(closed=PodSet(in_namespace(None), EVERYTHING)))
    assert len(evaluator.isolations("ingress", Pod(namespace=None))) == 1
    assert evaluator.isolations("ingress", Pod(namespace="shop")) == []
    assert evaluator.isolations("egress", Pod(namespace=None)) == []


@pytest.mark.parametrize("host_network", [False, True])
@pytest.mark.parametrize("addresses", [NO_ADDRESS, IPV4, IPV6])
def test_regions_of_pods(host_network, addresses):
    maker = Maker(random.Random(2))
    for _ in range(300):
        pod, region = maker.end(), maker.peer()
        if isinstance(pod, Pod):
            pod = msgspec.structs.replace(pod, host_network=host_network, addresses=addresses)
        assert is_of(pod, region) is holds(region, pod)


def test_a_pod_on_its_nodes_network_is_an_address_to_policies():
    node = Pod(namespace="shop", host_network=True)
    evaluator = Evaluator(closed_but(allow_rule(EVERY_POD)))
    assert evaluator.isolations("ingress", node) == []
    assert list(evaluator.allow_rules("ingress", node)) == []
    assert not evaluator.allows(node, Pod(namespace="shop"), "TCP", 1)
    assert evaluator.allows(Pod(namespace="shop"), node, "TCP", 1)
    assert Evaluator(closed_but(allow_rule(EVERY_ADDRESS))).allows(node, Pod(namespace="shop"), "TCP", 1)
    assert not Evaluator(closed_but(allow_rule(block(4, 0, 0)))).allows(node, Pod(namespace="shop"), "TCP", 1)


def test_addresses_are_closed_by_nothing():
    evaluator = Evaluator(closed_but(allow_rule(EVERY_POD)))
    assert evaluator.isolations("ingress", ADDRESSES[0]) == []
    assert evaluator.allows(Pod(namespace="shop"), ADDRESSES[0], "TCP", 1)
    assert not evaluator.allows(ADDRESSES[0], Pod(namespace="shop"), "TCP", 1)


def test_ports_by_number_and_by_name():
    maker = Maker(random.Random(3))
    for _ in range(1000):
        _, destination, protocol, port = maker.connection()
        ports = maker.port_set()
        assert has_port(destination, ports, protocol, port) is is_port(ports, destination, protocol, port)


def test_a_name_stands_for_all_numbers_that_have_it_and_for_its_protocol_alone():
    http = ports_of([NamedPort("TCP", "http")])
    pod = Pod(namespace="a", ports=(PodPort("http", "TCP", 1), PodPort("http", "TCP", 2), PodPort("http", "UDP", 3)))
    assert [port for port in range(1, 5) if has_port(pod, http, "TCP", port)] == [1, 2]
    assert not has_port(pod, http, "UDP", 3)
    assert not has_port(Address(IPV4), http, "TCP", 1)
    assert has_port(Address(IPV4), ports_of([PortInterval("TCP", 1, 1)]), "TCP", 1)


def test_families():
    pod = Pod(namespace="a", addresses=BOTH)
    assert families(pod) == {
        4: msgspec.structs.replace(pod, addresses=IPV4),
        6: msgspec.structs.replace(pod, addresses=IPV6),
    }
    for addresses, family in ((NO_ADDRESS, None), (IPV4, 4), (IPV6, 6)):
        single = Pod(namespace="a", addresses=addresses)
        assert families(single) == {family: single}
    apart = AddressSet((AddressRange(6, 0, 1), AddressRange(6, 5, 9)))
    assert families(Address(apart)) == {6: Address(apart)}


def test_several_addresses_of_one_family_stay_together():
    two = union([block(4, 1, 32), block(4, 9, 32)])
    for addresses, expected in ((two, {4: two}), (union([two, IPV6]), {4: two, 6: IPV6})):
        found = families(Pod(namespace="a", addresses=addresses))
        assert {family: end.addresses for family, end in found.items()} == expected


@each_row(
    "ours, theirs, count",
    [
        (BOTH, BOTH, 2),
        (BOTH, IPV4, 1),
        (IPV6, BOTH, 1),
        (BOTH, NO_ADDRESS, 2),
        (NO_ADDRESS, BOTH, 2),
        (NO_ADDRESS, NO_ADDRESS, 1),
        (IPV4, IPV6, 1),
    ],
)
def test_pairs_are_of_one_family_where_there_is_a_choice(ours, theirs, count):
    found = list(pairs(Pod(namespace="a", addresses=ours), Pod(namespace="b", addresses=theirs)))
    assert len(found) == count
    for one, other in found:
        stacks = {each.family for end in (one, other) for each in end.addresses.ranges}
        assert len(stacks) < 2 or count == 1


def test_a_pod_of_both_families_connects_by_either_but_passes_both_ends_by_one():
    """Out by IPv4 and in by IPv6 is no connection."""
    source, destination = Pod(namespace="a", addresses=BOTH), Pod(namespace="b", addresses=BOTH)
    closed = (Isolation(EVERY_POD, None),)

    def allowed(outward, inward):
        ruleset = RuleSet(
            DirectionRules(closed, (allow_rule(inward),)), DirectionRules(closed, (allow_rule(outward),)), {}
        )
        return Evaluator(ruleset).allows(source, destination, "TCP", 1)

    assert allowed(IPV4, IPV4)
    assert allowed(IPV6, IPV6)
    assert not allowed(IPV4, IPV6)
    assert not allowed(IPV6, IPV4)


WHY = Reason(None, "", None, "")
SHOP, DATA = (PodSet(in_namespace(name), EVERYTHING) for name in ("shop", "data"))
ALLOW, DENY, NEXT, ELSEWHERE = (
    Decision(subject, EVERY_POD, EVERY_PORT, action, WHY)
    for subject, action in ((SHOP, "allow"), (SHOP, "deny"), (SHOP, "next"), (DATA, "deny"))
)
CLOSED, EXEMPT, LET = Isolation(SHOP, WHY), Isolation(SHOP, None), AllowRule(SHOP, EVERY_POD, EVERY_PORT, None)


def judged(before=(), behind=(), *, closed=(), let=(), exempt=()):
    """The rules of one direction, of which each tier has its decisions."""
    before, behind = (tuple(Tier("a", decisions) for decisions in tiers) for tiers in (before, behind))
    return DirectionRules(closed, let, before, behind, exempt)


def verdict(*closed_and_rules, **fields):
    return EndVerdict("egress", *closed_and_rules, **fields)


@each_row(
    "rules, expected",
    [
        (judged([(DENY,)]), verdict((DENY,), (), denied=True)),
        (judged([(ALLOW, DENY)], closed=(CLOSED,)), verdict((), (ALLOW,))),
        (judged([(NEXT, ALLOW), (DENY,)]), verdict((DENY,), (), passed=(NEXT,), denied=True)),
        (judged([(NEXT,)], [(ALLOW,)]), verdict((), (ALLOW,), passed=(NEXT,))),
        (judged([(NEXT,)], [(DENY,)]), verdict((DENY,), (), passed=(NEXT,), denied=True)),
        (judged([(ELSEWHERE,), (NEXT,)], [(DENY,)], closed=(CLOSED,)), verdict((CLOSED,), (), passed=(NEXT,))),
        (judged([], [(DENY,)], closed=(CLOSED,), let=(LET,)), verdict((CLOSED,), (LET,))),
        (judged([], [(DENY,)], exempt=(EXEMPT,)), verdict((), (), exempt_by=(EXEMPT,))),
        (judged([], [(ALLOW,)], exempt=(EXEMPT,)), verdict((), ())),
        (judged([], [(ELSEWHERE,)], exempt=(EXEMPT,)), verdict((), ())),
        (judged([], [(DENY,)], exempt=(EXEMPT,), closed=(CLOSED,)), verdict((CLOSED,), ())),
    ],
)
def test_tiers_decide_before_rules_and_behind_them(rules, expected):
    pods = [Pod(namespace=name) for name in ("shop", "data")]
    found = Evaluator(RuleSet(OPEN, rules, {})).verdict("egress", *pods, "TCP", 80)
    assert found == expected


def test_what_tiers_judge_of_an_end():
    pods = [Pod(namespace=name) for name in ("shop", "data")]
    rules = judged([(DENY, ELSEWHERE), (ELSEWHERE,)], [(NEXT, ALLOW)], exempt=(Isolation(DATA, None),))
    evaluator = Evaluator(RuleSet(OPEN, rules, {}))
    shop, data = (evaluator.tiers("egress", pod) for pod in pods)
    assert shop == ((Tier("", (DENY,)), Tier("", ())), (Tier("", (NEXT, ALLOW)),))
    assert data == ((Tier("", (ELSEWHERE,)), Tier("", (ELSEWHERE,))), ())
    assert evaluator.tiers("ingress", pods[0]) == ((), ())
    plain = Evaluator(closed_but())
    assert (plain.is_tiered, plain.tiers("ingress", pods[0])) == (False, ((), ()))
    assert evaluator.is_tiered


def test_blocks_hold_a_pod_surely_if_they_hold_all_that_it_may_have():
    for pod in (Pod(namespace="shop", addresses=BOTH), Pod(namespace="shop", may_have=BOTH)):
        assert [is_surely_of(pod, each) for each in (IPV4, BOTH, EVERY_POD)] == [False, True, True]
    apart = Pod(namespace="shop", addresses=IPV4, in_blocks=False)
    assert [is_of(apart, each) for each in (IPV4, EVERY_POD)] == [False, True]


def to(peer, action, reason=WHY):
    return Decision(SHOP, peer, EVERY_PORT, action, reason)


@each_row(
    "decisions, expected",
    [
        ([to(IPV4, "next"), to(BOTH, "deny")], verdict((), ())),
        ([to(IPV4, "deny"), to(BOTH, "deny", None)], verdict((to(BOTH, "deny", None),), (), denied=True)),
        ([to(IPV4, "next"), to(IPV4, "deny"), to(BOTH, "deny")], verdict((), ())),
        ([to(IPV4, "deny")], verdict((), ())),
        ([to(IPV4, "allow"), to(BOTH, "deny")], verdict((), (to(IPV4, "allow"),))),
        ([to(BOTH, "next"), to(BOTH, "deny")], verdict((), (), passed=(to(BOTH, "next"),))),
        ([to(BOTH, "next", None), to(BOTH, "deny")], verdict((), ())),
    ],
)
def test_where_a_block_may_not_hold_an_address_it_is_let_through_if_that_could_be(decisions, expected):
    ends = Pod(namespace="shop"), Pod(namespace="data", addresses=BOTH)
    assert Evaluator(RuleSet(OPEN, judged([decisions]), {})).verdict("egress", *ends, "TCP", 80) == expected
