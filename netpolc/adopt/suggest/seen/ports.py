"""Ports as a person would write them: each by its number, and a range for those that nobody chose."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from netpolc.sets.ports import PortInterval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.sets.ports import Protocol

MOST = 12
"""How many ports of one protocol a person would read beside each other."""

CHOSEN = 1024
"""The ports below this one are somebody's by convention (RFC 6335, "System Ports")."""

NEAR = 1000
"""How far apart ports may be that are taken for some that nobody chose, as those of passive FTP."""


def intervals_of(seen: Iterable[tuple[Protocol, int]]) -> Iterator[tuple[PortInterval, str | None]]:
    """Yield the ports that were seen, in order, each with what it adds.

    Where they are too many, those become ranges that nobody chose and that are near each other, and then the nearest.
    """
    by_protocol: dict[Protocol, list[int]] = {}
    for protocol, port in sorted(seen):
        by_protocol.setdefault(protocol, []).append(port)
    for protocol, ports in by_protocol.items():
        for held in _ranges(ports):
            first, last = held[0], held[-1]
            size = last - first + 1
            added = f"{len(held):,} of the {size:,} ports {first}-{last} were seen"
            yield PortInterval(protocol, first, last), None if size == len(held) else added


def _ranges(ports: list[int]) -> list[list[int]]:
    """Return sorted ports in runs, each alone if they are few."""
    if len(ports) <= MOST:
        return [[port] for port in ports]
    gaps = sorted((after - port, port) for port, after in pairwise(ports))
    bridged = {port for gap, port in gaps if gap <= NEAR and port >= CHOSEN}
    bridged |= {
        port
        for _, port in [each for each in gaps if each[1] not in bridged][: max(0, len(ports) - len(bridged) - MOST)]
    }
    runs = [[ports[0]]]
    for port, after in pairwise(ports):
        if port in bridged:
            runs[-1].append(after)
        else:
            runs.append([after])
    return runs
