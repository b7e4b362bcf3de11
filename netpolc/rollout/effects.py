"""What policies of others do to what a program says: the connections that they open, and those that they close.

A connection is opened that the program denies, and that passes with all that a cluster has. One is closed that a rule
of the program lets through, and that does not pass. Cluster-wide policies are taken in the order in which they decide,
with all NetworkPolicies: of each it is told what changes when it is added to those before it, so one that another
overrides does nothing.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Literal

from netpolc.engine.boxes import Space, TooComplexError
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_tier_policies import decisions_of, with_tiers
from netpolc.engine.index import Index
from netpolc.engine.model import AllowRule
from netpolc.engine.proofs import Prover, boxes_of
from netpolc.engine.regions import Namespaces, PodSet, meet
from netpolc.policy.constants import DIRECTIONS
from netpolc.policy.model import Policy
from netpolc.policy.tier_model import TIERS, TierPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.engine.boxes import Box
    from netpolc.engine.model import Action, Decision, Isolation, RuleSet, Tier
    from netpolc.ir.model import Direction
    from netpolc.rollout.around import Around
    from netpolc.rollout.model import Document, Halves

Effect = Literal["adds", "opens", "closes", "unclear"]
"""A policy has rules that add nothing now, `opens` or `closes` connections, or it takes too long to find out."""
Effects = tuple[Effect, ...]

MOST_STEPS = 400_000
"""The steps that are taken to judge a policy: about a second."""


class EffectJudge:
    """Judges what policies of others do to what a program says."""

    def __init__(self, wanted: Sequence[Document], others: Sequence[Document], around: Around) -> None:
        """Take the policies of the program, those of others, and what is around."""
        self._wanted = wanted
        self._others = others
        self._around = around
        self._tiers = sorted((*_tiers(others), *around.older), key=_precedence)
        self._space = Space(Namespaces(around.namespaces), MOST_STEPS)
        self._kept: dict[int, Prover] = {}

    def of_policy(self, halves: Halves) -> Effects:
        """Return what a NetworkPolicy does, by its halves; one without rules closes only what the program does."""
        near = [
            (direction, AllowRule(pods, peer, ports, None))
            for direction, half in halves.items()
            for pods in _common(half.subject, self._closed[direction])
            for peer, ports in half.rules.items()
        ]
        if not near:
            return ()
        try:
            self._space.begin()
            opens = any(
                _any(self._whole.allowed(denied))
                for direction, rule in near
                for box in boxes_of(rule, direction)
                for denied in self._denied(box, direction)
            )
        except TooComplexError:
            return ("unclear",)
        return ("opens",) if opens else ("adds",)

    def of_tiers(self) -> Iterator[tuple[TierPolicy, Effects]]:
        """Yield the cluster-wide policies that do anything, and what."""
        for place, policy in enumerate(self._tiers):
            found: list[Effect] = []
            try:
                self._space.begin()
                if any(self._opened(policy, place)):
                    found.append("opens")
                if any(self._shut(policy, place)):
                    found.append("closes")
            except TooComplexError:
                found.append("unclear")
            if found:
                yield policy, tuple(found)

    def _opened(self, policy: TierPolicy, place: int) -> Iterator[bool]:
        """Tell of each connection that a policy may open whether it does."""
        for direction, decision in self._decisions(policy, "deny"):
            denying = self._closed[direction], self._forbidden[direction]
            for pods in chain(*(_common(decision.subject, each) for each in denying)):
                for box in boxes_of(AllowRule(pods, decision.peer, decision.ports, None), direction):
                    for denied in self._denied(box, direction):
                        for was in self._with(place).denied(denied):
                            passing = self._with(place + 1).allowed(was.box)
                            yield any(_any(self._whole.allowed(each.box)) for each in passing)

    def _shut(self, policy: TierPolicy, place: int) -> Iterator[bool]:
        """Tell of each connection that a policy may close whether it does."""
        for direction, decision in self._decisions(policy, "allow"):
            for rule in self._let_through[direction].near(decision.subject):
                for one in boxes_of(decision, direction):
                    box = self._space.meet(one, rule)
                    for said in () if box is None else self._program.allowed(box):
                        for was in self._with(place).allowed(said.box):
                            stopped = self._with(place + 1).denied(was.box)
                            yield any(_any(self._whole.denied(each.box)) for each in stopped)

    def _decisions(self, policy: TierPolicy, but: Action) -> Iterator[tuple[Direction, Decision]]:
        for direction in DIRECTIONS:
            for decision in decisions_of(policy, direction, self._around.nodes):
                if decision.action != but:
                    yield direction, decision

    def _denied(self, box: Box, direction: Direction) -> Iterator[Box]:
        """Yield the connections of a box that the program denies in a direction."""
        return (each.box for each in self._program.denied(box) if each.direction == direction)

    @cached_property
    def _said(self) -> RuleSet:
        """What the program says, alone."""
        return self._rules(_plain(self._wanted, self._around), _tiers(self._wanted))

    @cached_property
    def _program(self) -> Prover:
        return Prover(self._said, self._space)

    @cached_property
    def _plain(self) -> RuleSet:
        """What all NetworkPolicies say."""
        return _plain((*self._wanted, *self._others), self._around)

    @cached_property
    def _without_tiers(self) -> Prover:
        return Prover(self._plain, self._space)

    @property
    def _whole(self) -> Prover:
        return self._with(len(self._tiers))

    def _with(self, count: int) -> Prover:
        """Return proofs with so many of the cluster-wide policies of others, those that decide first."""
        found = self._kept.get(count)
        if found is None:
            # Three are asked at a time: without one, with it, and with all.
            self._kept = {key: each for key, each in self._kept.items() if key in (count - 1, len(self._tiers))}
            rules = self._rules(self._plain, (*_tiers(self._wanted), *self._tiers[:count]))
            found = self._kept[count] = self._without_tiers.within(rules)
        return found

    def _rules(self, plain: RuleSet, tiers: Sequence[TierPolicy]) -> RuleSet:
        return with_tiers(plain, tiers, self._around.nodes, final_for_pod=self._around.final_for_pod)

    @cached_property
    def _closed(self) -> dict[Direction, Index[PodSet]]:
        """The pods that the program closes in a direction, and that other NetworkPolicies could open."""
        return {
            direction: _index((*rules.isolations, *_denials(rules.behind)))
            for direction in DIRECTIONS
            for rules in (self._said.of(direction),)
        }

    @cached_property
    def _forbidden(self) -> dict[Direction, Index[PodSet]]:
        """The pods to which the program denies something whatever NetworkPolicies say."""
        return {direction: _index(_denials(self._said.of(direction).before)) for direction in DIRECTIONS}

    @cached_property
    def _let_through(self) -> dict[Direction, Index[Box]]:
        """The connections that rules of the program let through at either end, by the pods at that of a direction."""
        found: dict[Direction, Index[Box]] = {direction: Index() for direction in DIRECTIONS}
        for direction in DIRECTIONS:
            rules = self._said.of(direction)
            allowing = (each for tier in rules.tiers for each in tier.decisions if each.action == "allow")
            several: Iterator[AllowRule | Decision] = chain(rules.allow_rules, allowing)
            for box in (box for rule in several for box in boxes_of(rule, direction)):
                if isinstance(box.source, PodSet):
                    found["egress"].add(box.source, box)
                if isinstance(box.destination, PodSet):
                    found["ingress"].add(box.destination, box)
        return found


def _index(several: Iterable[Isolation | Decision]) -> Index[PodSet]:
    return Index((each, each) for each in dict.fromkeys(each.subject for each in several))


def _denials(tiers: Iterable[Tier]) -> Iterator[Decision]:
    return (each for tier in tiers for each in tier.decisions if each.action == "deny")


def _common(pods: PodSet, others: Index[PodSet]) -> Iterator[PodSet]:
    """Yield what some pods have in common with others."""
    for each in dict.fromkeys(others.near(pods)):
        both = meet(pods, each)
        if isinstance(both, PodSet):
            yield both


def _any(found: Iterator[object]) -> bool:
    return any(True for _ in found)


def _plain(documents: Iterable[Document], around: Around) -> RuleSet:
    return rules_of_policies([each for each in documents if isinstance(each, Policy)], around.namespaces)


def _tiers(documents: Iterable[Document]) -> tuple[TierPolicy, ...]:
    return tuple(each for each in documents if isinstance(each, TierPolicy))


def _precedence(policy: TierPolicy) -> tuple[int, int, str]:
    return TIERS.index(policy.tier), policy.priority, policy.name
