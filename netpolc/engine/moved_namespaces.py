"""Rules of a side on which some namespaces carry other labels than on the other: what they say of these, by name.

Two sides are compared as if a namespace had the same labels on both. Where it has not, no selector of labels is to be
asked about it any more, and the rules that it selects on a side name it instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet, Tier
from netpolc.engine.regions import IDENTITY, PodSet, in_namespace
from netpolc.sets import labels
from netpolc.sets.labels import LabelRequirement, LabelSelector

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netpolc.engine.regions import Region

    Labels = Mapping[str, Mapping[str, str]]


def moved_between(old: Labels, new: Labels) -> frozenset[str]:
    """Return the namespaces that both sides know, and with different labels."""
    return frozenset(name for name, carried in old.items() if name in new and new[name] != carried)


def by_name(ruleset: RuleSet, moved: frozenset[str]) -> RuleSet:
    """Return rules that allow the same, and ask nothing of some namespaces but their names."""
    if not moved:
        return ruleset
    parts = _PartsByName(ruleset.namespaces, moved)
    ingress, egress = (
        DirectionRules(
            tuple(
                Isolation(subject, each.reason) for each in rules.isolations for subject in parts.of_pods(each.subject)
            ),
            tuple(
                AllowRule(subject, peer, each.ports, each.reason)
                for each in rules.allow_rules
                for subject in parts.of_pods(each.subject)
                for peer in parts.of(each.peer)
            ),
            parts.of_tiers(rules.before),
            parts.of_tiers(rules.behind),
            tuple(Isolation(subject, each.reason) for each in rules.exempt for subject in parts.of_pods(each.subject)),
        )
        for rules in (ruleset.ingress, ruleset.egress)
    )
    return msgspec.structs.replace(ruleset, ingress=ingress, egress=egress)


class _PartsByName:
    def __init__(self, namespaces: Labels, moved: frozenset[str]) -> None:
        self._namespaces = namespaces
        self._moved = sorted(moved)
        self._others = LabelSelector((LabelRequirement(IDENTITY, "NotIn", tuple(self._moved)),))

    def of(self, region: Region) -> Iterator[Region]:
        """Yield the parts of a region."""
        if isinstance(region, PodSet):
            yield from self.of_pods(region)
        else:
            yield region

    def of_tiers(self, tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
        """Return tiers whose decisions are about the parts, of which each connection is in one."""
        return tuple(
            Tier(
                tier.name,
                tuple(
                    msgspec.structs.replace(each, subject=subject, peer=peer)
                    for each in tier.decisions
                    for subject in self.of_pods(each.subject)
                    for peer in self.of(each.peer)
                ),
            )
            for tier in tiers
        )

    def of_pods(self, pods: PodSet) -> Iterator[PodSet]:
        """Yield the pods of the namespaces that did not move, and of each that did, if it is selected."""
        asked = pods.namespaces
        if all(each.key == IDENTITY for each in asked.requirements):
            yield pods
            return
        rest = labels.intersect(asked, self._others)
        if rest is not None:
            yield PodSet(rest, pods.pods)
        for name in self._moved:
            if asked.matches({**self._namespaces[name], IDENTITY: name}):
                yield PodSet(in_namespace(name), pods.pods)
