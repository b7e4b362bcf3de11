from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, RuleSet, Tier, both, without_tiers
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace
from netpolc.sets.ports import EVERY_PORT

TIERS = (Tier("", (Decision(EVERY_POD, EVERY_POD, EVERY_PORT, "deny", None),)),)


def rules(*names, **tiers):
    pods = [PodSet(in_namespace(name), EVERY_POD.pods) for name in names]
    allow_rules = (AllowRule(each, EVERY_POD, EVERY_PORT, None) for each in pods)
    return DirectionRules(tuple(Isolation(each, None) for each in pods), tuple(allow_rules), **tiers)


def test_rules_are_added_to_those_that_have_tiers():
    one = RuleSet(rules("a", before=TIERS), rules("b", behind=TIERS), {"a": {}})
    other = RuleSet(rules("c"), rules("d"), {})
    assert both(one, other) == RuleSet(rules("a", "c", before=TIERS), rules("b", "d", behind=TIERS), {"a": {}})


def test_rules_without_tiers_are_judged_by_none_and_exempt_nobody_from_any():
    around = {"before": TIERS, "behind": TIERS, "exempt": (Isolation(EVERY_POD, None),)}
    ruleset = RuleSet(rules("a", **around), rules("b", **around), {"a": {}})
    assert without_tiers(ruleset) == RuleSet(rules("a"), rules("b"), {"a": {}})
