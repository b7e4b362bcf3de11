"""Which workloads policies isolate, whatever part of a relation is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.bits import bits_of
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.explained import members_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.ir.model import Direction


def isolated(cluster: Cluster, peers: Sequence[Peer]) -> dict[Direction, int]:
    """Return the workloads among some peers that are isolated in each direction, as bits of their numbers."""
    members = members_of(peers, cluster.ruleset)
    workloads = bits_of(number for number, peer in enumerate(peers) if peer.workload is not None)
    found: dict[Direction, int] = {}
    for direction in DIRECTIONS:
        found[direction] = 0
        for subject in {each.subject for each in cluster.ruleset.of(direction).isolations}:
            found[direction] |= members.bits(subject) & workloads
    return found
