"""Proofs about every pod that could exist: is any of these connections allowed, or denied, and which."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from netpolc.engine.boxes import Box, Space
from netpolc.engine.index import Index
from netpolc.engine.model import Reason
from netpolc.engine.regions import Namespaces, PodSet, Region
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.named_ports import pieces
from netpolc.sets.ports import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, RuleSet, Tier
    from netpolc.sets.ports import PortSet


class Passage(msgspec.Struct, frozen=True):
    """Connections at one end, and the reason why they pass or are isolated there; None where nobody wrote it."""

    box: Box
    reason: Reason | None


class Allowed(msgspec.Struct, frozen=True):
    """Connections that are allowed, and what lets them out of their sources and into their destinations."""

    box: Box
    egress: Reason | None
    ingress: Reason | None


class EndOutcome(NamedTuple):
    """Connections at one end that pass or are denied there, and why."""

    box: Box
    passes: bool
    reason: Reason | None


class Denied(msgspec.Struct, frozen=True):
    """Connections that are denied at one end, which is isolated for a reason."""

    box: Box
    direction: Direction
    reason: Reason | None


class Prover:
    """Proofs over a fixed rule set."""

    def __init__(self, ruleset: RuleSet, space: Space | None = None) -> None:
        """Index what is isolated and let through; a space that is given bounds the work."""
        self.namespaces = Namespaces(ruleset.namespaces)
        self.space = space or Space(self.namespaces)
        self._rules = {direction: IndexedRules(ruleset.of(direction)) for direction in DIRECTIONS}

    def within(self, ruleset: RuleSet) -> Prover:
        """Return proofs of the same rules within other tiers, which share the indexes of the rules."""
        found = Prover(ruleset, self.space)
        found._rules = {each: IndexedRules(ruleset.of(each), self._rules[each]) for each in DIRECTIONS}
        return found

    def allowed(self, box: Box) -> Iterator[Allowed]:
        """Yield the parts of a box that are allowed; they may overlap."""
        inward = list(self.passages(box, "ingress"))
        outward = list(self.passages(box, "egress"))
        if len(inward) <= len(outward):
            for passage in inward:
                for other in self.passages(passage.box, "egress"):
                    yield Allowed(other.box, other.reason, passage.reason)
        else:
            for passage in outward:
                for other in self.passages(passage.box, "ingress"):
                    yield Allowed(other.box, passage.reason, other.reason)

    def denied(self, box: Box) -> Iterator[Denied]:
        """Yield the parts of a box that are denied; they may overlap."""
        for direction in DIRECTIONS:
            if self._rules[direction].is_tiered:
                outcomes = self.outcomes(box, direction)
                yield from (Denied(each.box, direction, each.reason) for each in outcomes if not each.passes)
                continue
            for isolated in self.isolated(box, direction):
                through = self.let_through(isolated.box, direction)
                for rest in self.space.without(isolated.box, [passage.box for passage in through]):
                    yield Denied(rest, direction, isolated.reason)

    def isolated(self, box: Box, direction: Direction) -> Iterator[Passage]:
        """Yield the parts of a box that are isolated at one end, whatever is let through, and what isolates them."""
        subjects = _pods(box, direction)
        for isolation in () if subjects is None else self._rules[direction].isolations.near(subjects):
            both = self.space.meet(box, _about(isolation.subject, box, direction))
            if both is not None:
                yield Passage(both, isolation.reason)

    def passages(self, box: Box, direction: Direction) -> Iterator[Passage]:
        """Yield the parts of a box that pass one end; they may overlap."""
        if self._rules[direction].is_tiered:
            outcomes = self.outcomes(box, direction)
            yield from (Passage(each.box, each.reason) for each in outcomes if each.passes)
            return
        isolated = [passage.box for passage in self.isolated(box, direction)]
        for rest in self.space.without(box, isolated):
            yield Passage(rest, None)
        for part in isolated:
            yield from self.let_through(part, direction)

    def lets_all_through(self, box: Box, direction: Direction) -> bool:
        """Tell whether rules let all of a box through at one end, whether it is isolated or not."""
        through: list[Box] = []
        tiered = self._rules[direction].is_tiered
        for passage in self.passages(box, direction) if tiered else self.let_through(box, direction):
            if passage.box == box:
                return True
            through.append(passage.box)
        return self.space.is_covered(box, through)

    def near(self, subjects: PodSet, direction: Direction) -> Iterator[AllowRule]:
        """Yield the rules of one direction that may be for any of some pods."""
        return self._rules[direction].allow_rules.near(subjects)

    def let_through(self, box: Box, direction: Direction, but: Reason | None = None) -> Iterator[Passage]:
        """Yield the parts of a box that rules let through at one end, whether it is isolated or not.

        Left out are those of one reason, which is known by being the same object.
        """
        subjects = _pods(box, direction)
        if subjects is None:
            return
        for allow_rule in self.near(subjects, direction):
            if but is not None and allow_rule.reason is but:
                continue
            for whole in boxes_of(allow_rule, direction):
                both = self.space.meet(box, whole)
                if both is not None:
                    yield Passage(both, allow_rule.reason)

    def outcomes(self, box: Box, direction: Direction) -> Iterator[EndOutcome]:
        """Yield the parts of a box by what becomes of them at one end: first by tiers, then rules, then other tiers."""
        rules = self._rules[direction]
        coming = yield from self._through(rules.before, [box], direction)
        behind: list[Box] = []
        for part in coming:
            isolated = list(self.isolated(part, direction))
            behind += self.space.without(part, [passage.box for passage in isolated])
            for passage in isolated:
                through = list(self.let_through(passage.box, direction))
                yield from (EndOutcome(each.box, passes=True, reason=each.reason) for each in through)
                for rest in self.space.without(passage.box, [each.box for each in through]):
                    yield EndOutcome(rest, passes=False, reason=passage.reason)
        judged: list[Box] = []
        for part in behind:
            subjects = _pods(part, direction)
            exempt = [] if subjects is None else [*rules.exempt.near(subjects)]
            free = [both for each in exempt if (both := self.space.meet(part, _about(each.subject, part, direction)))]
            yield from (EndOutcome(each, passes=True, reason=None) for each in free)
            judged += self.space.without(part, free)
        left = yield from self._through(rules.behind, judged, direction)
        yield from (EndOutcome(each, passes=True, reason=None) for each in left)

    def _through(
        self, tiers: Iterable[IndexedTier], coming: list[Box], direction: Direction
    ) -> Generator[EndOutcome, None, list[Box]]:
        """Yield what tiers decide of some boxes, and return what comes out behind them."""
        for tier in tiers:
            behind: list[Box] = []
            for box in coming:
                left = [box]
                subjects = _pods(box, direction)
                for decision in () if subjects is None else tier.near(subjects):
                    left = yield from self._decided(decision, left, behind, direction)
                behind += left
            coming = behind
        return coming

    def _decided(
        self, decision: Decision, coming: list[Box], behind: list[Box], direction: Direction
    ) -> Generator[EndOutcome, None, list[Box]]:
        """Yield what a decision ends, add what it hands on to what comes behind its tier, and return the rest."""
        for whole in boxes_of(decision, direction):
            left: list[Box] = []
            for part in coming:
                both = self.space.meet(part, whole)
                if both is None:
                    left.append(part)
                    continue
                left += self.space.subtract(part, whole)
                if decision.action == "next":
                    behind.append(both)
                else:
                    yield EndOutcome(both, decision.action == "allow", decision.reason)
            coming = left
        return coming


class IndexedTier:
    """The decisions of a tier, found by their pods."""

    def __init__(self, tier: Tier) -> None:
        """Index the decisions."""
        self._index = Index((each.subject, (number, each)) for number, each in enumerate(tier.decisions))

    def near(self, pods: PodSet) -> Iterator[Decision]:
        """Yield those that may be about some pods, in order."""
        found = dict(self._index.near(pods))
        return (found[number] for number in sorted(found))


class IndexedRules:
    """The rules of a direction, found by their pods; each kind is indexed once somebody asks for it."""

    def __init__(self, rules: DirectionRules, same: IndexedRules | None = None) -> None:
        """Take the rules, and the `same` within other tiers, whose indexes serve here as well."""
        self._rules = rules
        self._same = same
        self.is_tiered = bool(rules.tiers)

    @cached_property
    def before(self) -> tuple[IndexedTier, ...]:
        """The tiers before what is isolated."""
        return tuple(map(IndexedTier, self._rules.before))

    @cached_property
    def behind(self) -> tuple[IndexedTier, ...]:
        """The tiers behind it."""
        return tuple(map(IndexedTier, self._rules.behind))

    @cached_property
    def exempt(self) -> Index[Isolation]:
        """The pods that no tier behind judges."""
        return Index((each.subject, each) for each in self._rules.exempt)

    @cached_property
    def isolations(self) -> Index[Isolation]:
        """What is isolated, each set of pods once."""
        if self._same is not None:
            return self._same.isolations
        return Index((each.subject, each) for each in _outermost(self._rules.isolations))

    @cached_property
    def allow_rules(self) -> Index[AllowRule]:
        """What is let through."""
        if self._same is not None:
            return self._same.allow_rules
        return Index((each.subject, each) for each in self._rules.allow_rules)


def _outermost(isolations: Iterable[Isolation]) -> Iterator[Isolation]:
    """Yield each isolated set of pods once, without parts of namespaces that are isolated as a whole."""
    distinct: dict[PodSet, Isolation] = {}
    for isolation in isolations:
        distinct.setdefault(isolation.subject, isolation)
    for subject, isolation in distinct.items():
        if not subject.pods.requirements or PodSet(subject.namespaces, EVERYTHING) not in distinct:
            yield isolation


def boxes_of(allow_rule: AllowRule | Decision, direction: Direction) -> Iterator[Box]:
    """Yield the connections that a rule lets through, or a decision holds."""
    for piece in pieces(allow_rule.ports):
        if direction == "egress":
            yield Box(allow_rule.subject, allow_rule.peer, piece)
        else:
            yield Box(allow_rule.peer, allow_rule.subject, piece)


def boxes(sources: Iterable[Region], destinations: Iterable[Region], ports: PortSet) -> Iterator[Box]:
    """Yield every combination of some ends on some ports."""
    ends, numbers = tuple(destinations), sorted(pieces(ports), key=lambda piece: PROTOCOLS.index(piece.protocol))
    for source in sources:
        for destination in ends:
            for number in numbers:
                yield Box(source, destination, number)


def _pods(box: Box, direction: Direction) -> PodSet | None:
    """Return the end that a direction is about, if it is of pods."""
    end = box.source if direction == "egress" else box.destination
    return end if isinstance(end, PodSet) else None


def _about(subject: PodSet, box: Box, direction: Direction) -> Box:
    """Return the connections of a subject with all that a box has at the other end."""
    if direction == "egress":
        return Box(subject, box.destination, box.ports)
    return Box(box.source, subject, box.ports)
