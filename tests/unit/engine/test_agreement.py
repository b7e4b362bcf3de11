"""What agrees in form means the same; how tables are filed decides how often that is found."""

import random

import pytest

from netpolc.engine.agreement import agree, covers, is_known, table
from netpolc.engine.comparison import differences
from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
from netpolc.engine.regions import EVERY_POD, IDENTITY, Namespaces, PodSet, in_namespace, meet
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector
from netpolc.sets.ports import PortInterval, ports_of
from tests.unit.engine.universe import KNOWN, Maker

SHOP, DATA, OPS = (PodSet(in_namespace(name), EVERYTHING) for name in ("shop", "data", "ops"))
APP = LabelSelector((LabelRequirement("app", "In", ("a",)),))
SHOP_APP = PodSet(SHOP.namespaces, APP)
TEAM = PodSet(LabelSelector((LabelRequirement("team", "In", ("a",)),)), EVERYTHING)
SHOP_TEAM = meet(SHOP, TEAM)
BOTH = PodSet(LabelSelector((LabelRequirement(IDENTITY, "In", ("data", "shop")),)), EVERYTHING)
HTTP, HTTPS = (ports_of([PortInterval("TCP", number, number)]) for number in (80, 443))
OPEN = DirectionRules((), ())


def half(closed, subjects=(), ports=HTTP):
    return DirectionRules(
        tuple(Isolation(subject, None) for subject in closed),
        tuple(AllowRule(subject, DATA, ports, None) for subject in subjects),
    )


def some_halves(maker):
    """Of a few closures and rules, so that pairs of them often agree."""
    closed = maker.random.sample((SHOP, SHOP_APP, DATA, BOTH, SHOP_TEAM, OPS), maker.random.randint(0, 2))
    subjects = maker.random.sample((SHOP, SHOP_APP, EVERY_POD, TEAM, DATA, BOTH), maker.random.randint(0, 2))
    return half(closed, subjects)


def test_what_agrees_has_no_differences():
    maker, agreeing, apart = Maker(random.Random(1)), 0, 0
    for _ in range(1500):
        one, other = (RuleSet(some_halves(maker), some_halves(maker), KNOWN) for _ in range(2))
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
            DirectionRules(half.isolations[::-1] + half.isolations, half.allow_rules[::-1])
            for half in (one.ingress, one.egress)
        )
        assert agree(one, RuleSet(*turned, KNOWN))


@pytest.mark.parametrize("far", [OPEN, half((DATA,), (DATA,))])
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (half((SHOP,)), half((SHOP, SHOP_APP)), True),
        (half((SHOP,)), half((SHOP_APP,)), False),
        (half((SHOP,)), OPEN, False),
        (half((SHOP,), (SHOP,)), half((SHOP,), (EVERY_POD,)), True),
        (half((SHOP,), (SHOP,)), half((SHOP,), (TEAM,)), True),
        (half((SHOP,), (SHOP,)), half((SHOP,), (SHOP_APP,)), False),
        (half((SHOP,), (SHOP,)), half((SHOP,), (SHOP,), HTTPS), False),
    ],
)
def test_both_directions_have_to_agree(far, one, other, expected):
    for first, second in ((one, other), (other, one)):
        assert agree(RuleSet(first, far, KNOWN), RuleSet(second, far, KNOWN)) is expected
        assert agree(RuleSet(far, first, KNOWN), RuleSet(far, second, KNOWN)) is expected


def test_what_is_closed_is_known_by_itself_or_with_its_namespace():
    assert is_known(SHOP_APP, {SHOP_APP})
    assert is_known(SHOP_APP, {SHOP})
    assert not is_known(SHOP, {SHOP_APP})
    assert not is_known(SHOP, {DATA})
    assert covers(half((SHOP, DATA)), half((SHOP_APP, DATA)))
    assert not covers(half((SHOP_APP, DATA)), half((SHOP, DATA)))
    assert covers(half((SHOP,)), OPEN)


@pytest.mark.parametrize(
    ("closed", "subjects", "filed"),
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
def test_rules_are_filed_by_what_is_closed(closed, subjects, filed):
    found = table(half(closed, subjects), Namespaces(KNOWN))
    assert found == {subject: {DATA: HTTP} for subject in filed}


def test_ports_to_one_peer_are_filed_together():
    both = DirectionRules(
        (Isolation(SHOP, None),), (AllowRule(SHOP, DATA, HTTP, None), AllowRule(EVERY_POD, DATA, HTTPS, None))
    )
    assert table(both, Namespaces(KNOWN)) == {SHOP: {DATA: ports_of([*HTTP.intervals, *HTTPS.intervals])}}
