"""NP608: workloads that policies do not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.peers import id_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.checked_cluster import CheckedCluster


def check(checked: CheckedCluster) -> Iterator[Diagnostic]:
    """Yield each workload that is on the network of its node."""
    for workload in checked.manifests.workloads:
        if workload.host_network:
            does = "do not close" if checked.platform.finds_pods_on_nodes else "do not see"
            yield Diagnostic(
                code="NP608",
                severity="warning",
                message=f"policies {does} `{id_of(workload)}`, which is on the network of its node",
                location=workload.location,
                help="what it may reach, and who may reach it, is that of the node",
            )
