"""Proofs over every connection against the plainest reading of some."""

import random

import msgspec
import pytest

from netpolc.engine.boxes import Box, Space, TooComplexError
from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, Reason, RuleSet, Tier, without_tiers
from netpolc.engine.proofs import Prover, boxes, boxes_of
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, in_namespace
from netpolc.engine.verdicts import Evaluator
from netpolc.sets.addresses import EVERY_ADDRESS
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.sets.named_ports import EVERY_PORTS, DestinationPorts
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST, NamedPort, PortInterval, ports_of
from tests.unit.engine.universe import KNOWN, Maker, Tiered, allows, in_box, passes, side

TCP = EVERY_PORTS[0]
WORLDS = 60
SAMPLES = 50


class Worlds(Maker):
    """Halves, a box to ask about, and connections in it."""

    def worlds(self):
        for _ in range(WORLDS):
            ruleset = self.ruleset()
            box = (
                Box(EVERY_POD, EVERY_POD, TCP) if self.chance(0.7) else Box(self.region(), self.region(), self.piece())
            )
            drawn = (self.connection() for _ in range(SAMPLES))
            yield ruleset, box, [connection for connection in drawn if in_box(box, connection)]


def parts_of(found, connection):
    return [part for part in found if in_box(part.box, connection)]


def test_what_is_allowed_and_by_what():
    seen = set()
    for ruleset, box, connections in Worlds(random.Random(1)).worlds():
        found = list(Prover(ruleset).allowed(box))
        for connection in connections:
            reasons = {(part.egress, part.ingress) for part in parts_of(found, connection)}
            expected = {
                (outward, inward)
                for outward in reasons_of(ruleset, "egress", connection)
                for inward in reasons_of(ruleset, "ingress", connection)
            }
            assert reasons == expected
            assert bool(reasons) is allows(ruleset, connection)
            seen.add(bool(reasons))
    assert seen == {True, False}


def reasons_of(ruleset, direction, connection):
    """What lets a connection through at one end; None where nothing closes it."""
    closed, rules = side(ruleset, direction, connection)
    return set(rules) if closed else {None}


def test_what_is_denied_and_by_what():
    for ruleset, box, connections in Worlds(random.Random(2)).worlds():
        found = list(Prover(ruleset).denied(box))
        for connection in connections:
            reasons = parts_of(found, connection)
            denying = {direction for direction in ("egress", "ingress") if not passes(ruleset, direction, connection)}
            assert {part.direction for part in reasons} == denying
            for part in reasons:
                assert part.reason in side(ruleset, part.direction, connection)[0]


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_what_is_closed_and_what_passes_at_one_end(direction):
    for ruleset, box, connections in Worlds(random.Random(3)).worlds():
        prover = Prover(ruleset)
        closed, through = list(prover.isolated(box, direction)), list(prover.passages(box, direction))
        for connection in connections:
            closing, rules = side(ruleset, direction, connection)
            reasons = {part.reason for part in parts_of(closed, connection)}
            assert reasons <= set(closing)
            assert bool(reasons) is bool(closing)
            found = {part.reason for part in parts_of(through, connection)}
            assert found == (set(rules) if closing else {None})


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_what_rules_let_through_whether_anything_is_closed_or_not(direction):
    for ruleset, box, connections in Worlds(random.Random(4)).worlds():
        found = list(Prover(ruleset).let_through(box, direction))
        closed = (Isolation(EVERY_POD, None),)
        direction_rules = DirectionRules(closed, ruleset.of(direction).allow_rules)
        for connection in connections:
            _, rules = side(RuleSet(direction_rules, direction_rules, KNOWN), direction, connection)
            assert {part.reason for part in parts_of(found, connection)} == set(rules)


@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_whether_rules_let_all_of_a_box_through(direction):
    found = set()
    for ruleset, box, _ in Worlds(random.Random(9)).worlds():
        prover = Prover(ruleset)
        through = [passage.box for passage in prover.let_through(box, direction)]
        for part in (box, *through[:1]):
            expected = not list(prover.space.without(part, through))
            assert prover.lets_all_through(part, direction) is expected
            found.add(expected)
    assert found == {True, False}


