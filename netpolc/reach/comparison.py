"""Whether policies allow exactly what a program does, for every pod that could exist.

Most of a program comes back from its policies as it was: the same subjects with the same peers and ports. That is
found by comparing tables. Only what differs in form is compared in meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.program.model import Direction
from netpolc.reach.boxes import Box, Space
from netpolc.reach.index import Index
from netpolc.reach.model import Grant
from netpolc.reach.ports import EVERY_PORTS, FAMILIAR
from netpolc.reach.proofs import DIRECTIONS, Prover, boxes_of
from netpolc.reach.regions import ANYTHING, Namespaces, PodSet, in_namespace, meet, names_of
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.ports import PortSet, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.reach.model import Closure, Half, Halves
    from netpolc.reach.regions import Region

    Table = dict[PodSet, dict[Region, PortSet]]


class Difference(msgspec.Struct, frozen=True):
    """Connections that one side allows and the other denies, and at which end."""

    box: Box
    allowed_by: Literal["one", "other"]
    direction: Direction


def differences(one: Halves, other: Halves) -> Iterator[Difference]:
    """The connections that either side allows and the other does not; both know the same namespaces."""
    comparison = _Comparison(one, other)
    for direction in DIRECTIONS:
        yield from comparison.compare(direction)


class _Comparison:
    def __init__(self, one: Halves, other: Halves) -> None:
        self.namespaces = Namespaces(one.namespaces)
        self.halves = {"one": one, "other": other}
        self._provers: dict[str, Prover] = {}

    def compare(self, direction: Direction) -> Iterator[Difference]:
        ours, theirs = self.halves["one"].of(direction), self.halves["other"].of(direction)
        yield from self._closed(direction, ours, "one", "other")
        yield from self._closed(direction, theirs, "other", "one")
        mine, others = _table(ours, self.namespaces), _table(theirs, self.namespaces)
        if mine != others:
            yield from self._granted(direction, mine, others, "one", "other")
            yield from self._granted(direction, others, mine, "other", "one")

    def prover(self, side: str) -> Prover:
        if side not in self._provers:
            self._provers[side] = Prover(self.halves[side], Space(self.namespaces))
        return self._provers[side]

    def _closed(self, direction: Direction, half: Half, side: Side, opposite: Side) -> Iterator[Difference]:
        """What a side closes and the other leaves open, and so allows, but for what the side itself lets through."""
        closures = self.halves[opposite].of(direction).closures
        known = {closure.subject for closure in closures}
        for closure in _distinct(half.closures):
            subject = closure.subject
            if subject in known or PodSet(subject.namespaces, EVERYTHING) in known:
                continue
            prover = self.prover(opposite)
            prover.space.begin()
            passages = [
                each for whole in _with_anything(subject, direction) for each in prover.passages(whole, direction)
            ]
            for passage in passages:
                if passage.cause is None:
                    yield from self._denied(direction, passage.box, side, opposite)

    def _granted(
        self, direction: Direction, table: Table, others: Table, side: Side, opposite: Side
    ) -> Iterator[Difference]:
        """What a side lets through and the other closes and does not."""
        for subject, peers in table.items():
            theirs = others.get(subject, {})
            for peer, ports in peers.items():
                if theirs.get(peer) != ports:
                    for box in _familiar_first(boxes_of(Grant(subject, peer, ports, None), direction)):
                        yield from self._denied(direction, box, opposite, side)

    def _denied(self, direction: Direction, box: Box, denying: Side, allowing: Side) -> Iterator[Difference]:
        """The parts of what one side allows at an end that the other denies there, if they are allowed at both ends."""
        for side in (allowing, denying):
            self.prover(side).space.begin()
        if not self.prover(allowing).space.possible(box):
            return
        passing = [passage.box for passage in self.prover(denying).passages(box, direction)]
        far: Direction = "ingress" if direction == "egress" else "egress"
        for rest in self.prover(denying).space.without(box, passing):
            for passage in self.prover(allowing).passages(rest, far):
                yield Difference(passage.box, allowing, direction)


Side = Literal["one", "other"]


def _table(half: Half, namespaces: Namespaces) -> Table:
    """What is let through to pods that are closed, by subject and peer."""
    closed = {closure.subject for closure in half.closures}
    index = Index((subject, subject) for subject in closed)
    clipped: dict[PodSet, tuple[PodSet, ...]] = {}
    found: dict[PodSet, dict[Region, list[PortSet]]] = {}
    for grant in half.grants:
        subjects = clipped.get(grant.subject)
        if subjects is None:
            whole = _is_within(grant.subject, closed, namespaces)
            parts = (grant.subject,) if whole else tuple(_clip(grant.subject, index, namespaces))
            subjects = clipped[grant.subject] = parts
        for subject in subjects:
            found.setdefault(subject, {}).setdefault(grant.peer, []).append(grant.ports)
    return {
        subject: {peer: ports[0] if len(ports) == 1 else union(ports) for peer, ports in peers.items()}
        for subject, peers in found.items()
    }


def _is_within(subject: PodSet, closed: set[PodSet], namespaces: Namespaces) -> bool:
    """Whether a subject of one known namespace is closed as it is, or with all of its namespace."""
    names = names_of(subject.namespaces)
    if names is None or len(names) > 1 or len(subject.namespaces.requirements) > 1 or names[0] not in namespaces.known:
        return False
    return subject in closed or PodSet(subject.namespaces, EVERYTHING) in closed


def _clip(subject: PodSet, closed: Index[PodSet], namespaces: Namespaces) -> Iterable[PodSet]:
    """The parts of a subject that are closed, in namespaces that are known each by itself, none within another."""
    parts: dict[PodSet, None] = {}
    for other in closed.near(subject):
        both = meet(subject, other)
        if isinstance(both, PodSet) and namespaces.possible(both.namespaces):
            names = names_of(both.namespaces)
            if names is not None and len(names) == 1 and names[0] in namespaces.known:
                both = PodSet(in_namespace(names[0]), both.pods)
            parts[both] = None
    whole = {part.namespaces for part in parts if part.pods == subject.pods}
    return [part for part in parts if part.pods == subject.pods or part.namespaces not in whole]


def _distinct(closures: Iterable[Closure]) -> Iterable[Closure]:
    return {closure.subject: closure for closure in closures}.values()


def _with_anything(subject: PodSet, direction: Direction) -> Iterator[Box]:
    for region in ANYTHING:
        for ports in EVERY_PORTS:
            yield Box(subject, region, ports) if direction == "egress" else Box(region, subject, ports)


def _familiar_first(boxes: Iterable[Box]) -> list[Box]:
    return sorted(boxes, key=lambda box: FAMILIAR.index(box.ports.protocol))
