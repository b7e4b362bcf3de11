"""NP220 for a question about named namespaces, of which nothing that was read is in any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.no_common_namespace import subject_namespaces
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.verdicts import Pod

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer


def unplaced_ends(cluster: Cluster, peers: Iterable[Peer]) -> Iterator[Diagnostic]:
    """Yield NP220 where policies and workloads name no namespace, and the pods that are asked about all do.

    `default/web` is then no workload that is known, and no policy closes it, so that everything would be allowed.
    """
    places = {peer.end.namespace for peer in peers if isinstance(peer.end, Pod)}
    if not places or None in places:
        return
    if subject_namespaces(cluster.program, cluster.manifests) != {None}:
        return
    if any(each.namespace is not None for each in cluster.manifests.workloads):
        return
    name = min(place for place in places if place is not None)
    yield Diagnostic(
        code="NP220",
        severity="warning",
        message=f"the namespace of what was read is not given, so that no policy is in `{name}`",
        help=f"name it: `-n {name}`; or leave the namespace out of the question",
    )
