"""Nodes of several namespaces made one, where a picture is around somebody: those with the same edges to the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.bits import joined
from netpolc.engine.standing import MANY

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from netpolc.queries.pictures.joining import Joined


def fold_alike(
    nodes: Sequence[int], edges: Sequence[Joined], place: Callable[[int], Hashable | None]
) -> tuple[list[int], list[Joined]]:
    """Return a picture in which nodes of many places are one if they have the same edges, and the edges of that.

    A node that has no `place` stays by itself, and so does one with an edge to itself, which may be of its place alone.
    """
    ends: dict[int, set[Hashable]] = {node: set() for node in nodes}
    alone = {each.source for each in edges if each.source == each.destination}
    for each in edges:
        ends[each.source].add((True, each.destination, each.ports))
        ends[each.destination].add((False, each.source, each.ports))
    alike: dict[Hashable, list[int]] = {}
    for node, having in ends.items():
        if having and node not in alone and place(node) is not None:
            alike.setdefault(frozenset(having), []).append(node)
    several = [found for found in alike.values() if len({place(node) for node in found}) >= MANY]
    whole = {node: joined(found) for found in several for node in found}
    put = {
        edge[:4]: edge
        for each in edges
        for edge in [each._replace(source=whole.get(each.source, each.source))]
        for edge in [edge._replace(destination=whole.get(each.destination, each.destination))]
    }
    return list(dict.fromkeys(whole.get(node, node) for node in nodes)), [*put.values()]
