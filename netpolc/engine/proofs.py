"""Questions about every pod that could exist: is any of these connections allowed, or denied, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.boxes import Box, Space
from netpolc.engine.index import Index
from netpolc.engine.model import Reason
from netpolc.engine.ports import FAMILIAR, pieces
from netpolc.engine.regions import Namespaces, PodSet, Region
from netpolc.ir.model import Direction
from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.engine.model import AllowRule, DirectionRules, Isolation, RuleSet
    from netpolc.sets.ports import PortSet

DIRECTIONS: tuple[Direction, Direction] = ("egress", "ingress")


class Passage(msgspec.Struct, frozen=True):
    """Connections at one end, and what lets them through or closes them; without a cause, nobody wrote it."""

    box: Box
    reason: Reason | None


class Allowed(msgspec.Struct, frozen=True):
    """Connections that are allowed, and what lets them out of their sources and into their destinations."""

    box: Box
    egress: Reason | None
    ingress: Reason | None


class Denied(msgspec.Struct, frozen=True):
    """Connections that are denied at one end, which a cause closes."""

    box: Box
    direction: Direction
    reason: Reason | None


class Prover:
    """Answers over fixed halves."""

    def __init__(self, ruleset: RuleSet, space: Space | None = None) -> None:
        """File what is closed and let through; a space that is given bounds the work."""
        self.namespaces = Namespaces(ruleset.namespaces)
        self.space = space or Space(self.namespaces)
        self._halves = {direction: Filed(ruleset.of(direction)) for direction in DIRECTIONS}

    def allowed(self, box: Box) -> Iterator[Allowed]:
        """The parts of a box that are allowed; they may overlap."""
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
        """The parts of a box that are denied; they may overlap."""
        for direction in DIRECTIONS:
            for closed in self.closed(box, direction):
                through = self.granted(closed.box, direction)
                for rest in self.space.without(closed.box, [passage.box for passage in through]):
                    yield Denied(rest, direction, closed.reason)

    def closed(self, box: Box, direction: Direction) -> Iterator[Passage]:
        """The parts of a box that are closed at one end, whatever is let through, and what closes them."""
        subjects = _pods(box, direction)
        for isolation in () if subjects is None else self._halves[direction].isolations.near(subjects):
            both = self.space.meet(box, _about(isolation.subject, box, direction))
            if both is not None:
                yield Passage(both, isolation.reason)

    def passages(self, box: Box, direction: Direction) -> Iterator[Passage]:
        """The parts of a box that pass one end; they may overlap."""
        closed = [passage.box for passage in self.closed(box, direction)]
        for rest in self.space.without(box, closed):
            yield Passage(rest, None)
        for part in closed:
            yield from self.granted(part, direction)

    def granted(self, box: Box, direction: Direction) -> Iterator[Passage]:
        """The parts of a box that rules let through at one end, whether anything closes it or not."""
        subjects = _pods(box, direction)
        if subjects is None:
            return
        for allow_rule in self._halves[direction].allow_rules.near(subjects):
            for whole in boxes_of(allow_rule, direction):
                both = self.space.meet(box, whole)
                if both is not None:
                    yield Passage(both, allow_rule.reason)


class Filed:
    """A half whose parts are found by their pods."""

    def __init__(self, half: DirectionRules) -> None:
        """File it."""
        self.isolations: Index[Isolation] = Index((each.subject, each) for each in _outermost(half.isolations))
        self.allow_rules: Index[AllowRule] = Index((each.subject, each) for each in half.allow_rules)


def _outermost(isolations: Iterable[Isolation]) -> Iterator[Isolation]:
    """Each closed set of pods once, without parts of namespaces that are closed as a whole."""
    distinct: dict[PodSet, Isolation] = {}
    for isolation in isolations:
        distinct.setdefault(isolation.subject, isolation)
    for subject, isolation in distinct.items():
        if not subject.pods.requirements or PodSet(subject.namespaces, EVERYTHING) not in distinct:
            yield isolation


def boxes_of(allow_rule: AllowRule, direction: Direction) -> Iterator[Box]:
    """The connections that a rule lets through."""
    for piece in pieces(allow_rule.ports):
        if direction == "egress":
            yield Box(allow_rule.subject, allow_rule.peer, piece)
        else:
            yield Box(allow_rule.peer, allow_rule.subject, piece)


def boxes(sources: Iterable[Region], destinations: Iterable[Region], ports: PortSet) -> Iterator[Box]:
    """Every combination of some ends on some ports."""
    ends, numbers = tuple(destinations), sorted(pieces(ports), key=lambda piece: FAMILIAR.index(piece.protocol))
    for source in sources:
        for destination in ends:
            for number in numbers:
                yield Box(source, destination, number)


def _pods(box: Box, direction: Direction) -> PodSet | None:
    """The end that a direction is about, if it is of pods."""
    end = box.source if direction == "egress" else box.destination
    return end if isinstance(end, PodSet) else None


def _about(subject: PodSet, box: Box, direction: Direction) -> Box:
    """The connections of a subject with all that a box has at the other end."""
    if direction == "egress":
        return Box(subject, box.destination, box.ports)
    return Box(box.source, subject, box.ports)
