"""Rows, by their destinations and the ports on which these are reached: their union, parts and differences."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from netpolc.sets.ports import PortSet, difference, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    Row = dict[PortSet, int]
    """Destinations as bits, by the ports on which they are reached; each stands under one set of ports."""

NOTHING = PortSet()


def add(row: Row, ports: PortSet, bits: int) -> None:
    """Add destinations on some ports to a row."""
    for before, held in list(row.items()):
        if not bits:
            return
        common = held & bits
        if not common:
            continue
        bits ^= common
        joined = before if before == ports else _both(before, ports)
        if joined != before:
            row[before] ^= common
            if not row[before]:
                del row[before]
            row[joined] = row.get(joined, 0) | common
    if bits:
        row[ports] = row.get(ports, 0) | bits


def equal_joined(rows: Iterable[tuple[int, Row]]) -> tuple[tuple[int, Row], ...]:
    """Return rows, each with its sources as bits, so that equal ones are one; without those that reach nothing."""
    alike: dict[frozenset[tuple[PortSet, int]], tuple[int, Row]] = {}
    for sources, row in rows:
        if row:
            key = frozenset(row.items())
            same = alike.get(key)
            alike[key] = (sources if same is None else same[0] | sources), row
    return tuple(alike.values())


def within(row: Row, destinations: int) -> Row:
    """Return the part of a row that is to some destinations."""
    return {ports: both for ports, bits in row.items() if (both := bits & destinations)}


def lacking(row: Row, other: Row) -> Row:
    """Return what a row has and another has not."""
    found: Row = {}
    for ports, bits in row.items():
        left = bits
        for theirs, held in other.items():
            common = bits & held
            if common:
                left &= ~held
                missing = _lacking(ports, theirs)
                if missing != NOTHING:
                    add(found, missing, common)
        if left:
            add(found, ports, left)
    return found


@functools.lru_cache(maxsize=4096)
def _both(one: PortSet, other: PortSet) -> PortSet:
    """Return the union of two sets; rows have few different ones, and meet them often."""
    return union((one, other))


@functools.lru_cache(maxsize=4096)
def _lacking(one: PortSet, other: PortSet) -> PortSet:
    """Return what one of two sets has and the other has not."""
    return difference(one, other)
