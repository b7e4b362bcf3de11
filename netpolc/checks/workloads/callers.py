"""Evident callers of the pods of others: ingress controllers and Prometheus, by their recommended labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.ingress_controllers import controller_of
from netpolc.ecosystem.name_labels import NAME
from netpolc.ecosystem.prometheus import is_prometheus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.manifests.model import Route

COMMON = frozenset(("controller", "ingress", "kubernetes"))
"""Words that tell no controller from another."""

INGRESS = "Ingress"
ENDING = ("Job", "CronJob")


class Controllers:
    """The workloads that pass traffic on to the backends of Ingress objects, by what they are called."""

    def __init__(self, workloads: Workloads) -> None:
        """Find them."""
        self._found: list[tuple[int, frozenset[str]]] = []
        for number, each in enumerate(workloads.all):
            found = None if each.kind in ENDING else controller_of(each.labels, (NAME,))
            if found is not None:
                name, controller = found
                self._found.append((number, _words((name, *controller.classes))))

    def of(self, route: Route) -> list[int]:
        """Return those that a route may be for: a class is mostly called after its controller, or else nobody knows."""
        if route.kind != INGRESS:
            return []
        wanted = None if route.class_name is None else _words((route.class_name,))
        return [number for number, words in self._found if wanted is None or wanted & words]


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in name.split("-")) - COMMON


def prometheus(workloads: Workloads) -> list[int]:
    """Return the workloads that scrape metrics."""
    return [number for number, each in enumerate(workloads.all) if is_prometheus(each.labels, (NAME, "app"))]
