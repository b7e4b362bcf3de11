"""Comparisons over every connection against the plainest reading of some."""

import random

import msgspec
import pytest

from netpolc.engine import comparison
from netpolc.engine.boxes import Box, Space
from netpolc.engine.comparison import MOST_PIECES, MeasuredComparison, differences
from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, RuleSet, Tier
from netpolc.engine.regions import EVERY_POD, IDENTITY, Namespaces, PodSet, in_namespace, meet, subtract
from netpolc.engine.verdicts import Evaluator
from netpolc.engine.witness import witness
from netpolc.sets.addresses import EVERY_ADDRESS
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.sets.named_ports import EVERY_PORTS
from netpolc.sets.ports import EVERY_PORT, PortInterval, PortSet, ports_of
from tests.unit.engine.universe import KNOWN, Maker, Tiered, allows, in_box, passes

OPEN = DirectionRules((), ())


class Pairs(Maker):
    """Pairs of rule sets that have much in common."""

    def pair(self):
        one = self.ruleset()
        return one, RuleSet(self.changed(one.ingress), self.changed(one.egress), KNOWN)

    def changed(self, direction_rules):
        match self.random.randrange(6):
            case 0:
                return msgspec.structs.replace(direction_rules, isolations=direction_rules.isolations[1:])
            case 1:
                return msgspec.structs.replace(
                    direction_rules, isolations=(*direction_rules.isolations, Isolation(self.pods(), None))
                )
            case 2:
                return msgspec.structs.replace(direction_rules, allow_rules=direction_rules.allow_rules[1:])
            case 3 if direction_rules.isolations:
                subject = self.random.choice(direction_rules.isolations).subject
                more = AllowRule(subject, self.peer(), self.port_set(), None)
                return msgspec.structs.replace(direction_rules, allow_rules=(*direction_rules.allow_rules, more))
            case _:
                return self.restated(direction_rules)

    def tier(self):
        """Some decisions of each kind."""
        actions = (self.random.choice(("allow", "deny", "next")) for _ in range(3))
        return Tier("", tuple(Decision(self.pods(), self.peer(), self.port_set(), each, None) for each in actions))

    def restated(self, direction_rules):
        """The same in other words."""
        isolations = [
            *direction_rules.isolations,
            *self.random.sample(direction_rules.isolations, len(direction_rules.isolations) // 2),
        ]
        self.random.shuffle(isolations)
        allow_rules = [part for allow_rule in direction_rules.allow_rules for part in self.parts(allow_rule)]
        self.random.shuffle(allow_rules)
        return DirectionRules(tuple(isolations), tuple(allow_rules))

    def parts(self, allow_rule):
        """A rule as two or three rules that let the same through."""
        match self.random.randrange(4):
            case 0:
                cut = self.region()
                for part in (*subtract(allow_rule.peer, cut), meet(allow_rule.peer, cut)):
                    if part is not None:
                        yield msgspec.structs.replace(allow_rule, peer=part)
            case 1:
                cut = self.pods()
                for part in (*subtract(allow_rule.subject, cut), meet(allow_rule.subject, cut)):
                    if part is not None:
                        yield msgspec.structs.replace(allow_rule, subject=part)
            case 2:
                for interval in allow_rule.ports.intervals:
                    yield msgspec.structs.replace(allow_rule, ports=PortSet((interval,)))
                for name in allow_rule.ports.names:
                    yield msgspec.structs.replace(allow_rule, ports=PortSet((), (name,)))
            case _:
                yield allow_rule


def test_differences_are_true_and_none_is_missed():
    pairs, same, different = Pairs(random.Random(1)), 0, 0
    for _ in range(80):
        one, other = pairs.pair()
        found = list(differences(one, other))
        for difference in found:
            allowing, denying = (one, other) if difference.allowed_by == "one" else (other, one)
            example = witness(difference.box, Namespaces(KNOWN))
            connection = example.source, example.destination, example.protocol, example.port
            assert allows(allowing, connection)
            assert not passes(denying, difference.direction, connection)
        for connection in (pairs.connection() for _ in range(60)):
            within = {difference.allowed_by for difference in found if in_box(difference.box, connection)}
            told = {side for side, ruleset in (("one", one), ("other", other)) if allows(ruleset, connection)}
            assert within == (told if len(told) == 1 else set())
        same, different = same + (not found), different + bool(found)
    assert min(same, different) > 20


def test_what_is_said_in_other_words_is_the_same():
    pairs = Pairs(random.Random(2))
    for _ in range(60):
        one = pairs.ruleset()
        other = RuleSet(pairs.restated(one.ingress), pairs.restated(one.egress), KNOWN)
        assert list(differences(one, other)) == []
        assert list(differences(other, one)) == []


def test_what_is_said_in_other_words_is_the_same_behind_tiers():
    pairs = Pairs(random.Random(3))
    for _ in range(6):
        one = pairs.ruleset()
        other = RuleSet(pairs.restated(one.ingress), pairs.restated(one.egress), KNOWN)
        tiers = {name: (pairs.tier(),) for name in ("before", "behind")}
        tiered = [
            RuleSet(*(msgspec.structs.replace(each, **tiers) for each in (said.ingress, said.egress)), KNOWN)
            for said in (one, other)
        ]
        assert list(differences(*tiered)) == []
        assert list(differences(*tiered[::-1])) == []


SHOP = PodSet(in_namespace("shop"), EVERYTHING)
DATA = PodSet(in_namespace("data"), EVERYTHING)
OPS = PodSet(in_namespace("ops"), EVERYTHING)
APP = LabelSelector((LabelRequirement("app", "In", ("a",)),))
SHOP_APP = PodSet(SHOP.namespaces, APP)
HTTP = ports_of([PortInterval("TCP", 80, 80)])


def ingress(isolations=(), allow_rules=(), namespaces=KNOWN):
    closed = tuple(Isolation(subject, None) for subject in isolations)
    let = tuple(AllowRule(subject, peer, ports, None) for subject, peer, ports in allow_rules)
    return RuleSet(DirectionRules(closed, let), OPEN, namespaces)


def egress(isolations=(), allow_rules=()):
    mirrored = ingress(isolations, allow_rules)
    return RuleSet(OPEN, mirrored.ingress, mirrored.namespaces)


@pytest.mark.parametrize("ruleset", [ingress, egress])
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (((), ()), ((), ()), set()),
        (((SHOP,), ()), ((SHOP,), ()), set()),
        (((SHOP,), ()), ((), ()), {"other"}),
        (((), ()), ((SHOP,), ()), {"one"}),
        (((SHOP,), ()), ((DATA,), ()), {"one", "other"}),
        (((SHOP,), ()), ((SHOP, SHOP_APP), ()), set()),
        (((SHOP_APP,), ()), ((SHOP,), ()), {"one"}),
        (((SHOP,), ((SHOP, EVERY_POD, EVERY_PORT),)), ((SHOP,), ()), {"one"}),
        (((SHOP,), ((SHOP, EVERY_POD, EVERY_PORT), (SHOP, EVERY_ADDRESS, EVERY_PORT))), ((), ()), set()),
        (((SHOP,), ((SHOP, EVERY_POD, EVERY_PORT),)), ((), ()), {"other"}),
        (((SHOP,), ((SHOP, EVERY_POD, HTTP),)), ((SHOP,), ((SHOP, EVERY_POD, EVERY_PORT),)), {"other"}),
        (((SHOP,), ((SHOP, SHOP, HTTP),)), ((SHOP,), ((SHOP, DATA, HTTP),)), {"one", "other"}),
        (((SHOP,), ((SHOP_APP, DATA, HTTP),)), ((SHOP,), ((SHOP, DATA, HTTP),)), {"other"}),
        (((SHOP,), ((SHOP_APP, DATA, HTTP), (SHOP, DATA, HTTP))), ((SHOP,), ((SHOP, DATA, HTTP),)), set()),
        (((SHOP,), ((DATA, SHOP, HTTP),)), ((SHOP,), ()), set()),
        (((SHOP_APP,), ((SHOP, DATA, HTTP),)), ((SHOP_APP,), ((SHOP_APP, DATA, HTTP),)), set()),
        (((SHOP,), ((EVERY_POD, DATA, HTTP),)), ((SHOP,), ((SHOP, DATA, HTTP),)), set()),
        (((SHOP_APP,), ((SHOP, DATA, HTTP),)), ((SHOP_APP,), ((SHOP, OPS, HTTP),)), {"one", "other"}),
        (((SHOP, SHOP_APP), ((EVERY_POD, DATA, HTTP),)), ((SHOP,), ((SHOP, OPS, HTTP),)), {"one", "other"}),
    ],
)
def test_which_side_allows_more(ruleset, one, other, expected):
    found = list(differences(ruleset(*one), ruleset(*other)))
    assert {difference.allowed_by for difference in found} == expected
    assert {difference.direction for difference in found} <= {ruleset.__name__}