def test_all_parts_are_within_the_box_and_possible():
    space = Space(Namespaces(KNOWN))
    for ruleset, box, _ in Worlds(random.Random(5)).worlds():
        prover = Prover(ruleset)
        for part in (*prover.allowed(box), *prover.denied(box)):
            assert space.meet(part.box, box) is not None
            assert list(space.subtract(part.box, box)) == []


def test_the_first_of_equal_closures_is_named_and_the_widest_of_its_namespace():
    app = LabelSelector((LabelRequirement("app", "In", ("a",)),))
    first, again, part = (Reason(None, "", None, text) for text in ("first", "again", "part"))
    whole = PodSet(in_namespace("shop"), EVERYTHING)
    isolations = (Isolation(PodSet(in_namespace("shop"), app), part), Isolation(whole, first), Isolation(whole, again))
    prover = Prover(RuleSet(DirectionRules(isolations, ()), DirectionRules((), ()), {}))
    assert [passage.reason for passage in prover.isolated(Box(EVERY_POD, EVERY_POD, TCP), "ingress")] == [first]
    assert [part.reason for part in prover.denied(Box(EVERY_POD, EVERY_POD, TCP))] == [first]


def test_parts_of_namespaces_that_are_not_closed_as_a_whole_are_kept():
    app = LabelSelector((LabelRequirement("app", "In", ("a",)),))
    isolations = (
        Isolation(PodSet(in_namespace("shop"), app), None),
        Isolation(PodSet(in_namespace("data"), EVERYTHING), None),
    )
    prover = Prover(RuleSet(DirectionRules((), ()), DirectionRules(isolations, ()), {}))
    found = [passage.box.source for passage in prover.isolated(Box(EVERY_POD, EVERY_POD, TCP), "egress")]
    assert set(found) == {isolation.subject for isolation in isolations}


def test_the_work_is_bounded_by_a_space_that_is_given():
    ruleset = Maker(random.Random(6)).ruleset()
    whole = DirectionRules((Isolation(EVERY_POD, None),), ruleset.ingress.allow_rules)
    prover = Prover(RuleSet(whole, whole, KNOWN), Space(Namespaces(KNOWN), 3))
    with pytest.raises(TooComplexError):
        list(prover.denied(Box(EVERY_POD, EVERY_POD, TCP)))


def test_the_boxes_of_a_rule():
    shop = PodSet(in_namespace("shop"), EVERYTHING)
    ports = ports_of([PortInterval("TCP", 1, 2), NamedPort("UDP", "dns")])
    allow_rule = AllowRule(shop, EVERY_ADDRESS, ports, None)
    numbers = [DestinationPorts("TCP", 1, 2), DestinationPorts("UDP", FIRST, LAST, frozenset({"dns"}))]
    assert list(boxes_of(allow_rule, "egress")) == [Box(shop, EVERY_ADDRESS, number) for number in numbers]
    assert list(boxes_of(allow_rule, "ingress")) == [Box(EVERY_ADDRESS, shop, number) for number in numbers]


def test_boxes_are_all_combinations_with_familiar_protocols_first():
    shop, data = (PodSet(in_namespace(name), EVERYTHING) for name in ("shop", "data"))
    ports = ports_of(PortInterval(protocol, 7, 7) for protocol in ("UDP", "SCTP", "TCP"))
    found = list(boxes([shop, EVERY_POD], iter([data, EVERY_ADDRESS]), ports))
    assert found == [
        Box(source, destination, DestinationPorts(protocol, 7, 7))
        for source in (shop, EVERY_POD)
        for destination in (data, EVERY_ADDRESS)
        for protocol in ("TCP", "UDP", "SCTP")
    ]


