"""Rows without the sets of pods that say nothing which their parts do not say together.

What changed is found protocol by protocol, and rule by rule, so that a whole namespace may stand beside all of its
parts, with less. A reader is told of the parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine import regions
from netpolc.engine.bits import joined, numbers
from netpolc.engine.regions import PodSet
from netpolc.engine.row_algebra import NOTHING
from netpolc.sets.ports import PortSet, difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.engine.members import Members
    from netpolc.engine.peers import Peer
    from netpolc.engine.row_algebra import Row

MOST_SETS = 64
"""The sets beyond which nobody reads so closely that it is worth to look."""
MOST_PARTS = 32


def without_redundant(
    peers: Sequence[Peer], rows: Sequence[tuple[int, Row]], sets: int, members: Members
) -> tuple[tuple[int, Row], ...]:
    """Leave out sets, as sources and in each row as destinations, that others hold together on as many ports."""
    candidates = joined(bits for sources, row in rows for bits in (sources, *row.values())) & sets
    if candidates.bit_count() > MOST_SETS:
        return tuple(rows)
    inside = {
        number: held
        for number in numbers(candidates)
        if (pods := peers[number].pods) is not None and (held := members.bits(pods) & candidates ^ 1 << number)
    }
    left = [(sources, _destinations(peers, row, inside)) for sources, row in rows]
    of_source = {number: row for sources, row in left for number in numbers(sources & sets)}
    gone = 0
    for number, held in inside.items():
        mine = of_source.get(number)
        if mine is not None:
            parts = [each for each in numbers(held & ~gone) if each in of_source and _has_all(of_source[each], mine)]
            if _are_whole(peers, number, parts):
                gone |= 1 << number
    return tuple((kept, row) for sources, row in left if (kept := sources & ~gone))


def _destinations(peers: Sequence[Peer], row: Row, inside: dict[int, int]) -> Row:
    """Return a row without the destinations that others of it hold together."""
    gone = 0
    for number, held in inside.items():
        ports = next((each for each, bits in row.items() if bits >> number & 1), None)
        if ports is not None:
            parts = [
                other
                for each, bits in row.items()
                if difference(ports, each) == NOTHING
                for other in numbers(bits & held & ~gone)
            ]
            if _are_whole(peers, number, parts):
                gone |= 1 << number
    return {ports: left for ports, bits in row.items() if (left := bits & ~gone)}


def _has_all(row: Row, other: Row) -> bool:
    """Tell whether a row has all that another has."""
    return all(not bits & ~reached(row, ports) for ports, bits in other.items())


def reached(row: Row, ports: PortSet) -> int:
    """Return the destinations that a row reaches on all of some ports."""
    return joined(bits for each, bits in row.items() if difference(ports, each) == NOTHING)


def _are_whole(peers: Sequence[Peer], number: int, parts: Iterable[int]) -> bool:
    whole = peers[number].pods
    return whole is not None and are_whole(whole, (peers[part].pods for part in parts))


def are_whole(whole: PodSet, parts: Iterable[PodSet | None]) -> bool:
    """Tell whether some sets hold all pods of another together."""
    left = [whole]
    for part in parts:
        if part is not None:
            left = [each for one in left for each in regions.subtract(one, part) if isinstance(each, PodSet)]
        if len(left) > MOST_PARTS:
            return False
    return not left
