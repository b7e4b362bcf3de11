"""The metadata that all objects have."""

from __future__ import annotations

import msgspec

from netpolc.digests import sha256
from netpolc.manifests.fields import Object
from netpolc.manifests.nodes import Node
from netpolc.policy import names

# kubernetes/apimachinery, pkg/apis/meta/v1/types.go, ObjectMeta.
FIELDS = frozenset(
    (
        "annotations",
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "finalizers",
        "generateName",
        "generation",
        "labels",
        "managedFields",
        "name",
        "namespace",
        "ownerReferences",
        "resourceVersion",
        "selfLink",
        "uid",
    )
)

_TEXTS = ("resourceVersion", "selfLink", "uid")

# What the API server adds to generateName, and how much of that it keeps (apiserver, pkg/storage/names/generate.go).
_SUFFIX, _LONGEST = 5, 58


class Metadata(msgspec.Struct, frozen=True):
    """Name, namespace and labels.

    A name that is not `written` is made up, yet always the same for the same text. It is `generated` where the API
    server makes it up, or has done so in what was read from there.
    """

    name: str
    namespace: str | None
    labels: tuple[tuple[str, str], ...]
    written: bool
    generated: bool


def read_metadata(item: Object, node: Node | None) -> Metadata:
    """Read `metadata`, or whatever of it has the right type."""
    fields = item.fields(node)
    for other in _TEXTS:
        if other in fields:
            item.text(fields[other])
    name = item.text(fields.get("name"))
    prefix = item.text(fields.get("generateName"))
    return Metadata(
        name=name or (_generated(item, prefix) if prefix else ""),
        namespace=item.text(fields.get("namespace")) or None,
        labels=item.pairs(fields.get("labels")),
        written=bool(name),
        generated=bool(prefix),
    )


def require_name(item: Object, metadata: Metadata) -> None:
    """Report an object without a name."""
    if not metadata.name:
        node = item.find("metadata.name")
        item.reject("NP401", "`metadata.name`: required value: name or generateName is required", node)


def check_labels(item: Object, node: Node | None, labels: dict[str, str]) -> None:
    """Report labels that the API server refuses, by the mapping that they were read from."""
    for key, value in labels.items():
        faults = [("NP403", key, fault) for fault in names.label_key(key)]
        faults += [("NP404", value, fault) for fault in names.label_value(value)]
        for code, text, fault in faults:
            item.reject(code, f"invalid value `{text}`: {fault}", item.fields(node)[key])


def _generated(item: Object, prefix: str) -> str:
    origin = f"{item.source.label}:{item.root.start}"
    return f"{prefix[:_LONGEST]}{sha256(origin.encode('utf-8', 'replace')).hexdigest()[:_SUFFIX]}"
