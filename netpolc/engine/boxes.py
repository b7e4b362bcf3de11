"""Connections as boxes: a region of sources, one of destinations, and ports; what is left of one without others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine import regions
from netpolc.engine.regions import Namespaces, PodSet, Region
from netpolc.sets.named_ports import DestinationPorts, meet, subtract

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_STEPS = 3_000_000
"""The requirements that are compared before a question is given up: some seconds, and far more than policies take."""


class TooComplexError(Exception):
    """A question whose answer would take longer than anybody waits."""


class Box(msgspec.Struct, frozen=True, gc=False):
    """The connections from one region to another on some ports."""

    source: Region
    destination: Region
    ports: DestinationPorts


def is_part(box: Box, whole: Box) -> bool:
    """Tell whether all connections of a box are in another, as far as what both ask for shows it."""
    return (
        meet(box.ports, whole.ports) == box.ports
        and regions.meet(box.source, whole.source) == box.source
        and regions.meet(box.destination, whole.destination) == box.destination
    )


class Space:
    """The algebra of boxes over known namespaces; it counts its steps, so that every question ends."""

    def __init__(self, namespaces: Namespaces, steps: int | None = None, altogether: int | None = None) -> None:
        """Take the namespaces that are known, the most steps of a question, and those of all questions together."""
        self.namespaces = namespaces
        self._budget = MOST_STEPS if steps is None else steps
        self._altogether = altogether
        self._given = self._steps = self._budget

    def begin(self) -> None:
        """Start another question, with all of its steps, or those that are left for all."""
        if self._altogether is not None:
            self._altogether -= self._given - self._steps
            self._given = min(self._budget, self._altogether)
        else:
            self._given = self._budget
        self._steps = self._given

    def possible(self, box: Box) -> bool:
        """Tell whether there could be such a connection; policies decide none between two addresses."""
        if self._steps < 0:
            raise TooComplexError
        source, destination = box.source, box.destination
        if isinstance(source, PodSet) and isinstance(destination, PodSet):
            return self.namespaces.possible_together(source.namespaces, destination.namespaces)
        if isinstance(destination, PodSet):
            return self.namespaces.possible(destination.namespaces)
        return not box.ports.named and isinstance(source, PodSet) and self.namespaces.possible(source.namespaces)

    def meet(self, one: Box, other: Box) -> Box | None:
        """Return what two boxes have in common, or None if that is not possible."""
        self._steps -= 1 + _narrowness(one)
        protocol = meet(one.ports, other.ports)
        source = None if protocol is None else regions.meet(one.source, other.source)
        destination = None if source is None else regions.meet(one.destination, other.destination)
        if protocol is None or source is None or destination is None:
            return None
        both = Box(source, destination, protocol)
        return both if self.possible(both) else None

    def subtract(self, box: Box, other: Box) -> Iterator[Box]:
        """Yield what the first holds and the second does not, as far as it is possible, in parts."""
        both = self.meet(box, other)
        if both is None:
            yield box
            return
        for source in regions.subtract(box.source, other.source):
            yield from self._if_possible(Box(source, box.destination, box.ports))
        for destination in regions.subtract(box.destination, other.destination):
            yield from self._if_possible(Box(both.source, destination, box.ports))
        for protocol in subtract(box.ports, other.ports):
            yield from self._if_possible(Box(both.source, both.destination, protocol))

    def without(self, box: Box, others: Sequence[Box]) -> Iterator[Box]:
        """Yield what is left of a box without others, in parts; the widest go first, since they cut least."""
        others = sorted(others, key=_narrowness)
        pending = [(box, 0)] if self.possible(box) else []
        while pending:
            rest, number = pending.pop()
            while number < len(others) and self.meet(rest, others[number]) is None:
                number += 1
            if number == len(others):
                yield rest
            else:
                pending += [(part, number + 1) for part in self.subtract(rest, others[number])]

    def is_covered(self, box: Box, others: Iterable[Box]) -> bool:
        """Tell whether nothing is left of a box without others."""
        shared = [both for both in (self.meet(box, other) for other in others) if both is not None]
        return box in shared or next(self.without(box, shared), None) is None

    def _if_possible(self, box: Box) -> Iterator[Box]:
        if self.possible(box):
            yield box


def _narrowness(box: Box) -> int:
    """Count the requirements that pods have to meet on either end."""
    source, destination = box.source, box.destination
    count = 0
    if isinstance(source, PodSet):
        count += len(source.namespaces.requirements) + len(source.pods.requirements)
    if isinstance(destination, PodSet):
        count += len(destination.namespaces.requirements) + len(destination.pods.requirements)
    return count
