"""The pods that services select, by labels that last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import PodsEnd
from netpolc.ecosystem.added_labels import POD_NAME, lasting_selector
from netpolc.ir.model import InNamespace
from netpolc.sets.labels import LabelRequirement, LabelSelector

if TYPE_CHECKING:
    from netpolc.manifests.model import Service


def selector_of(service: Service) -> tuple[dict[str, str], str | None]:
    """Return the labels that last of those that a service selects, and the name of a single pod of a StatefulSet.

    That set may have more pods tomorrow, so the name counts only where nothing else does.
    """
    labels = lasting_selector(service.selector or {})
    return {key: value for key, value in labels.items() if key != POD_NAME}, labels.get(POD_NAME)


def selected_pods(service: Service) -> PodsEnd | None:
    """Return all pods that a service selects by labels that last, if it selects by any."""
    labels, pod = selector_of(service)
    labels = labels or ({} if pod is None else {POD_NAME: pod})
    if not labels:
        return None
    found = [LabelRequirement(key, "In", (value,)) for key, value in sorted(labels.items())]
    return PodsEnd(InNamespace(service.namespace), LabelSelector(tuple(found)))
