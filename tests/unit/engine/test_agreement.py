"""What agrees in form means the same; how tables are filed decides how often that is found."""

import random

import pytest

from netpolc.engine.agreement import IsolatedSets, agree, covers, table
from netpolc.engine.comparison import differences
from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
from netpolc.engine.regions import EVERY_POD, IDENTITY, Namespaces, PodSet, in_namespace, meet
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.sets.ports import PortInterval, ports_of
from tests.rows import each_row
from tests.unit.engine.universe import KNOWN, Maker

SHOP, DATA, OPS = (PodSet(in_namespace(name), EVERYTHING) for name in ("shop", "data", "ops"))
APP = LabelSelector((LabelRequirement("app", "In", ("a",)),))
NARROW = LabelSelector((*APP.requirements, LabelRequirement("tier", "Exists")))
SHOP_APP = PodSet(SHOP.namespaces, APP)
TEAM = PodSet(LabelSelector((LabelRequirement("team", "In", ("a",)),)), EVERYTHING)
SHOP_TEAM = meet(SHOP, TEAM)
BOTH = PodSet(LabelSelector((LabelRequirement(IDENTITY, "In", ("data", "shop")),)), EVERYTHING)
HTTP, HTTPS = (ports_of([PortInterval("TCP", number, number)]) for number in (80, 443))
OPEN = DirectionRules((), ())


def direction_rules(closed, subjects=(), ports=HTTP):
    return DirectionRules(
        tuple(Isolation(subject, None) for subject in closed),
        tuple(AllowRule(subject, DATA, ports, None) for subject in subjects),
    )


def some_rules(maker):
    """Of a few closures and rules, so that pairs of them often agree."""
    closed = maker.random.sample((SHOP, SHOP_APP, DATA, BOTH, SHOP_TEAM, OPS), maker.random.randint(0, 2))
    subjects = maker.random.sample((SHOP, SHOP_APP, EVERY_POD, TEAM, DATA, BOTH), maker.random.randint(0, 2))
    return direction_rules(closed, subjects)


def test_what_agrees_has_no_differences():
    maker, agreeing, apart = Maker(random.Random(1)), 0, 0
    for _ in range(1500):
        one, other = (RuleSet(some_rules(maker), some_rules(maker), KNOWN) for _ in range(2))
        agreeing, apart = agreeing + agree(one, other), apart + (not agree(one, other))
        assert agree(one, other) is agree(other, one)
        if agree(one, other):
            assert list(differences(one, other)) == []
    assert agreeing > 20
    assert apart > 1000


def test_all_agree_with_themselves_in_another_order():
    maker = Maker(random.Random(2))
    for _ in range(100):
        one = maker.ruleset()
        turned = (
            DirectionRules(
                direction_rules.isolations[::-1] + direction_rules.isolations, direction_rules.allow_rules[::-1]
            )
            for direction_rules in (one.ingress, one.egress)
        )
        assert agree(one, RuleSet(*turned, KNOWN))


@pytest.mark.parametrize("far", [OPEN, direction_rules((DATA,), (DATA,))])
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (direction_rules((SHOP,)), direction_rules((SHOP, SHOP_APP)), True),
        (direction_rules((SHOP,)), direction_rules((SHOP_APP,)), False),
        (direction_rules((SHOP,)), OPEN, False),
        (direction_rules((SHOP,), (SHOP,)), direction_rules((SHOP,), (EVERY_POD,)), True),
        (direction_rules((SHOP,), (SHOP,)), direction_rules((SHOP,), (TEAM,)), True),
        (direction_rules((SHOP,), (SHOP,)), direction_rules((SHOP,), (SHOP_APP,)), False),
        (direction_rules((SHOP,), (SHOP,)), direction_rules((SHOP,), (SHOP,), HTTPS), False),
    ],
)
def test_both_directions_have_to_agree(far, one, other, expected):
    for first, second in ((one, other), (other, one)):
        assert agree(RuleSet(first, far, KNOWN), RuleSet(second, far, KNOWN)) is expected
        assert agree(RuleSet(far, first, KNOWN), RuleSet(far, second, KNOWN)) is expected


@each_row(
    "closed, subject, expected",
    [
        ([SHOP_APP], SHOP_APP, True),
        ([SHOP], SHOP_APP, True),
        ([SHOP_APP], SHOP, False),
        ([DATA], SHOP, False),
        ([], SHOP, False),
        ([SHOP_APP], PodSet(SHOP.namespaces, NARROW), True),
        ([PodSet(SHOP.namespaces, NARROW)], SHOP_APP, False),
        ([PodSet(DATA.namespaces, APP)], PodSet(SHOP.namespaces, NARROW), False),
        ([PodSet(EVERYTHING, APP)], PodSet(SHOP.namespaces, NARROW), True),
        ([BOTH], SHOP_APP, True),
        ([SHOP], BOTH, False),
        ([BOTH], TEAM, False),
    ],
)
def test_a_set_is_isolated_where_one_that_is_holds_it(closed, subject, expected):
    assert IsolatedSets(Isolation(each, None) for each in closed).hold(subject) is expected


def test_isolations_cover_others():
    assert covers(direction_rules((SHOP, DATA)), direction_rules((SHOP_APP, DATA)))
    assert not covers(direction_rules((SHOP_APP, DATA)), direction_rules((SHOP, DATA)))
    assert covers(direction_rules((SHOP,)), OPEN)


@each_row(
    "closed, subjects, tabled",
    [
        ((SHOP,), [SHOP], [SHOP]),
        ((SHOP,), [EVERY_POD], [SHOP]),
        ((SHOP,), [TEAM], [SHOP]),
        ((SHOP,), [BOTH], [SHOP]),
        ((SHOP, SHOP_APP), [EVERY_POD], [SHOP]),
        ((SHOP_TEAM,), [SHOP_TEAM], [SHOP]),
        ((SHOP_TEAM,), [EVERY_POD], [SHOP]),
        ((SHOP,), [SHOP, DATA, OPS], [SHOP]),
        ((SHOP_APP,), [SHOP], [SHOP_APP]),
        ((SHOP,), [PodSet(EVERYTHING, APP)], [SHOP_APP]),
        ((OPS,), [EVERY_POD], [OPS]),
        ((SHOP, DATA), [BOTH], [SHOP, DATA]),
        ((), [SHOP], []),
        ((SHOP,), [DATA], []),
    ],
)
def test_rules_are_tabled_by_what_is_isolated(closed, subjects, tabled):
    found = table(direction_rules(closed, subjects), Namespaces(KNOWN))
    assert found == {subject: {DATA: HTTP} for subject in tabled}


def test_ports_to_one_peer_are_tabled_together():
    both = DirectionRules(
        (Isolation(SHOP, None),), (AllowRule(SHOP, DATA, HTTP, None), AllowRule(EVERY_POD, DATA, HTTPS, None))
    )
    assert table(both, Namespaces(KNOWN)) == {SHOP: {DATA: ports_of([*HTTP.intervals, *HTTPS.intervals])}}
