"""Sets of ports over the three protocols of NetworkPolicy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

Protocol = Literal["TCP", "UDP", "SCTP"]
PROTOCOLS: tuple[Protocol, ...] = ("TCP", "UDP", "SCTP")
"""All protocols, in the order in which the API lists them."""
FIRST, LAST = 1, 65535


class PortInterval(msgspec.Struct, frozen=True, order=True, gc=False):
    """The ports `first` to `last`, both included, of one protocol."""

    protocol: Protocol
    first: int
    last: int


class NamedPort(msgspec.Struct, frozen=True, order=True, gc=False):
    """The ports that containers give a name, resolved by Kubernetes for each destination pod.

    Where rules of both ends meet, it may be just those of some numbers, or those that have other names, `also`.
    """

    protocol: Protocol
    name: str
    first: int = FIRST
    last: int = LAST
    also: tuple[str, ...] = ()


class PortSet(msgspec.Struct, frozen=True, order=True, gc=False):
    """A set of ports, in normal form as `ports_of` makes it: intervals sorted and disjoint, names sorted."""

    intervals: tuple[PortInterval, ...] = ()
    names: tuple[NamedPort, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether it is every port of every protocol."""
        return self == EVERY_PORT

    def has_every(self, protocol: Protocol) -> bool:
        """Tell whether it holds every port of a protocol."""
        return PortInterval(protocol, FIRST, LAST) in self.intervals

    def contains(self, protocol: Protocol, port: int) -> bool:
        """Tell whether it holds a port by number."""
        return any(i.protocol == protocol and i.first <= port <= i.last for i in self.intervals)


EVERY_PORT = PortSet(tuple(PortInterval(protocol, FIRST, LAST) for protocol in sorted(PROTOCOLS)))


def ports_of(items: Iterable[PortInterval | NamedPort]) -> PortSet:
    """Return the union of ports in normal form.

    Overlapping intervals become one, and adjacent ranges do, too. Adjacent single ports stay apart: a range needs
    `endPort`, which not every network plugin implements. Every port of a protocol needs none, and is one interval; a
    name of such a protocol is dropped.
    """
    intervals: list[PortInterval] = []
    names: set[NamedPort] = set()
    for item in items:
        if isinstance(item, NamedPort):
            names.add(item)
        else:
            intervals.append(item)
    if len(intervals) > 1:
        intervals = _merge(intervals)
    if not names:
        return PortSet(tuple(intervals))
    return PortSet(tuple(intervals), tuple(sorted(name for name in names if not _is_held(name, intervals))))


def intersection(one: PortSet, other: PortSet) -> PortSet:
    """Return what both hold.

    A name that only one of them holds is in it where the other has every port of its protocol.
    """
    if other in (one, EVERY_PORT):
        return one
    if one == EVERY_PORT:
        return other
    items: list[PortInterval | NamedPort] = [
        PortInterval(mine.protocol, max(mine.first, yours.first), min(mine.last, yours.last))
        for mine in one.intervals
        for yours in other.intervals
        if mine.protocol == yours.protocol and max(mine.first, yours.first) <= min(mine.last, yours.last)
    ]
    for mine, yours in ((one, other), (other, one)):
        items += [name for name in mine.names if name in yours.names or yours.has_every(name.protocol)]
    return ports_of(items)


def difference(one: PortSet, other: PortSet) -> PortSet:
    """Return what the first holds and the second does not.

    A port that has a name is held by its number as well, and by some of its names.
    """
    items: list[PortInterval | NamedPort] = [
        PortInterval(each.protocol, *piece) for each in one.intervals for piece in _left(each, other.intervals)
    ]
    for each in one.names:
        names = {each.name, *each.also}
        takers: list[PortInterval | NamedPort] = [*other.intervals]
        takers += [taken for taken in other.names if names >= {taken.name, *taken.also}]
        items += [NamedPort(each.protocol, each.name, *piece, each.also) for piece in _left(each, takers)]
    return ports_of(items)


def of_any_name(ports: PortSet) -> PortSet:
    """Return all ports that a pod may give the names of some, with those that are there by their numbers."""
    return ports_of([*ports.intervals, *(PortInterval(name.protocol, FIRST, LAST) for name in ports.names)])


def union(sets: Iterable[PortSet]) -> PortSet:
    """Return every port that any of the sets holds."""
    distinct = set(sets)
    if len(distinct) == 1:
        return distinct.pop()
    items: list[PortInterval | NamedPort] = []
    for ports in distinct:
        items += ports.intervals
        items += ports.names
    return ports_of(items)


def _left(held: PortInterval | NamedPort, takers: Iterable[PortInterval | NamedPort]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of each piece that is left of one where others take theirs."""
    first = held.first
    for taken_first, taken_last in sorted((each.first, each.last) for each in takers if each.protocol == held.protocol):
        if first <= taken_last and taken_first <= held.last:
            if first < taken_first:
                yield first, taken_first - 1
            first = taken_last + 1
    if first <= held.last:
        yield first, held.last


def _is_held(name: NamedPort, intervals: list[PortInterval]) -> bool:
    return any(
        each.protocol == name.protocol and each.first <= name.first and name.last <= each.last for each in intervals
    )


def _merge(intervals: list[PortInterval]) -> list[PortInterval]:
    merged: list[PortInterval] = []
    for interval in sorted(set(intervals)):
        joined = interval
        # A single port that grows into a range may then adjoin the range before it.
        while merged and merged[-1].protocol == joined.protocol and _joins(merged[-1], joined):
            last = merged.pop()
            joined = PortInterval(last.protocol, last.first, max(last.last, joined.last))
        merged.append(joined)
    for protocol in PROTOCOLS:
        parts = [each for each in merged if each.protocol == protocol]
        if len(parts) > 1 and sum(each.last - each.first + 1 for each in parts) == LAST:
            at = merged.index(parts[0])
            merged[at : at + len(parts)] = [PortInterval(protocol, FIRST, LAST)]
    return merged


def _joins(one: PortInterval, other: PortInterval) -> bool:
    """Tell whether the second, which begins no earlier, continues the first."""
    if other.first <= one.last:
        return True
    return other.first == one.last + 1 and one.first < one.last and other.first < other.last
