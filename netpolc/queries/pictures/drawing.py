"""A relation drawn: its groups as edges between nodes, by workload or folded by namespace."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from netpolc.diagnostics.usage import UsageError
from netpolc.engine.bits import bits_of, lowest, numbers
from netpolc.engine.bits import joined as union_of
from netpolc.engine.groups import BitGroup
from netpolc.engine.places import by_place
from netpolc.engine.standing import MANY, Standing
from netpolc.queries.pictures.alike import fold_alike
from netpolc.queries.pictures.ends import box_of, kind, namespace_of, told, way_of
from netpolc.queries.pictures.joining import MOST_DRAWN, Joined, Told, joined
from netpolc.queries.pictures.model import Drawing, DrawnEdge, DrawnNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Sized
    from collections.abc import Set as AbstractSet

    from netpolc.engine.peers import Peer
    from netpolc.engine.relation import RelatedPeers
    from netpolc.queries.explained import Admission, Explanations
    from netpolc.queries.pictures.model import Way

Unit = Literal["workload", "namespace"]

MOST_NODES, MOST_EDGES = 80, 200
"""What a reader still finds the way in; a picture of more is told in words, or folded."""
MOST_LINES = 60
"""The edges between namespaces beyond which lines cross wherever one looks."""
MOST_ACROSS = 40
"""The same of edges of workloads that lead from one namespace to another, but where all of them lead to one place."""
MOST_LISTED = 2_500
"""The edges of workloads that are told in words; of more, those of namespaces."""


def draw(
    related: RelatedPeers,
    explanations: Explanations,
    by: Unit | None = None,
    *,
    everybody: bool = True,
    centre: int = 0,
) -> Drawing:
    """Draw a relation by workload or by namespace; if not told, by namespace where even words would be too many.

    What would be too many lines is told in words, unless somebody asks for all workloads.
    In a picture of everybody, workloads that no edge is about are drawn, too. In one around a `centre`, as bits,
    workloads of many other namespaces with the same edges are one node.

    Raises:
        UsageError: it would be more than any picture holds.
    """
    standing = Standing(related.peers, related.index)
    found = None
    if by != "namespace":
        found = _by_workload(related, standing, bounded=by is None, everybody=everybody, centre=centre)
    if found is None:
        found = _by_namespace(related, folded=by != "namespace")._replace(beyond=by == "workload")
    return _RelationDrawing(related, standing, explanations).of(found)


class _Outline(NamedTuple):
    """Nodes and edges by the bits of their peers; `places` of nodes are what they are folded to, and `every` is all.

    It is `too_much` for a picture if it was not folded, and `listed` where there are too many edges to draw them; all
    workloads are `beyond` any picture where these were asked for, and folded still.
    """

    nodes: list[int]
    edges: list[Joined]
    places: dict[int, tuple[str, ...]] | None = None
    every: int = 0
    too_much: bool = False
    listed: bool = False
    beyond: bool = False


def is_too_much(nodes: Sized, edges: Sized) -> bool:
    """Tell whether a picture has more in it than a reader finds the way in."""
    return len(nodes) > MOST_NODES or len(edges) > MOST_EDGES


def is_tangled(nodes: Sized, edges: Iterable[tuple[int, int]]) -> bool:
    """Tell whether a picture of namespaces has more lines between them than an eye can follow."""
    return len(nodes) > MOST_NODES or sum(source != destination for source, destination in edges) > MOST_LINES


def _by_workload(
    related: RelatedPeers, standing: Standing, *, bounded: bool, everybody: bool, centre: int
) -> _Outline | None:
    """Return a picture of workloads; None where it is bounded, more than words could tell, and of several namespaces.

    It is None in any case where there is more in it than any picture holds.
    """
    groups = related.bit_groups()
    foldable = bounded and _are_several({namespace_of(peer) for peer in related.peers})
    if foldable and len(groups) > MOST_LISTED // 3:
        return None
    most = MOST_LISTED if foldable else MOST_DRAWN
    drawn = joined(groups, partial(told, standing), partial(kind, related.peers), most)
    if drawn is None:
        return None
    found = _Outline(*drawn)
    if everybody:
        found.nodes.extend([*_others(found.nodes, standing)])
    if centre:
        found = _with_alike(found, related.peers, centre)
    tangled = not centre and _across(found.edges, related.peers) > MOST_ACROSS
    if not bounded or not (tangled or is_too_much(found.nodes, found.edges)):
        return found
    too_many = foldable and len(found.edges) + len(found.nodes) > MOST_LISTED
    return None if too_many else found._replace(listed=True, too_much=True)


def _with_alike(outline: _Outline, peers: Sequence[Peer], centre: int) -> _Outline:
    """Return a picture of workloads in which those of many namespaces other than the centre's are one, if alike."""
    home = {namespace_of(peers[number]) for number in numbers(centre)}

    def place(node: int) -> str | None:
        if any(peers[number].workload is None for number in numbers(node)):
            return None
        (namespace, *others) = {namespace_of(peers[number]) for number in numbers(node)}
        return None if others or namespace in home else namespace

    nodes, edges = fold_alike(outline.nodes, outline.edges, place)
    return outline._replace(nodes=nodes, edges=edges)


