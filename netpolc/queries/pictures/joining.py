"""Members of groups made nodes: what stands in the same groups is one, and so is what is told as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine.bits import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from netpolc.engine.groups import BitGroup
    from netpolc.sets.ports import PortSet


MOST_DRAWN = 20_000
"""The edges beyond which there is no picture, whoever asks for one."""


class Told(NamedTuple):
    """One side of a group: members of which each is told for itself, and sets of members that are told as wholes."""

    alone: int
    whole: tuple[int, ...] = ()


class Joined(NamedTuple):
    """An edge between two sets of members, and the number of the group that it is of."""

    source: int
    destination: int
    ports: PortSet
    apart: bool
    group: int


def joined(
    groups: Sequence[BitGroup],
    told: Callable[[int], Told],
    kind: Callable[[int], Hashable],
    most: int = MOST_DRAWN,
) -> tuple[list[int], list[Joined]] | None:
    """Return nodes as bits, and edges between them; None if there are more of these than the most.

    Members that are told for themselves are one node where they are of one kind and stand on the same sides of the same
    groups. A group of one member and itself is the same for all who have one on the same ports.
    """
    sides = {bits: told(bits) for group in groups for bits in group[:2]}
    standing: dict[int, list[Hashable]] = {}
    for entry, group in enumerate(groups):
        source, destination = sides[group.sources].alone, sides[group.destinations].alone
        if _is_apart(group):
            _stand(standing, source, group.ports)
            continue
        _stand(standing, source, 2 * entry)
        _stand(standing, destination, 2 * entry + 1)
    classes: dict[Hashable, int] = {}
    for number, entries in standing.items():
        key = (kind(number), *entries)
        classes[key] = classes.get(key, 0) | 1 << number
    of_member = {number: bits for bits in classes.values() for number in numbers(bits)}
    nodes = {bits: _nodes(side, of_member) for bits, side in sides.items()}
    if sum(len(nodes[group.sources]) * len(nodes[group.destinations]) for group in groups) > most + len(standing):
        return None
    edges: dict[Hashable, Joined] = {}
    for entry, group in enumerate(groups):
        for source in nodes[group.sources]:
            for destination in nodes[group.destinations]:
                apart = _is_apart(group) and source.bit_count() > 1
                edge = Joined(source, destination, group.ports, apart, entry)
                edges.setdefault(edge[:4] if apart else edge, edge)
    return list(dict.fromkeys(node for several in nodes.values() for node in several)), [*edges.values()]


def _is_apart(group: BitGroup) -> bool:
    return group.sources == group.destinations and group.sources.bit_count() == 1


def _stand(standing: dict[int, list[Hashable]], members: int, entry: Hashable) -> None:
    for number in numbers(members):
        entries = standing.get(number)
        if entries is None:
            standing[number] = [entry]
        else:
            entries.append(entry)


def _nodes(side: Told, of_member: dict[int, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys([*(of_member[number] for number in numbers(side.alone)), *side.whole]))
