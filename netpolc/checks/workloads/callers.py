"""Evident callers of the pods of others: ingress controllers and Prometheus, by their recommended labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.ingress_controllers import GATEWAY_NAME, controller_of
from netpolc.ecosystem.name_labels import NAME
from netpolc.ecosystem.prometheus import is_prometheus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.manifests.model import Gateway, Route, Workload

COMMON = frozenset(("controller", "default", "ingress", "kubernetes"))
"""Words that tell no controller from another."""

WITH_CLASSES = ("Ingress", "Route")
"""Kinds of routes that say their class themselves; others have that of a Gateway."""
ENDING = ("Job", "CronJob")


class Controllers:
    """The pods that pass traffic on to the backends of routes, by what they are called."""

    def __init__(self, pods: Iterable[tuple[str | None, Mapping[str, str]]], gateways: Iterable[Gateway] = ()) -> None:
        """Find them by number, among pods of which the namespace and the labels are known."""
        self._found: list[tuple[int, frozenset[str], frozenset[str]]] = []
        self._made_for: dict[tuple[str | None, str], list[int]] = {}
        self._gateways = {(each.namespace, each.name): each for each in gateways}
        self._serving: dict[object, list[int]] = {}
        for number, (namespace, labels) in enumerate(pods):
            found = controller_of(labels, (NAME,))
            if found is not None:
                name, controller = found
                classes = _words((name, *controller.classes))
                self._found.append((number, classes, _words(controller.gateways)))
            if GATEWAY_NAME in labels:
                self._made_for.setdefault((namespace, labels[GATEWAY_NAME]), []).append(number)

    @classmethod
    def of_workloads(cls, workloads: Iterable[Workload], gateways: Iterable[Gateway]) -> Controllers:
        """Find the workloads that stay, by number."""
        return cls(((each.namespace, {} if each.kind in ENDING else each.labels) for each in workloads), gateways)

    def gateways(self, route: Route) -> list[Gateway]:
        """Return the Gateways of a route that are known."""
        places = ((namespace or route.namespace, name) for namespace, name in route.gateways)
        return [self._gateways[each] for each in places if each in self._gateways]

    def serving(self, route: Route) -> list[int]:
        """Return those that a route may be for: a class is mostly called after its controller, or else nobody knows.

        Nothing is known of a route whose Gateway is not.
        """
        if route.kind not in WITH_CLASSES:
            return sorted({number for gateway in self.gateways(route) for number in self._behind(gateway)})
        key = route.class_name
        if key not in self._serving:
            wanted = None if key is None else _words((key,))
            self._serving[key] = [number for number, words, _ in self._found if wanted is None or wanted & words]
        return self._serving[key]

    def _behind(self, gateway: Gateway) -> list[int]:
        """Return those that a Gateway is served by: its own pods, or those of its class."""
        wanted = _words((gateway.class_name,))
        own = self._made_for.get((gateway.namespace, gateway.name))
        return own or [number for number, _, words in self._found if wanted & words]


def _words(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in name.split("-")) - COMMON


def prometheus(workloads: Workloads) -> list[int]:
    """Return the workloads that scrape metrics."""
    return [number for number, each in enumerate(workloads.all) if is_prometheus(each.labels, (NAME, "app"))]