def _across(edges: Iterable[Joined], peers: Sequence[Peer]) -> int:
    """Count the edges that lead from one box to another."""
    boxes: dict[int, str | None] = {}

    def box(node: int) -> str | None:
        if node not in boxes:
            boxes[node] = box_of([peers[number] for number in numbers(node)])
        return boxes[node]

    return sum(None not in (ends := (box(each.source), box(each.destination))) and ends[0] != ends[1] for each in edges)


def _are_several(namespaces: AbstractSet[str | None]) -> bool:
    return len(namespaces - {None}) > 1


def _others(nodes: Iterable[int], standing: Standing) -> Iterator[int]:
    """Yield the workloads of each namespace that are in no node."""
    drawn = union_of(nodes)
    yield from (left for workloads in standing.by_namespace.values() if (left := workloads & ~drawn))


def _by_namespace(related: RelatedPeers, *, folded: bool) -> _Outline:
    """Return a picture of namespaces, which may be `folded` because another one would have been too much."""
    placed = by_place(related)
    nets = bits_of(number for number, place in enumerate(placed.places) if place.net is not None)
    rest = bits_of(number for number, place in enumerate(placed.places) if place.rest is not None)

    workloads = bits_of(number for number, peer in enumerate(related.peers) if peer.workload is not None)
    real = bits_of(number for number, held in enumerate(placed.members) if held & workloads)

    def told_of(members: int) -> Told:
        every = real if real.bit_count() >= MANY and not real & ~members else 0
        return Told(members & ~(nets | rest | every), tuple(filter(None, (every, members & rest, members & nets))))

    def kind_of(number: int) -> bool:
        return placed.places[number].name is None

    def peers(places: int) -> int:
        return union_of(placed.members[number] for number in numbers(places))

    drawn = joined(placed.groups, told_of, kind_of)
    if drawn is None:
        raise UsageError("there is more to draw than any picture holds", advice="draw a part: `--around shop/webapp`")
    nodes, edges = drawn
    return _Outline(
        [peers(node) for node in nodes],
        [each._replace(source=peers(each.source), destination=peers(each.destination)) for each in edges],
        {peers(node): tuple(placed.places[number].id for number in numbers(node)) for node in nodes},
        peers(real) if real.bit_count() >= MANY else 0,
        folded,
        listed=is_tangled(nodes, (each[:2] for each in edges)),
    )


class _RelationDrawing:
    """Makes a drawing of an outline."""

    def __init__(self, related: RelatedPeers, standing: Standing, explanations: Explanations) -> None:
        self._peers, self._standing = related.peers, standing
        self._explanations = explanations

    def of(self, outline: _Outline) -> Drawing:
        explained = [(each, self._explanations.of(BitGroup(*each[:3]))) for each in outline.edges]
        drawn = [(each, ends) for each, ends in explained if self._says_something(each, ends)]
        kept = {node for each, _ in drawn for node in each[:2]}
        kept |= {node for node in outline.nodes if node & self._standing.workloads}
        nodes = sorted(((self._node(bits, outline), bits) for bits in kept), key=in_order)
        numbered = {bits: number for number, (_, bits) in enumerate(nodes)}
        edges = (
            DrawnEdge(
                source=numbered[each.source],
                destination=numbered[each.destination],
                ports=each.ports,
                way=self._way(each),
                apart=each.apart,
                open=not any(end.closed for end in ends),
                rules=tuple(dict.fromkeys(rule for end in ends for rule in end.rules)),
            )
            for each, ends in drawn
        )
        return Drawing(
            nodes=tuple(node for node, _ in nodes),
            edges=tuple(sorted(edges, key=lambda edge: (edge.source, edge.destination, edge.ports))),
            folded=outline.places is not None,
            too_much=outline.too_much,
            listed=outline.listed,
            beyond=outline.beyond,
            left_out=len(explained) - len(drawn),
        )

    def _says_something(self, edge: Joined, ends: tuple[Admission, Admission]) -> bool:
        """Tell whether an edge is about workloads, or something closes an end of it."""
        members = edge.source | edge.destination
        for number in numbers(members & self._standing.whole):
            members |= self._standing.held_by(number)
        return bool(members & self._standing.workloads) or any(end.closed for end in ends)

    def _node(self, bits: int, outline: _Outline) -> DrawnNode:
        peers = tuple(self._peers[number] for number in numbers(bits))
        places = () if outline.places is None else outline.places[bits]
        return DrawnNode(box=None if places else box_of(peers), peers=peers, places=places, every=bits == outline.every)

    def _way(self, edge: Joined) -> Way:
        ends = [[self._peers[number] for number in numbers(bits)] for bits in edge[:2]]
        return "inside" if edge.apart else way_of(*ends)


def in_order(found: tuple[DrawnNode, int]) -> tuple[bool, str, int]:
    """Return a key that sorts nodes, each with its peers as bits: by box, those in none last."""
    node, bits = found
    return node.box is None, node.box or "", lowest(bits)