def test_each_direction_is_closed_by_itself():
    found = differences(ingress((SHOP,)), egress((SHOP,)))
    assert {(each.allowed_by, each.direction) for each in found} == {("other", "ingress"), ("one", "egress")}


def test_all_parts_that_differ_are_found():
    wide, narrow = (ports_of([PortInterval("TCP", *ends)]) for ends in ((1, 5), (3, 3)))
    found = differences(ingress((SHOP,), ((SHOP, DATA, wide),)), ingress((SHOP,), ((SHOP, DATA, narrow),)))
    assert {(each.box.ports.first, each.box.ports.last) for each in found} == {(1, 2), (4, 5)}


def test_what_is_closed_with_its_namespace_needs_no_proof(monkeypatch):
    monkeypatch.setattr(comparison, "Prover", None)
    assert list(differences(ingress((SHOP_APP, SHOP)), ingress((SHOP,)))) == []
    assert list(differences(ingress((SHOP_APP, SHOP_APP)), ingress((SHOP_APP,)))) == []


def test_what_the_other_end_denies_is_no_difference():
    denied = DirectionRules((Isolation(EVERY_POD, None),), ())
    one, other = (
        RuleSet(direction_rules, denied, KNOWN)
        for direction_rules in (DirectionRules((Isolation(SHOP, None),), ()), OPEN)
    )
    found = list(differences(one, other))
    assert found
    assert all(difference.box.source == EVERY_ADDRESS for difference in found)


