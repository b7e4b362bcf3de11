"""Namespaces and their labels."""

from __future__ import annotations

from netpolc.manifests.fields import Object
from netpolc.manifests.metadata import read_metadata, require_name
from netpolc.manifests.model import Namespace

NAME_LABEL = "kubernetes.io/metadata.name"


def read_namespace(item: Object) -> Namespace | None:
    """A namespace with the label that the API server gives it, whatever is written there; None where it refuses it."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    labels = dict(metadata.labels) | {NAME_LABEL: metadata.name}
    return None if item.rejected else Namespace(name=metadata.name, labels=labels, location=item.location(item.root))
