"""The ends of edges: what is told of the members of a group, where that stands, and how far it is from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.bits import bits_of, joined, numbers
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.engine.verdicts import Address
from netpolc.queries.pictures.joining import Told
from netpolc.queries.risks import is_most_of_the_world
from netpolc.sets.addresses import union

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from netpolc.engine.peers import Peer
    from netpolc.engine.standing import Standing
    from netpolc.queries.pictures.model import Way


def told(standing: Standing, members: int) -> Told:
    """Return what is drawn of some members: all workloads of a namespace, every pod of one and addresses as wholes."""
    workloads, sets = standing.told(members & standing.pods)
    if standing.are_all(workloads):
        whole, workloads = [workloads], 0
    else:
        whole = standing.whole_namespaces(workloads)
        workloads &= ~joined(whole)
    named = bits_of(standing.widest(sets))
    whole += [1 << number for number in numbers(named & standing.whole)]
    outside = members & standing.addresses
    return Told(workloads | named & ~standing.whole, (*whole, *((outside,) if outside else ())))


def kind(peers: Sequence[Peer], number: int) -> Hashable:
    """Return what a peer has in common with those that may be one node with it."""
    pods = peers[number].pods
    return namespace_of(peers[number]) if pods is None else pods.namespaces


def box_of(peers: Sequence[Peer]) -> str | None:
    """Return the namespace that all of some peers are in, if they are in one that has a name."""
    found = {namespace_of(peer) for peer in peers}
    return (found.pop() or None) if len(found) == 1 else None


def way_of(sources: Sequence[Peer], destinations: Sequence[Peer]) -> Way:
    """Return how far connections lead from some peers to others."""
    outside = union([peer.end.addresses for peer in (*sources, *destinations) if isinstance(peer.end, Address)])
    if outside:
        return "world" if is_most_of_the_world(outside) else "outside"
    found = {namespace_of(peer) for peer in (*sources, *destinations)}
    return "inside" if len(found) == 1 and None not in found else "across"


def namespace_of(peer: Peer) -> str | None:
    """Return the namespace of pods, empty if it has no name; None where they are in several, or there are none."""
    if isinstance(peer.end, Address):
        return None
    if peer.pods is None:
        return peer.end.namespace or UNNAMED
    names = names_of(peer.pods.namespaces)
    return names[0] if names is not None and len(names) == 1 else None
