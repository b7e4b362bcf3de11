"""Rules of a program: what it isolates and what it allows, straight from its definition, without lowering it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.engine.from_policies import addresses_of
from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, Reason, RuleSet, Tier
from netpolc.engine.regions import (
    ANYTHING,
    EVERY_POD,
    UNNAMED,
    PodSet,
    Region,
    in_namespace,
    in_namespaces,
    names_of,
)
from netpolc.identity import IdentityCache
from netpolc.ir.model import Anything, Direction, InNamespace, Net, Pods
from netpolc.policy.constants import NAME_LABEL, WRITTEN_DIRECTIONS
from netpolc.sets.addresses import AddressSet
from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.ir.model import Baseline, Flow, Guardrail, Origin, Peer, Program

    TierWord = Literal["always", "default"]


TIERS: tuple[TierWord, TierWord] = ("always", "default")
"""The tier before what NetworkPolicies say, and the one behind."""


def rules_of_program(
    program: Program, only: Iterable[str | None] | None = None, *, final_for_pod: bool = True
) -> RuleSet:
    """Read the rules of a program for all pods, or for those of `only` some namespaces, where the name tells.

    Its namespaces carry the labels that it states, and no others. Its guardrails are tiers around the rest, which is
    `final_for_pod` where no tier behind judges a pod that is isolated in any direction.
    """
    reader = _ProgramReader(None if only is None else frozenset(name or UNNAMED for name in only))
    namespaces = {
        owned.name or UNNAMED: {key: value for key, value in owned.labels.items() if key != NAME_LABEL}
        for owned in program.namespaces
    }
    ingress, egress = (reader.direction_rules(program, direction) for direction in WRITTEN_DIRECTIONS)
    if any(guardrail.tier == "default" for guardrail in program.guardrails) and final_for_pod:
        replace = msgspec.structs.replace
        ingress, egress = replace(ingress, exempt=egress.isolations), replace(egress, exempt=ingress.isolations)
    return RuleSet(ingress, egress, namespaces)


def with_pods_in(ruleset: RuleSet, blocks: AddressSet) -> RuleSet:
    """Add rules for all pods where rules for blocks may hold pods, whose addresses are from some blocks."""

    def widened(rules: DirectionRules) -> DirectionRules:
        pods = (
            msgspec.structs.replace(allow_rule, peer=EVERY_POD)
            for allow_rule in rules.allow_rules
            if isinstance(allow_rule.peer, AddressSet) and allow_rule.peer & blocks
        )
        return msgspec.structs.replace(
            rules,
            allow_rules=(*rules.allow_rules, *pods),
            before=tuple(_widened(tier, blocks) for tier in rules.before),
            behind=tuple(_widened(tier, blocks) for tier in rules.behind),
        )

    return RuleSet(widened(ruleset.ingress), widened(ruleset.egress), ruleset.namespaces) if blocks else ruleset


def _widened(tier: Tier, blocks: AddressSet) -> Tier:
    """Return a tier in which blocks that may hold pods let all of them through, and others only where they hold all."""
    decisions: list[Decision] = []
    for each in tier.decisions:
        decisions.append(each)
        peer = each.peer
        if isinstance(peer, AddressSet) and (peer & blocks if each.action == "allow" else not blocks - peer):
            decisions.append(msgspec.structs.replace(each, peer=EVERY_POD))
    return Tier(tier.name, tuple(decisions))


def with_assumed(written: RuleSet, program: Program) -> RuleSet:
    """Add the denies that a program leaves to others to the rules of policies."""
    assumed = [baseline for baseline in program.baselines if baseline.assumed]

    def with_denies(rules: DirectionRules, direction: Direction) -> DirectionRules:
        isolations = (*rules.isolations, *isolations_of(assumed, direction))
        return msgspec.structs.replace(rules, isolations=isolations)

    return RuleSet(with_denies(written.ingress, "ingress"), with_denies(written.egress, "egress"), written.namespaces)


def isolations_of(baselines: Iterable[Baseline], direction: Direction) -> tuple[Isolation, ...]:
    """Return the isolations of baselines in a direction."""
    return tuple(
        Isolation(
            PodSet(in_namespace(baseline.namespace), EVERYTHING if baseline.on is None else baseline.on.selector),
            None if baseline.origin is None else _reason_of(baseline.origin),
        )
        for baseline in baselines
        if direction in baseline.directions
    )


def allow_rules_of(flow: Flow, direction: Direction) -> Iterable[AllowRule]:
    """Return what one flow lets through at one end."""
    return _ProgramReader().allow_rules(flow, direction) if direction in flow.directions else ()


def decisions_of(guardrail: Guardrail, direction: Direction) -> Iterable[Decision]:
    """Return what one guardrail decides at one end."""
    return _ProgramReader().decisions(guardrail, direction) if direction in guardrail.directions else ()


class _ProgramReader:
    def __init__(self, only: frozenset[str] | None = None) -> None:
        self.only = only
        # By identity, since resolution makes one peer of each name.
        self.regions_by_peer: IdentityCache[Peer, tuple[Region, ...]] = IdentityCache()
        self.subjects_by_peer: IdentityCache[Peer, tuple[PodSet, ...]] = IdentityCache()

    def direction_rules(self, program: Program, direction: Direction) -> DirectionRules:
        flows = (flow for flow in program.flows if direction in flow.directions)
        allow_rules = tuple(allow_rule for flow in flows for allow_rule in self.allow_rules(flow, direction))
        isolations = isolations_of(program.baselines, direction)
        closed = tuple(each for each in isolations if self.is_asked_for(each.subject))
        before, behind = (self.tier(program, tier, direction) for tier in TIERS)
        return DirectionRules(closed, allow_rules, before, behind)

    def tier(self, program: Program, name: TierWord, direction: Direction) -> tuple[Tier, ...]:
        """Return the guardrails of a tier as decisions, of which those that deny come first; none without any."""
        held = [each for each in program.guardrails if each.tier == name and direction in each.directions]
        ordered = sorted(held, key=lambda each: each.action != "deny")
        decisions = tuple(decision for each in ordered for decision in self.decisions(each, direction))
        return (Tier(name, decisions),) if decisions else ()

    def decisions(self, guardrail: Guardrail, direction: Direction) -> Iterable[Decision]:
        for rule in self.allow_rules(guardrail, direction):
            yield Decision(rule.subject, rule.peer, rule.ports, guardrail.action, rule.reason)

    def allow_rules(self, flow: Flow | Guardrail, direction: Direction) -> Iterable[AllowRule]:
        reason = _reason_of(flow.origin)
        for destination in flow.destinations:
            for source in flow.sources:
                opened, other = (source, destination.peer) if direction == "egress" else (destination.peer, source)
                for subject in self.subjects(opened):
                    for peer in self.regions(other):
                        yield AllowRule(subject, peer, destination.ports, reason)

    def subjects(self, peer: Peer) -> tuple[PodSet, ...]:
        found = self.subjects_by_peer.get(peer)
        if found is None:
            pods = [region for region in self.regions(peer) if isinstance(region, PodSet)]
            found = self.subjects_by_peer.add(peer, tuple(subject for subject in pods if self.is_asked_for(subject)))
        return found

    def is_asked_for(self, subject: PodSet) -> bool:
        names = names_of(subject.namespaces)
        return self.only is None or names is None or not self.only.isdisjoint(names)

    def regions(self, peer: Peer) -> tuple[Region, ...]:
        found = self.regions_by_peer.get(peer)
        if found is None:
            found = self.regions_by_peer.add(peer, regions_of(peer))
        return found


def regions_of(peer: Peer) -> tuple[Region, ...]:
    """Return the regions that a peer of a program stands for."""
    match peer:
        case Anything():
            return ANYTHING
        case Net():
            addresses = addresses_of(peer.cidr, peer.excepts)
            return (addresses,) if addresses else ()
        case Pods():
            where = peer.namespaces
            namespaces = in_namespace(where.name) if isinstance(where, InNamespace) else in_namespaces(where.selector)
            return () if namespaces is None else (PodSet(namespaces, peer.selector),)


def _reason_of(origin: Origin) -> Reason:
    return Reason(None, "", origin.location, origin.text, origin)
