"""A picture as data, whatever it is drawn with: boxes, nodes and edges, and why each edge is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.engine.peers import Peer
from netpolc.queries.change_reasons import ChangeLine
from netpolc.queries.deciding_rules import DecidingRule
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from netpolc.sets.addresses import AddressSet

Way = Literal["inside", "across", "outside", "world"]
"""How far an edge leads: it stays in a namespace, it is between namespaces, to or from addresses, or most of them."""


class DrawnNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node: peers of one namespace that reach the same and are reached by the same, or all of it.

    `box` is the namespace that it stands in, None where that has no name or is not one. Where a picture is folded, a
    node is one of several `places`, by their ids, and its peers are all of these; it may be `every` one with workloads.
    """

    box: str | None
    peers: tuple[Peer, ...]
    places: tuple[str, ...] = ()
    every: bool = False

    @property
    def is_every_pod(self) -> bool:
        """Whether it stands for every pod of somewhere, and so for others that have a node there as well."""
        return not self.places and any(peer.pods is not None and not peer.pods.pods.requirements for peer in self.peers)


class DrawnEdge(msgspec.Struct, frozen=True, kw_only=True):
    """Connections from one node to another, by their numbers, and what lets them through.

    `rules` are those of both ends; an edge is `open` where no policy closes either. Where an edge is from a node of
    several to itself, each of these may reach the others, or if it is `apart`, only itself. In the picture of a change
    it is `opened` or not, for some of these pods if it is `partial`; `lines` have made it so, none where a workload
    came or went, and `risks` are the codes of what is risky about that.
    """

    source: int
    destination: int
    ports: PortSet
    way: Way
    apart: bool = False
    open: bool = False
    rules: tuple[DecidingRule, ...] = ()
    opened: bool | None = None
    partial: bool = False
    lines: tuple[ChangeLine, ...] = ()
    risks: tuple[str, ...] = ()


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """A picture: nodes by box and name, and edges by their nodes.

    It is `folded` where nodes are namespaces, and if nobody asked for that, because workloads would be `too_much`, or
    even `beyond` what any picture holds.
    It is `listed` where edges are more than lines can show, and told in words. In a folded picture of a change, edges
    `stand_for` so many changes. `left_out` counts edges that would say
    nothing of a policy: between pods that no manifest shows, or addresses, that nothing closes.
    """

    nodes: tuple[DrawnNode, ...]
    edges: tuple[DrawnEdge, ...]
    folded: bool = False
    too_much: bool = False
    listed: bool = False
    beyond: bool = False
    stand_for: int = 0
    left_out: int = 0

    @property
    def boxes(self) -> tuple[str, ...]:
        """The namespaces that nodes stand in, in their order."""
        return tuple(dict.fromkeys(node.box for node in self.nodes if node.box is not None))

    @property
    def is_of_change(self) -> bool:
        """Whether edges are opened or closed."""
        return any(edge.opened is not None for edge in self.edges)


class NameSources(msgspec.Struct, frozen=True):
    """The sources of the names of nodes.

    These are all peers, addresses that have names, what peers are known as, and what a program calls pods that no
    manifest shows, the latter two by the ids of peers.
    """

    peers: tuple[Peer, ...]
    nets: dict[str, AddressSet] = {}
    roles: dict[str, str] = {}
    called: dict[str, str] = {}
