"""Proofs about every pod that could exist: is any of these connections allowed, or denied, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.boxes import Box, Space
from netpolc.engine.index import Index
from netpolc.engine.model import Reason
from netpolc.engine.ports import pieces
from netpolc.engine.regions import Namespaces, PodSet, Region
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.ports import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
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
        isolated = [passage.box for passage in self.isolated(box, direction)]
        for rest in self.space.without(box, isolated):
            yield Passage(rest, None)
        for part in isolated:
            yield from self.let_through(part, direction)

    def lets_all_through(self, box: Box, direction: Direction) -> bool:
        """Tell whether rules let all of a box through at one end, whether it is isolated or not."""
        through: list[Box] = []
        for passage in self.let_through(box, direction):
            if passage.box == box:
                return True
            through.append(passage.box)
        return self.space.is_covered(box, through)

    def let_through(self, box: Box, direction: Direction) -> Iterator[Passage]:
        """Yield the parts of a box that rules let through at one end, whether it is isolated or not."""
        subjects = _pods(box, direction)
        if subjects is None:
            return
        for allow_rule in self._rules[direction].allow_rules.near(subjects):
            for whole in boxes_of(allow_rule, direction):
                both = self.space.meet(box, whole)
                if both is not None:
                    yield Passage(both, allow_rule.reason)


class IndexedRules:
    """The rules of a direction, found by their pods."""

    def __init__(self, rules: DirectionRules) -> None:
        """Index the rules."""
        self.isolations: Index[Isolation] = Index((each.subject, each) for each in _outermost(rules.isolations))
        self.allow_rules: Index[AllowRule] = Index((each.subject, each) for each in rules.allow_rules)


def _outermost(isolations: Iterable[Isolation]) -> Iterator[Isolation]:
    """Yield each isolated set of pods once, without parts of namespaces that are isolated as a whole."""
    distinct: dict[PodSet, Isolation] = {}
    for isolation in isolations:
        distinct.setdefault(isolation.subject, isolation)
    for subject, isolation in distinct.items():
        if not subject.pods.requirements or PodSet(subject.namespaces, EVERYTHING) not in distinct:
            yield isolation


def boxes_of(allow_rule: AllowRule, direction: Direction) -> Iterator[Box]:
    """Yield the connections that a rule lets through."""
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