def test_namespaces_whose_labels_are_known_are_compared_by_what_they_are():
    """A rule about the team of a namespace is one about the namespace, where only that one is closed."""
    team = PodSet(LabelSelector((LabelRequirement("team", "In", ("a",)),)), EVERYTHING)
    by_team = ingress((SHOP,), ((team, DATA, HTTP),))
    assert list(differences(by_team, ingress((SHOP,), ((SHOP, DATA, HTTP),)))) == []
    both = PodSet(LabelSelector((LabelRequirement(IDENTITY, "In", ("data", "shop")),)), EVERYTHING)
    at_once = ingress((both,), ((both, OPS, HTTP),))
    one_by_one = ingress((SHOP, DATA), ((SHOP, OPS, HTTP), (DATA, OPS, HTTP)))
    assert list(differences(at_once, one_by_one)) == list(differences(one_by_one, at_once)) == []


@pytest.mark.search(10)
def test_what_is_measured_is_the_same_where_there_is_time(seed):
    """Each box that is no part is a difference as a whole, and each connection that differs is in some box."""
    maker = Pairs(random.Random(f"measured {seed}"))
    one, other = maker.pair()
    found = MeasuredComparison(one, other)
    assert found.complete
    for _ in range(300):
        connection = maker.connection()
        before, after = allows(one, connection), allows(other, connection)
        for side, expected in (("one", before and not after), ("other", after and not before)):
            boxes = [each for each in found.boxes if each.allowed_by == side]
            exact = any(in_box(each.box, connection) for each in boxes if not each.partial)
            partly = any(in_box(each.whole, connection) for each in boxes if each.partial)
            assert expected or not exact
            assert exact or partly or not expected


def flows(*peers, closed=True):
    shop = PodSet(in_namespace("shop"), EVERYTHING)
    rules = (AllowRule(subject, peer, ports, None) for subject, peer, ports in peers)
    return RuleSet(DirectionRules((Isolation(shop, None),) if closed else (), tuple(rules)), OPEN, {})


def between(keys, seed, port=1):
    source = random.Random(seed)
    a, b, c, d = source.sample(keys, 4)
    lacking = LabelSelector(tuple(LabelRequirement(key, "DoesNotExist") for key in sorted((a, b))))
    having = LabelSelector(tuple(LabelRequirement(key, "Exists") for key in sorted((c, d))))
    shop = in_namespace("shop")
    return PodSet(shop, having), PodSet(shop, lacking), ports_of([PortInterval("TCP", port, port)])


KEYS = [f"v{number:02}" for number in range(12)]


