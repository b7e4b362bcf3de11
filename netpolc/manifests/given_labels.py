"""The labels that the controllers of Kubernetes give all pods that they make, whatever the template says.

Every supported version does so (kubernetes/kubernetes, pkg/controller/statefulset/stateful_set_utils.go,
pkg/controller/job/indexed_job_utils.go, pkg/registry/batch/job/strategy.go, pkg/controller/deployment/sync.go and
pkg/controller/daemon/util/daemonset_util.go).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.ecosystem.added_labels import (
    COMPLETION_INDEX,
    CONTROLLER_UIDS,
    JOB_NAMES,
    MADE_FROM,
    POD_INDEX,
    POD_NAME,
    REVISION_HASH,
    TEMPLATE_GENERATION,
)
from netpolc.manifests.model import VaryingLabel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.manifests.fields import Object
    from netpolc.manifests.metadata import Metadata
    from netpolc.manifests.nodes import Node

_INDEXED = "Indexed"


class GivenLabels(NamedTuple):
    """Labels by their values, and those of which manifests do not show the value, or that differ from pod to pod."""

    known: dict[str, str]
    varying: tuple[VaryingLabel, ...]


_NOTHING = GivenLabels({}, ())
_ALWAYS = {
    **{each.maker: GivenLabels({}, (VaryingLabel(each.hash_key),)) for each in MADE_FROM},
    "DaemonSet": GivenLabels({}, (VaryingLabel(REVISION_HASH), VaryingLabel(TEMPLATE_GENERATION, "", 1))),
}


def given_labels(item: Object, kind: str, metadata: Metadata, written: dict[str, str]) -> GivenLabels:
    """Return the labels that a controller gives its pods, by those that are written in its template."""
    match kind:
        case "StatefulSet":
            return GivenLabels({}, tuple(_of_stateful_set(item, metadata)))
        case "Job":
            spec = _spec(item)
            manual = item.boolean(spec.get("manualSelector"))
            names = JOB_NAMES if metadata.written and not manual else ()
            # A Job that was read from a cluster has its uid in its template.
            others = () if manual else (*(() if metadata.written else JOB_NAMES), *CONTROLLER_UIDS)
            varying = (*(VaryingLabel(key) for key in others if key not in written), *_index(item, spec))
            return GivenLabels(dict.fromkeys(names, metadata.name), varying)
        case "CronJob":
            job = item.fields(item.fields(_spec(item).get("jobTemplate")).get("spec"))
            named = (VaryingLabel(key) for key in (*JOB_NAMES, *CONTROLLER_UIDS))
            return GivenLabels({}, (*named, *_index(item, job)))
        case _:
            return _ALWAYS.get(kind, _NOTHING)


def _spec(item: Object) -> dict[str, Node]:
    return item.fields(item.root.fields.get("spec"))


def _of_stateful_set(item: Object, metadata: Metadata) -> Iterator[VaryingLabel]:
    ordinals = item.fields(_spec(item).get("ordinals"))
    first = max(0, item.integer(ordinals.get("start")) or 0)
    yield VaryingLabel(POD_NAME, f"{metadata.name}-" if metadata.written else None, first)
    yield VaryingLabel(POD_INDEX, "", first)
    yield VaryingLabel(REVISION_HASH)


def _index(item: Object, spec: dict[str, Node]) -> Iterator[VaryingLabel]:
    if item.text(spec.get("completionMode")) == _INDEXED:
        yield VaryingLabel(COMPLETION_INDEX, "")
