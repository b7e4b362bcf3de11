"""Rules by name against the same rules by labels, for pods of namespaces that carry other labels on either side."""

import random

from netpolc.engine.moved_namespaces import by_name, moved_between
from netpolc.engine.regions import IDENTITY, PodSet
from netpolc.engine.verdicts import Evaluator, Pod
from netpolc.sets.ports import PROTOCOLS
from tests.unit.engine.universe import KNOWN, PORTS, Tiered


def test_namespaces_that_both_know_with_other_labels_have_moved():
    old, new = {"a": {"x": "1"}, "b": {}, "c": {"x": "1"}}, {"a": {"x": "2"}, "b": {}, "d": {}}
    assert moved_between(old, new) == {"a"}
    assert moved_between(old, old) == frozenset()


def test_rules_by_name_allow_the_same_and_ask_moved_namespaces_for_nothing_else():
    maker, split = Tiered(random.Random(1)), 0
    for _ in range(40):
        ruleset = maker.ruleset()
        moved = frozenset(name for name in KNOWN if maker.chance(0.5))
        named = by_name(ruleset, moved)
        split += len(named.ingress.allow_rules) > len(ruleset.ingress.allow_rules)
        for rules, given in ((named.ingress, ruleset.ingress), (named.egress, ruleset.egress)):
            assert {each.reason for each in rules.isolations} <= {each.reason for each in given.isolations}
            assert {each.reason for each in rules.allow_rules} <= {each.reason for each in given.allow_rules}
            assert {each.reason for each in rules.exempt} <= {each.reason for each in given.exempt}
            assert {each.reason for each in rules.decisions} <= {each.reason for each in given.decisions}
            assert [each.name for each in rules.tiers] == [each.name for each in given.tiers]
            closing = (*rules.isolations, *rules.exempt, *rules.decisions)
            for region in (*(each.subject for each in closing), *rules.peers()):
                if isinstance(region, PodSet):
                    assert asks_nothing_of(moved, region)
        evaluators = Evaluator(ruleset), Evaluator(named)
        ends = [maker.end() for _ in range(8)]
        for source in ends:
            for destination in ends:
                if isinstance(source, Pod) or isinstance(destination, Pod):
                    for protocol in PROTOCOLS:
                        asked = source, destination, protocol, PORTS[0]
                        assert evaluators[0].allows(*asked) is evaluators[1].allows(*asked)
    assert split > 5


def asks_nothing_of(moved, pods):
    """Whether pods are of namespaces that are named, or of none that moved."""
    asked = pods.namespaces.requirements
    if not moved or all(each.key == IDENTITY for each in asked):
        return True
    excluded = [each.values for each in asked if each.key == IDENTITY and each.operator == "NotIn"]
    included = [each.values for each in asked if each.key == IDENTITY and each.operator == "In"]
    return any(moved.issubset(each) for each in excluded) or any(moved.isdisjoint(each) for each in included)