@pytest.mark.parametrize("count", [8, 20, 52])
def test_one_rule_of_many_that_overlap_is_one_difference_on_either_side(count):
    rules = [between(KEYS, number) for number in range(count)]
    changed = [between(KEYS, 0, port=2), *rules[1:]]
    found = MeasuredComparison(flows(*rules), flows(*changed))
    assert found.complete
    assert found.isolations == []
    opened, closed = ([each for each in found.boxes if each.allowed_by == side] for side in ("other", "one"))
    assert [(each.partial, each.box.ports.first) for each in opened] == [(False, 2)]
    assert {each.whole for each in closed if each.partial} <= {boxes_of(rules[0])}
    assert 1 <= len(closed) <= MOST_PIECES
    assert len(closed) == 1 or not any(each.partial for each in closed)


def boxes_of(rule):
    subject, peer, _ = rule
    return comparison.Box(peer, subject, comparison.EVERY_PORTS[0].__class__("TCP", 1, 1))


def test_without_time_it_is_not_complete(monkeypatch):
    rules = [between(KEYS, number) for number in range(8)]
    monkeypatch.setattr(comparison, "STEPS_OF_ALL", 0)
    found = MeasuredComparison(flows(*rules), flows())
    assert (found.complete, found.boxes) == (False, [])


def test_with_time_for_a_piece_alone_the_rest_is_told_with_it(monkeypatch):
    """A piece is proof that something has changed, so that nothing is left out."""
    rules = [between(KEYS, number) for number in range(20)]
    changed = [between(KEYS, 0, port=2), *rules[1:]]
    seen = set()
    for steps in range(10, 3000, 60):
        monkeypatch.setattr(comparison, "STEPS_OF_ONE", steps)
        found = MeasuredComparison(flows(*rules), flows(*changed))
        closed = [each for each in found.boxes if each.allowed_by == "one"]
        assert closed or not found.complete
        seen.add((found.complete, any(each.partial for each in closed)))
    assert seen >= {(False, False), (True, True)}


def test_what_one_side_alone_isolates_is_told_with_an_example():
    closed, opened = flows(between(KEYS, 0)), flows(closed=False)
    found = MeasuredComparison(closed, opened)
    assert {each.isolated for each in found.isolations} == {PodSet(in_namespace("shop"), EVERYTHING)}
    assert {each.allowed_by for each in found.isolations} == {"other"}
    assert MeasuredComparison(closed, closed).isolations == []


def on_ports(first, last):
    return comparison.Box(DATA, SHOP, comparison.EVERY_PORTS[0].__class__("TCP", first, last))


ALL_PORTS = on_ports(1, 1000)


def kept(monkeypatch, *ports, isolated=None, times=1, gives_up=False):
    """What is kept of a difference on all ports that is found in pieces, on some each."""

    def pieces():
        yield from (comparison.BoxDifference(on_ports(*each), "one", "ingress") for each in ports)
        if gives_up:
            raise comparison.TooComplexError

    def by_rule(_, direction):
        whole = comparison.BoxDifference(ALL_PORTS, "one", "ingress", isolated=isolated)
        return [(whole, pieces()) for _ in range(times)] if direction == "ingress" else []

    monkeypatch.setattr(comparison._Comparison, "by_rule", by_rule)
    found = MeasuredComparison(ingress(), ingress())
    return [((each.box.ports.first, each.box.ports.last), each.whole) for each in found.boxes], found


def test_of_pieces_the_largest_are_kept(monkeypatch):
    assert kept(monkeypatch, (1, 9), (2, 3), (50, 60))[0] == [((1, 9), None), ((50, 60), None)]
    assert kept(monkeypatch, (2, 3), (50, 60), (1, 9))[0] == [((50, 60), None), ((1, 9), None)]
    assert kept(monkeypatch, (2, 3), (1, 1000), (50, 60))[0] == [((1, 1000), None)]


def test_of_more_pieces_than_anybody_reads_the_first_stands_for_the_whole(monkeypatch):
    several = [(number, number) for number in range(1, 2 * MOST_PIECES + 2, 2)]
    assert kept(monkeypatch, *several[:-1])[0] == [(each, None) for each in several[:-1]]
    assert kept(monkeypatch, *several, times=2)[0] == [((1, 1), ALL_PORTS)]
    monkeypatch.setattr(comparison, "MOST_SEEN", 3)
    assert kept(monkeypatch, *several[:4])[0] == [(each, None) for each in several[:4]]
    assert kept(monkeypatch, *several[:5])[0] == [((1, 1), ALL_PORTS)]


