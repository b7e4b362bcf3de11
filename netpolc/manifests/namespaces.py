"""Namespaces and their labels."""

from __future__ import annotations

from netpolc.manifests.fields import Object
from netpolc.manifests.metadata import read_metadata, require_name
from netpolc.manifests.model import Namespace
from netpolc.policy.constants import NAME_LABEL


def read_namespace(item: Object) -> Namespace | None:
    """Read a namespace with the label that the API server sets on it; None where the API server refuses it."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    labels = dict(metadata.labels) | {NAME_LABEL: metadata.name}
    return None if item.rejected else Namespace(name=metadata.name, labels=labels, location=item.location(item.root))
