"""Workloads in Istio's ambient mesh, which namespaces put their pods into by a label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.meshes import AMBIENT_MODE, DATAPLANE_MODE

if TYPE_CHECKING:
    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.manifests.model import Namespace, Workload


def in_mesh(checked: CheckedWorkloads) -> tuple[dict[str, Namespace], list[int]]:
    """Return the namespaces in the mesh, by name, and the workloads whose pods are, by number."""
    enrolled = {
        each.name: each for each in checked.manifests.namespaces if each.labels.get(DATAPLANE_MODE) == AMBIENT_MODE
    }
    workloads = enumerate(checked.workloads.all) if enrolled else ()
    return enrolled, [number for number, each in workloads if each.namespace in enrolled and _stays(each)]


def _stays(workload: Workload) -> bool:
    """Tell whether pods are in the mesh of their namespace, which they may leave by a label of their own."""
    return not workload.host_network and workload.labels.get(DATAPLANE_MODE, AMBIENT_MODE) == AMBIENT_MODE