def test_where_the_search_is_given_up_a_piece_stands_for_the_whole(monkeypatch):
    boxes, found = kept(monkeypatch, (1, 1), (3, 3), isolated=SHOP, gives_up=True)
    assert (boxes, found.complete) == ([((1, 1), ALL_PORTS)], True)
    assert [(each.box, each.whole, each.isolated) for each in found.isolations] == [(on_ports(1, 1), None, SHOP)]
    boxes, found = kept(monkeypatch, gives_up=True)
    assert (boxes, found.complete) == ([], False)


TCP = EVERY_PORTS[0]


def sides(direction, *several):
    """Rules of one direction as sides of a comparison."""
    return [RuleSet(*(each if name == direction else OPEN for name in ("ingress", "egress")), {}) for each in several]


def tiers(*decisions, **rules):
    return DirectionRules(**{"isolations": (), "allow_rules": (), "before": (Tier("", decisions),), **rules})


@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_a_tier_that_one_side_alone_has_is_compared_in_its_direction(direction):
    deny = Decision(DATA, EVERY_POD, ports_of([PortInterval("TCP", 1, 1)]), "deny", None)
    for one, other, allowed_by in ((OPEN, tiers(deny), "one"), (tiers(deny), OPEN, "other")):
        (found,) = differences(*sides(direction, one, other))
        ends = (found.box.source, found.box.destination)
        assert ends == ((DATA, EVERY_POD) if direction == "egress" else (EVERY_POD, DATA))
        assert (found.direction, found.allowed_by, found.box.ports.last) == (direction, allowed_by, 1)


@pytest.mark.parametrize("direction", ["ingress", "egress"])
def test_a_rule_that_a_tier_denies_makes_no_difference(direction):
    closed, let = (Isolation(EVERY_POD, None),), (AllowRule(DATA, EVERY_POD, EVERY_PORT, None),)
    for action, count in (("deny", False), ("next", True)):
        passed = Decision(EVERY_POD, EVERY_POD, EVERY_PORT, action, None)
        one, other = (tiers(passed, isolations=closed, allow_rules=rules) for rules in (let, ()))
        assert any(differences(*sides(direction, one, other))) is count


def test_a_comparison_has_so_many_steps_for_each_question_and_altogether(monkeypatch):
    given = []
    monkeypatch.setattr(comparison, "Space", lambda namespaces, *most: given.append(most) or Space(namespaces, *most))
    assert list(differences(*sides("ingress", OPEN, OPEN), 7)) == []
    assert given == [(7, 7)] * 2


def test_all_that_one_side_isolates_stands_beside_a_part_of_it(monkeypatch):
    monkeypatch.setattr(comparison, "MOST_PIECES", 0)
    let = AllowRule(DATA, EVERY_POD, ports_of([PortInterval("TCP", 1, 1)]), None)
    found = MeasuredComparison(*sides("ingress", OPEN, DirectionRules((Isolation(DATA, None),), (let,))))
    assert found.boxes[0].whole == Box(EVERY_POD, DATA, TCP)


def test_where_tiers_judge_differences_are_true_and_none_is_missed():
    seen = set()
    for number in range(12):
        maker = Tiered(random.Random(f"differing tiers {number}"))
        one, place = maker.ruleset(), ("before", "behind", "exempt")[number % 3]
        direction = ("ingress", "egress")[number // 3 % 2]
        changed = (Isolation(maker.pods(), None),) if place == "exempt" else (Tier("", maker.decisions()),)
        rules = msgspec.structs.replace(one.of(direction), **{place: changed})
        other = msgspec.structs.replace(one, **{direction: rules})
        found, judges = list(differences(one, other)), [Evaluator(each) for each in (one, other)]
        for connection in (maker.connection() for _ in range(60)):
            allowed = [name for name, each in zip(("one", "other"), judges, strict=True) if each.allows(*connection)]
            expected = set(allowed) if len(allowed) == 1 else set()
            held = [each for each in found if in_box(each.box, connection)]
            assert {each.allowed_by for each in held} == expected
            assert {each.direction for each in held} <= {direction}
            seen |= expected
    assert seen == {"one", "other"}
