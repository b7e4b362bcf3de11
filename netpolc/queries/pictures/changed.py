"""A change drawn: what it opens and closes, and the lines that do it."""

from __future__ import annotations

import itertools
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.groups import BitGroup
from netpolc.engine.places import HERE
from netpolc.engine.standing import Standing
from netpolc.queries.pictures.drawing import MOST_LISTED, in_order, is_tangled, is_too_much
from netpolc.queries.pictures.ends import box_of, kind, namespace_of, told, way_of
from netpolc.queries.pictures.joining import joined
from netpolc.queries.pictures.model import Drawing, DrawnEdge, DrawnNode
from netpolc.queries.risks import NAMESPACES, WORLD
from netpolc.sets.ports import union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.engine.peers import Peer
    from netpolc.queries.change_reasons import ChangeLine
    from netpolc.queries.lone_workloads import LoneWorkload
    from netpolc.queries.pictures.joining import Joined
    from netpolc.queries.pictures.model import Way
    from netpolc.queries.review import Review
    from netpolc.sets.ports import PortSet

    _Ends = tuple[int, int, int]
    """The nodes of an edge as bits, and a number by which edges between the same nodes differ."""


_WAYS: Mapping[str, tuple[Way, ...]] = {WORLD: ("outside", "world"), NAMESPACES: ("across",)}
"""How far those edges of a change lead for which it is risky."""


def draw_change(review: Review) -> Drawing:
    """Draw a review; by namespace where it would have too much in it, and where that is a tangle, in words."""
    changes, peers = [*_changes(review)], review.peers
    groups = _as_groups(changes, {peer.id: number for number, peer in enumerate(peers)})
    standing = Standing(peers)
    found = joined(groups, partial(told, standing), partial(kind, peers), MOST_LISTED)
    if found is not None and not is_too_much(*found):
        return _of_workloads_at(found[1], changes, peers)
    places = _places(peers)
    folded = _ChangeDrawing(peers, places).of(_between_places(groups, changes, places))
    ends = [(each.source, each.destination) for each in folded.edges]
    # Arrows from a namespace to itself show nothing of who is meant there.
    listed = is_tangled(folded.nodes, ends) or 2 * sum(source == destination for source, destination in ends) > len(
        ends
    )
    if listed and found is not None:
        return msgspec.structs.replace(_of_workloads_at(found[1], changes, peers), too_much=True, listed=True)
    return msgspec.structs.replace(folded, too_much=True, listed=listed, stand_for=len(changes))


def _of_workloads_at(edges: Iterable[Joined], changes: Sequence[_Change], peers: Sequence[Peer]) -> Drawing:
    by_ends = {(each.source, each.destination, each.group): [changes[each.group]] for each in edges}
    return _ChangeDrawing(peers).of(by_ends)


class _Change(NamedTuple):
    """Connections that one side alone allows."""

    opened: bool
    sources: tuple[Peer, ...]
    destinations: tuple[Peer, ...]
    ports: PortSet
    partial: bool = False
    lines: tuple[ChangeLine, ...] = ()
    risks: tuple[str, ...] = ()


def _changes(review: Review) -> Iterator[_Change]:
    """Yield what changed, and what workloads may do that only one side has."""
    for finding in review.findings:
        group = finding.change
        about = (group.sources, group.destinations, group.ports, group.partial)
        yield _Change(group.widened, *about, finding.lines, finding.risks)
    for opened, workloads in ((True, review.added), (False, review.removed)):
        yield from _of_workloads(workloads, opened=opened)


def _of_workloads(workloads: Iterable[LoneWorkload], *, opened: bool) -> Iterator[_Change]:
    for workload in workloads:
        for group in (*workload.reaches, *workload.reached):
            yield _Change(opened, group.sources, group.destinations, group.ports)


def _as_groups(changes: Iterable[_Change], numbered: Mapping[str, int]) -> list[BitGroup]:
    def bits(side: Iterable[Peer]) -> int:
        return bits_of(numbered[peer.id] for peer in side)

    return [BitGroup(bits(each.sources), bits(each.destinations), each.ports) for each in changes]


def _places(peers: Sequence[Peer]) -> dict[int, str]:
    """Return the peers of each namespace as bits, and its name; what is in none is for itself."""
    found: dict[str, int] = {}
    for number, peer in enumerate(peers):
        name = namespace_of(peer)
        key = peer.id if name is None else name or HERE
        found[key] = found.get(key, 0) | 1 << number
    return {bits: name for name, bits in found.items()}


def _between_places(
    groups: Sequence[BitGroup], changes: Sequence[_Change], places: Mapping[int, str]
) -> dict[_Ends, list[_Change]]:
    """Gather changes by the places at their ends, and by whether they open."""
    found: dict[_Ends, list[_Change]] = {}
    for group, change in zip(groups, changes, strict=True):
        sides = [[place for place in places if place & members] for members in group[:2]]
        for source, destination in itertools.product(*sides):
            found.setdefault((source, destination, int(change.opened)), []).append(change)
    return found


class _ChangeDrawing:
    """Makes a drawing of changes by the bits of the nodes at their ends; `places` are the names of nodes, if folded."""

    def __init__(self, peers: Sequence[Peer], places: Mapping[int, str] | None = None) -> None:
        self._peers = peers
        self._places = places or {}

    def of(self, changes: Mapping[_Ends, Sequence[_Change]]) -> Drawing:
        bits = dict.fromkeys(node for ends in changes for node in ends[:2])
        nodes = sorted(((self._node(each), each) for each in bits), key=in_order)
        numbered = {each: number for number, (_, each) in enumerate(nodes)}
        edges = [self._edge(ends, several, numbered) for ends, several in changes.items()]
        return Drawing(
            nodes=tuple(node for node, _ in nodes),
            edges=tuple(sorted(edges, key=lambda edge: (edge.source, edge.destination, not edge.opened, edge.ports))),
            folded=bool(self._places),
        )

    def _node(self, bits: int) -> DrawnNode:
        peers = self._of(bits)
        if self._places:
            return DrawnNode(box=None, peers=peers, places=(self._places[bits],))
        return DrawnNode(box=box_of(peers), peers=peers)

    def _edge(self, ends: _Ends, changes: Sequence[_Change], numbered: Mapping[int, int]) -> DrawnEdge:
        way = way_of(self._of(ends[0]), self._of(ends[1]))
        risks = dict.fromkeys(risk for each in changes for risk in each.risks)
        return DrawnEdge(
            source=numbered[ends[0]],
            destination=numbered[ends[1]],
            ports=union([each.ports for each in changes]),
            way=way,
            opened=changes[0].opened,
            partial=any(each.partial for each in changes),
            lines=tuple(sorted({line for each in changes for line in each.lines})),
            risks=tuple(risk for risk in risks if way in _WAYS.get(risk, (way,))),
        )

    def _of(self, bits: int) -> tuple[Peer, ...]:
        return tuple(self._peers[number] for number in numbers(bits))
