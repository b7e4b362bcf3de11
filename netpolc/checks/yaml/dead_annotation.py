"""NP514: the annotation by which the beta of network policies closed a namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.manifests.nodes import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.manifests.fields import Object

DEAD = "net.beta.kubernetes.io/network-policy"
"""What NetworkPolicy v1 took the place of (kubernetes, CHANGELOG-1.7, "Network")."""


def check(item: Object) -> Iterator[Diagnostic]:
    """Yield a warning for a namespace, as it is written, that has the annotation."""
    metadata = item.root.fields.get("metadata")
    annotations = metadata.fields.get("annotations") if isinstance(metadata, Mapping) else None
    if isinstance(annotations, Mapping) and DEAD in annotations.fields:
        yield Diagnostic(
            code="NP514",
            severity="warning",
            message=f"`{DEAD}` has had no effect since Kubernetes 1.7",
            location=item.key_location(annotations, DEAD),
            help="leave it out; what denies is a NetworkPolicy that selects all pods and has no rules",
        )
