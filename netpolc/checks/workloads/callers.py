"""Evident callers of the pods of others: ingress controllers and Prometheus, by their recommended labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.manifests.model import Route, Workload

NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"

CONTROLLERS = frozenset(
    (
        "contour",
        "envoy",
        "haproxy-ingress",
        "ingress-nginx",
        "kong",
        "kubernetes-ingress",
        "nginx-ingress",
        "traefik",
    )
)
"""What the charts of ingress controllers call what they make."""
ASIDE = frozenset(("admission-webhook", "contour", "controller-webhook", "default-backend"))
"""Parts of ingress controllers through which no traffic goes."""

COMMON = frozenset(("controller", "ingress", "kubernetes"))
"""Words that tell no controller from another."""

INGRESS = "Ingress"
PROMETHEUS = "prometheus"


class Controllers:
    """The workloads that pass traffic on to the backends of Ingress objects, by what they are called."""

    def __init__(self, workloads: Workloads) -> None:
        """Find them."""
        self._found = [(number, each.labels[NAME]) for number, each in enumerate(workloads.all) if _is_controller(each)]

    def of(self, route: Route) -> list[int]:
        """Return those that a route may be for: a class is mostly called after its controller, or else nobody knows."""
        if route.kind != INGRESS:
            return []
        wanted = None if route.class_name is None else _words(route.class_name)
        return [number for number, name in self._found if wanted is None or wanted & _words(name)]


def _words(name: str) -> frozenset[str]:
    return frozenset(name.split("-")) - COMMON


def prometheus(workloads: Workloads) -> list[int]:
    """Return the workloads that scrape metrics, by number."""
    return [number for number, each in enumerate(workloads.all) if _is_prometheus(each.labels)]


def _is_prometheus(labels: Mapping[str, str]) -> bool:
    component = labels.get(COMPONENT) or labels.get("component") or PROMETHEUS
    return PROMETHEUS in {labels.get(NAME), labels.get("app")} and component in {PROMETHEUS, "server"}


def _is_controller(workload: Workload) -> bool:
    labels = workload.labels
    return (
        labels.get(NAME) in CONTROLLERS
        and labels.get(COMPONENT) not in ASIDE
        and workload.kind not in {"Job", "CronJob"}
    )
