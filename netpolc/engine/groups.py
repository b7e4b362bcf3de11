"""Rows made groups: sources that reach the same destinations on the same ports, in as few groups as there need be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine.bits import joined, lowest, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.row_algebra import Row
    from netpolc.sets.ports import PortSet

MOST_TURNED = 64
"""How many pairs a source may have, on average, for its destinations to be grouped by who reaches them instead."""


class BitGroup(NamedTuple):
    """Sources of which each reaches each destination on the same ports; both are bits."""

    sources: int
    destinations: int
    ports: PortSet


def group_rows(rows: Iterable[tuple[int, Row]]) -> list[BitGroup]:
    """Group rows, each with its sources, so that every pair is in one group; by first source, then destination.

    On each ports, sources that reach the same are one group, or else destinations that are reached by the same,
    whichever makes fewer groups.
    """
    by_ports: dict[PortSet, dict[int, int]] = {}
    for sources, row in rows:
        for ports, destinations in row.items():
            alike = by_ports.setdefault(ports, {})
            alike[destinations] = alike.get(destinations, 0) | sources
    found: list[BitGroup] = []
    for ports, by_destinations in by_ports.items():
        turned = _turned(by_destinations)
        if turned is not None:
            found += (BitGroup(sources, destinations, ports) for sources, destinations in turned.items())
        else:
            found += (BitGroup(sources, destinations, ports) for destinations, sources in by_destinations.items())
    found.sort(key=lambda group: (lowest(group.sources), lowest(group.destinations), group.ports))
    return found


def _turned(by_destinations: dict[int, int]) -> dict[int, int] | None:
    """Return destinations by all who reach them; None where that makes no fewer groups, or is not worth its cost."""
    if sum(map(int.bit_count, by_destinations)) > MOST_TURNED * len(by_destinations):
        return None
    # By the numbers of rows, which take less room than their sources, and stand for them: no two rows share any.
    standing: dict[int, list[int]] = {}
    for entry, destinations in enumerate(by_destinations):
        for number in numbers(destinations):
            entries = standing.get(number)
            if entries is None:
                standing[number] = [entry]
            else:
                entries.append(entry)
    alike: dict[tuple[int, ...], int] = {}
    for number, entries in standing.items():
        reached_by = tuple(entries)
        alike[reached_by] = alike.get(reached_by, 0) | 1 << number
    if len(alike) >= len(by_destinations):
        return None
    sources = tuple(by_destinations.values())
    return {joined(sources[entry] for entry in entries): bits for entries, bits in alike.items()}
