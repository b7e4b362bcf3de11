"""Prometheus: what its pods are labelled, and what announces metrics to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.model import Deployed
from netpolc.ecosystem.name_labels import COMPONENT, NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROMETHEUS = Deployed(
    name="prometheus",
    labels=((NAME, "prometheus"),),
    source="prometheus-operator/prometheus-operator, pkg/prometheus/server, the labels of its StatefulSets",
)

COMPONENTS = frozenset(("prometheus", "server"))
"""What charts call the part that scrapes (prometheus-community/helm-charts, prometheus; kube-prometheus). The others
are exporters, gateways and the alert manager."""

ANNOTATIONS = "prometheus.io/"
"""The prefix of annotations that announce metrics, as in `prometheus.io/scrape: "true"` (prometheus/prometheus,
documentation/examples/prometheus-kubernetes.yml)."""

METRICS_PORTS = frozenset(
    ("admin", "exporter", "health", "http-metrics", "management", "metrics", "monitoring", "prometheus")
)
"""What charts call ports for metrics and probes, which nobody means who names a service without a port."""

SCRAPED_PORTS = frozenset(("exporter", "http-metrics", "metrics", "monitoring", "prometheus"))
"""Those of them that are for nothing but metrics."""


def is_prometheus(labels: Mapping[str, str], keys: Iterable[str]) -> bool:
    """Tell whether pods scrape metrics, by their labels under any of some keys."""
    component = labels.get(COMPONENT) or labels.get("component") or PROMETHEUS.name
    return component in COMPONENTS and any(labels.get(key) == PROMETHEUS.name for key in keys)
