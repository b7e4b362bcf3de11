"""What makes it doubtful that flows are of the inputs that they are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.cluster.cluster import Cluster
    from netpolc.flows.reduction import DistinctFlows


def doubts(cluster: Cluster, seen: DistinctFlows) -> Iterator[Diagnostic]:
    """Yield NP860 where flows are of namespaces, and the inputs of none that has a name."""
    if cluster.unnamed is not None or cluster.namespaces != {None}:
        return
    counts: dict[str, int] = {}
    for flow in seen.flows:
        for end in (flow.source, flow.destination):
            if end.namespace is not None:
                counts[end.namespace] = counts.get(end.namespace, 0) + flow.count
    if counts:
        first, *others = sorted(counts, key=lambda each: (-counts[each], each))
        more = f" and {len(others):,} more" if others else ""
        yield Diagnostic(
            code="NP860",
            severity="warning",
            message=f"the records are of pods in `{first}`{more}, and the inputs name no namespace",
            help=f"say which one they are for: `--namespace {first}`",
        )
