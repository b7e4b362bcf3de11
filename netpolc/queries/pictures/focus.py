"""The part of a relation around some peers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine.bits import bits_of, joined
from netpolc.engine.standing import Standing
from netpolc.queries.endpoints import Endpoints
from netpolc.queries.reading import about

if TYPE_CHECKING:
    from netpolc.cluster.cluster import Cluster
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.engine.relation import RelatedPeers


class Focus(NamedTuple):
    """A part of a relation around a centre, as bits, and what there is to say of how it was asked for."""

    related: RelatedPeers
    centre: int
    diagnostics: tuple[Diagnostic, ...]
    notes: tuple[str, ...]


def focus(cluster: Cluster, related: RelatedPeers, text: str, hops: int) -> Focus:
    """Return what is around an endpoint.

    Raises:
        UsageError: there is no such endpoint.
    """
    endpoints = Endpoints(cluster, related.peers)
    with about("--around"):
        kept = endpoints.kept(text)
    centre = bits_of(number for number, peer in enumerate(related.peers) if peer.id in kept)
    return Focus(around(related, centre, hops), centre, tuple(endpoints.diagnostics), tuple(endpoints.named.notes))


def around(related: RelatedPeers, centre: int, hops: int) -> RelatedPeers:
    """Return the connections of some peers, and with more hops, those of the workloads that have any of these.

    What stands for all pods of a namespace, or is outside of the cluster, leads no further: everybody is near it.
    """
    standing = Standing(related.peers, related.index)
    through = standing.pods & ~standing.whole
    inner = centre
    for _ in range(hops - 1):
        near = _touching(related, inner)
        reached = joined(bits for sources, row in near.rows for bits in (sources, *row.values()))
        if not reached & through & ~inner:
            break
        inner |= reached & through
    return _touching(related, inner)


def _touching(related: RelatedPeers, inner: int) -> RelatedPeers:
    """Return the connections of which either end is among some peers."""
    every = (1 << len(related.peers)) - 1
    from_there = related.between(inner, every)
    to_there = related.between(every & ~inner, inner)
    return type(related)(related.peers, (*from_there.rows, *to_there.rows), related.index)
