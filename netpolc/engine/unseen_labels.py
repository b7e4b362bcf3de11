"""Rules as a network plugin takes them that hides some labels of pods from selectors.

No pod has such a label, as far as selectors can tell: who asks for one finds nobody, and who asks that there is none
finds everybody. Labels of namespaces are all seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, RuleSet, Tier
from netpolc.engine.regions import PodSet
from netpolc.sets.labels import LabelSelector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netpolc.engine.regions import Region

    Hides = Callable[[str], bool]
    """Tells whether a label of pods is hidden, by its key."""

_Rule = TypeVar("_Rule", AllowRule, Decision)


def with_labels_unseen(ruleset: RuleSet, hides: Hides) -> RuleSet:
    """Return what rules come to where selectors do not see the labels that are hidden."""
    return replace(ruleset, ingress=_direction(ruleset.ingress, hides), egress=_direction(ruleset.egress, hides))


def _direction(rules: DirectionRules, hides: Hides) -> DirectionRules:
    return DirectionRules(
        _isolations(rules.isolations, hides),
        _rules(rules.allow_rules, hides),
        tuple(_tier(each, hides) for each in rules.before),
        tuple(_tier(each, hides) for each in rules.behind),
        _isolations(rules.exempt, hides),
    )


def _tier(tier: Tier, hides: Hides) -> Tier:
    return replace(tier, decisions=_rules(tier.decisions, hides))


def _isolations(isolations: Iterable[Isolation], hides: Hides) -> tuple[Isolation, ...]:
    seen = ((each, _seen(each.subject, hides)) for each in isolations)
    return tuple(
        each if subject is each.subject else Isolation(subject, each.reason)
        for each, subject in seen
        if subject is not None
    )


def _rules(rules: Iterable[_Rule], hides: Hides) -> tuple[_Rule, ...]:
    found: list[_Rule] = []
    for each in rules:
        subject, peer = _seen(each.subject, hides), _region(each.peer, hides)
        if subject is each.subject and peer is each.peer:
            found.append(each)
        elif subject is not None and peer is not None:
            found.append(replace(each, subject=subject, peer=peer))
    return tuple(found)


def _region(region: Region, hides: Hides) -> Region | None:
    return _seen(region, hides) if isinstance(region, PodSet) else region


def _seen(pods: PodSet, hides: Hides) -> PodSet | None:
    """Return the pods that a set finds, the set itself where it asks for nothing hidden; None if it finds nobody."""
    asked = pods.pods.requirements
    hidden = [each for each in asked if hides(each.key)]
    if any(each.operator in ("In", "Exists") for each in hidden):
        return None
    if not hidden:
        return pods
    return PodSet(pods.namespaces, LabelSelector(tuple(each for each in asked if each not in hidden)))
