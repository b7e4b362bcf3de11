"""Workloads in Istio's ambient mesh, into which pods are put by a label, of their namespace or of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Label
from netpolc.ecosystem.meshes import AMBIENT_MODE, DATAPLANE_MODE
from netpolc.engine.regions import IDENTITY

if TYPE_CHECKING:
    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.engine.regions import PodSet
    from netpolc.manifests.model import Namespace, Workload


class Mesh:
    """The workloads that are in the mesh, by number, and the namespaces that put them there."""

    def __init__(self, checked: CheckedWorkloads) -> None:
        """Find them: what a pod says of itself counts before what its namespace does."""
        self._workloads = checked.workloads
        self._namespaces = {
            each.name: each for each in checked.manifests.namespaces if each.labels.get(DATAPLANE_MODE) == AMBIENT_MODE
        }
        self.members = [number for number, each in enumerate(checked.workloads.all) if self._is_in(each)]
        self._held = frozenset(self.members)

    def may_hold(self, peer: PodSet) -> bool:
        """Tell whether a peer may hold pods of the mesh: of a namespace there, or of a workload by itself."""
        if any(peer.namespaces.matches({**each.labels, IDENTITY: name}) for name, each in self._namespaces.items()):
            return True
        return not self._held.isdisjoint(self._workloads.of(peer))

    def label(self, number: int) -> Label:
        """Return a label at what puts a workload into the mesh."""
        workload = self._workloads.all[number]
        namespace = self._of(workload)
        said = f"`{DATAPLANE_MODE}: {AMBIENT_MODE}` puts its pods into the mesh"
        return Label(workload.location if namespace is None else namespace.location, said)

    def _of(self, workload: Workload) -> Namespace | None:
        return self._namespaces.get(workload.namespace or "")

    def _is_in(self, workload: Workload) -> bool:
        usual = AMBIENT_MODE if self._of(workload) is not None else None
        return not workload.host_network and workload.labels.get(DATAPLANE_MODE, usual) == AMBIENT_MODE