def test_what_tiers_deny_at_one_end_is_denied_beside_what_closes_the_other():
    tiers, closing = (Reason(name, "", None, "") for name in ("tiers", "closing"))
    deny = Decision(EVERY_POD, EVERY_POD, ports_of([PortInterval("TCP", 80, 80)]), "deny", tiers)
    tiered = DirectionRules((), (), before=(Tier("", (deny,)),))
    closed = DirectionRules((Isolation(EVERY_POD, closing),), ())
    for ingress, egress in ((closed, tiered), (tiered, closed)):
        found = list(Prover(RuleSet(ingress, egress, {})).denied(Box(EVERY_POD, EVERY_POD, TCP)))
        by_tiers, by_rules = ("egress", "ingress") if egress is tiered else ("ingress", "egress")
        assert {each.reason: each.direction for each in found} == {tiers: by_tiers, closing: by_rules}
        assert [each.box.ports.first for each in found if each.reason == tiers] == [80]


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_what_becomes_of_connections_where_tiers_judge_them(direction):
    seen = set()
    for number in range(20):
        maker = Tiered(random.Random(f"tiered proofs {number}"))
        exempt = Isolation(maker.pods(), None)
        sides = (msgspec.structs.replace(maker.direction_rules(), exempt=(exempt,)) for _ in range(2))
        ruleset = RuleSet(*sides, KNOWN)
        prover, judge = Prover(ruleset), Evaluator(ruleset)
        box = Box(EVERY_POD, maker.random.choice((EVERY_POD, EVERY_ADDRESS)), TCP)
        box = box if direction == "egress" else Box(box.destination, box.source, TCP)
        outcomes, through = list(prover.outcomes(box, direction)), list(prover.passages(box, direction))
        for connection in (each for _ in range(60) if in_box(box, each := maker.connection())):
            verdict = judge.verdict(direction, *connection)
            found = parts_of(outcomes, connection)
            assert {each.passes for each in found} == {verdict.passes}
            causes = {each.reason for each in (verdict.rules if verdict.passes else verdict.closed_by)} or {None}
            reasons = {each.reason for each in found}
            assert reasons == causes if verdict.passes or verdict.denied else reasons <= causes
            assert {each.reason for each in parts_of(through, connection)} == (reasons if verdict.passes else set())
            seen.add((verdict.passes, bool(verdict.rules), verdict.denied, bool(verdict.exempt_by)))
    # Denied by a tier or by rules, let through, open, and open only to what tiers behind do not judge.
    assert len(seen) == 5


def test_rules_within_other_tiers_are_proved_as_by_themselves():
    box = Box(EVERY_POD, EVERY_POD, TCP)
    for number in range(20):
        maker = Tiered(random.Random(f"within tiers {number}"))
        ruleset = RuleSet(maker.direction_rules(), maker.direction_rules(), KNOWN)
        alone, plain = Prover(ruleset), Prover(without_tiers(ruleset))
        within = plain.within(ruleset)
        for direction in ("egress", "ingress"):
            assert list(within.outcomes(box, direction)) == list(alone.outcomes(box, direction))
        assert within.space is plain.space  # which counts the work of both


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_all_is_let_through_by_a_tier_alone(direction):
    allow = Decision(EVERY_POD, EVERY_POD, EVERY_PORT, "allow", None)
    closed = DirectionRules((Isolation(EVERY_POD, None),), ())
    tiered = DirectionRules((Isolation(EVERY_POD, None),), (), before=(Tier("", (allow,)),))
    for rules, expected in ((closed, False), (tiered, True)):
        prover = Prover(RuleSet(rules, rules, {}))
        assert prover.lets_all_through(Box(EVERY_POD, EVERY_POD, TCP), direction) is expected


def test_rules_of_one_reason_are_left_out():
    one, other = (Reason(None, "", None, text) for text in ("one", "other"))
    rules = tuple(AllowRule(EVERY_POD, EVERY_POD, EVERY_PORT, reason) for reason in (one, other, one))
    prover = Prover(RuleSet(DirectionRules((), rules), DirectionRules((), ()), {}))
    for but, expected in ((None, [one, other, one]), (one, [other])):
        found = prover.let_through(Box(EVERY_POD, EVERY_POD, TCP), "ingress", but)
        assert [each.reason for each in found] == expected


@pytest.mark.parametrize("direction", ["egress", "ingress"])
def test_tiers_judge_no_addresses(direction):
    deny = (Tier("", (Decision(EVERY_POD, EVERY_POD, EVERY_PORT, "deny", None),)),)
    rules = DirectionRules((), (), deny, deny, (Isolation(EVERY_POD, None),))
    ends = (EVERY_ADDRESS, EVERY_POD) if direction == "egress" else (EVERY_POD, EVERY_ADDRESS)
    found = list(Prover(RuleSet(rules, rules, {})).outcomes(Box(*ends, TCP), direction))
    assert [(each.box, each.passes, each.reason) for each in found] == [(Box(*ends, TCP), True, None)]
