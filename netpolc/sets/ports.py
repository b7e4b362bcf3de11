"""Sets of ports over the three protocols of NetworkPolicy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.sets.port_model import (
    EVERY_PORT,
    FIRST,
    LAST,
    PROTOCOLS,
    NamedPort,
    PortInterval,
    PortSet,
    Protocol,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "EVERY_PORT",
    "FIRST",
    "LAST",
    "PROTOCOLS",
    "NamedPort",
    "PortInterval",
    "PortSet",
    "Protocol",
    "difference",
    "intersection",
    "is_plain",
    "of_any_name",
    "ports_of",
    "union",
]


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
    if not all(is_plain(name) for name in names):
        intervals, names = _in_normal_form(intervals, names)
    if len(intervals) > 1:
        intervals = _merge(intervals)
    if not names:
        return PortSet(tuple(intervals))
    return PortSet(tuple(intervals), tuple(sorted(name for name in names if not _is_held(name, intervals))))


def intersection(one: PortSet, other: PortSet) -> PortSet:
    """Return what both hold, of pods that may give ports any names."""
    if other in (one, EVERY_PORT):
        return one
    if one == EVERY_PORT:
        return other
    if one.names or other.names:
        from netpolc.sets.named_ports import common, pieces, written  # most policies have no names of ports

        return ports_of(map(written, common(pieces(one), pieces(other))))
    return ports_of(
        PortInterval(mine.protocol, max(mine.first, yours.first), min(mine.last, yours.last))
        for mine in one.intervals
        for yours in other.intervals
        if mine.protocol == yours.protocol and max(mine.first, yours.first) <= min(mine.last, yours.last)
    )


def difference(one: PortSet, other: PortSet) -> PortSet:
    """Return what the first holds and the second does not, of pods that may give ports any names."""
    if one.names or other.names:
        from netpolc.sets.named_ports import pieces, without, written  # most policies have no names of ports

        return ports_of(map(written, without(pieces(one), pieces(other))))
    return ports_of(PortInterval(each.protocol, *piece) for each in one.intervals for piece in _left(each, other))


def of_any_name(ports: PortSet) -> PortSet:
    """Return all ports that a pod may give the names of some, with those that are there by their numbers."""
    return ports_of([*ports.intervals, *(PortInterval(name.protocol, name.first, name.last) for name in ports.names)])


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


def _left(held: PortInterval, other: PortSet) -> Iterator[tuple[int, int]]:
    """Yield the first and the last number of each piece that is left of an interval where others take theirs."""
    first = held.first
    for taken in other.intervals:
        if taken.protocol == held.protocol and first <= taken.last and taken.first <= held.last:
            if first < taken.first:
                yield first, taken.first - 1
            first = taken.last + 1
    if first <= held.last:
        yield first, held.last


def is_plain(name: NamedPort) -> bool:
    """Tell whether it is all ports of one name, as policies have it, and not only some numbers or among other names."""
    return not name.also and not name.but and name.first == FIRST and name.last == LAST


def _in_normal_form(intervals: list[PortInterval], names: set[NamedPort]) -> tuple[list[PortInterval], set[NamedPort]]:
    """Return intervals and names in the one form of all that say the same."""
    from netpolc.sets.named_ports import normal_form, pieces, written  # few names are of some numbers only

    numbers, found = list(intervals), set()
    for each in map(written, normal_form(pieces(PortSet(tuple(intervals), tuple(names))))):
        if isinstance(each, NamedPort):
            found.add(each)
        else:
            # Names that add up to any are a number of their own.
            numbers += (PortInterval(each.protocol, *left) for left in _left(each, PortSet(tuple(_merge(intervals)))))
    return numbers, found


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
