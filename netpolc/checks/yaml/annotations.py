"""NP514: the annotation by which the beta of network policies closed a namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.codes import BY_CODE
from netpolc.manifests.namespaces import read_namespace
from netpolc.manifests.nodes import Mapping

if TYPE_CHECKING:
    from netpolc.manifests.fields import Object
    from netpolc.manifests.model import Namespace

DEAD = "net.beta.kubernetes.io/network-policy"
"""What NetworkPolicy v1 took the place of (kubernetes, CHANGELOG-1.7, "Network")."""


def read_judged_namespace(item: Object) -> Namespace | None:
    """Read a namespace as `read_namespace` does, and judge its annotations."""
    namespace = read_namespace(item)
    metadata = item.root.fields.get("metadata")
    annotations = metadata.fields.get("annotations") if isinstance(metadata, Mapping) else None
    if isinstance(annotations, Mapping) and DEAD in annotations.fields:
        item.report(
            "NP514",
            f"`{DEAD}` has had no effect since Kubernetes 1.7",
            item.key_location(annotations, DEAD),
            severity=BY_CODE["NP514"].severity,
            advice="leave it out; what denies is a NetworkPolicy that selects all pods and has no rules",
        )
    return namespace
