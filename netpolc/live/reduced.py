"""Objects without what no reader reads: a list of pods is a fiftieth of what the server sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpolc.ecosystem.tool_annotations import LAST_APPLIED
from netpolc.live.kinds import ANNOTATIONS, METADATA, POLICIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpolc.live.kinds import Kind, Shape

_POLICIES = frozenset(kind.name for kind in POLICIES)
_CONTROLLED = frozenset({"ReplicaSet"})
"""Kinds whose objects say nothing that their controllers do not say; a Deployment keeps ten old ones."""


def reduced(item: Mapping[str, Any], kind: Kind) -> dict[str, Any] | None:
    """Return what is kept of an object that a list has; None where its controller says as much, or it has ended."""
    metadata = item.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    if (kind.name in _CONTROLLED and _is_controlled(metadata)) or _has_ended(item, kind):
        return None
    kept = _kept(metadata, METADATA)
    annotations = _annotations(kept.pop("annotations", None), kind)
    if annotations:
        kept["annotations"] = annotations
    shape = {key: value for key, value in kind.shape.items() if item.get(key) is not None}
    return {"apiVersion": kind.api, "kind": kind.name, "metadata": kept, **_kept(item, shape)}


def _kept(value: Any, shape: Shape) -> Any:
    """Return the fields of a value that a shape names; what is empty is left out, but for lists and objects."""
    if isinstance(shape, bool):
        return value
    if isinstance(value, list):
        return [_kept(each, shape) for each in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, inner in shape.items():
        if inner and (field := value.get(key)) is not None:
            found[key] = _kept(field, inner)
            if key == "template":
                _prune_annotations(found[key])
    return found


def _prune_annotations(template: Any) -> None:
    """Leave a pod template the annotations that some reader reads."""
    metadata = template.get("metadata") if isinstance(template, dict) else None
    if isinstance(metadata, dict) and "annotations" in metadata:
        kept = {key: value for key, value in (metadata.pop("annotations") or {}).items() if key.startswith(ANNOTATIONS)}
        metadata.update({"annotations": kept} if kept else {})


def _annotations(written: Any, kind: Kind) -> dict[str, Any]:
    """Return the annotations that are kept: of policies all but kubectl's copy, of others those with a reader."""
    if not isinstance(written, dict):
        return {}
    if kind.name in _POLICIES:
        return {key: value for key, value in written.items() if key != LAST_APPLIED}
    return {key: value for key, value in written.items() if key.startswith(ANNOTATIONS)}


def _is_controlled(metadata: Mapping[str, Any]) -> bool:
    owners = metadata.get("ownerReferences")
    return isinstance(owners, list) and any(isinstance(each, dict) and each.get("controller") for each in owners)


def _has_ended(item: Mapping[str, Any], kind: Kind) -> bool:
    """Tell whether an object is a Job that makes no pods any more."""
    status = item.get("status")
    return kind.name == "Job" and isinstance(status, dict) and status.get("completionTime") is not None
