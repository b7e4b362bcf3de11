"""The targets of Prometheus: annotations, and the operator's ServiceMonitor and PodMonitor (monitoring/v1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.prometheus import ANNOTATIONS
from netpolc.manifests.metadata import read_metadata, require_name
from netpolc.manifests.model import Monitor, Scrape
from netpolc.manifests.nodes import Mapping
from netpolc.manifests.workloads import FIRST_PORT, LAST_PORT
from netpolc.policy.model import MatchExpression, Selector
from netpolc.policy.validity import selector_faults

if TYPE_CHECKING:
    from netpolc.manifests.fields import Object
    from netpolc.manifests.nodes import Node

KINDS = ("ServiceMonitor", "PodMonitor")
EVERYWHERE = "*"


def read_monitor(item: Object) -> Monitor:
    """Read a monitor; endpoints of a ServiceMonitor name ports of services, or else ports of pods as targets."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    kind = item.text(item.root.fields.get("kind"))
    spec = item.fields(item.root.fields.get("spec"))
    of_pods = kind == "PodMonitor"
    ports: list[int | str] = []
    targets: list[int | str] = []
    for node in item.items(spec.get("podMetricsEndpoints" if of_pods else "endpoints")):
        fields = item.fields(node)
        named: int | str | None = item.text(fields.get("port")) or item.integer(fields.get("portNumber"))
        target = item.integer_or_text(fields.get("targetPort"))
        ports += [named] if named else []
        targets += [target] if target and not named else []
    return Monitor(
        kind=kind,
        name=metadata.name,
        namespace=metadata.namespace,
        namespaces=_namespaces(item, spec.get("namespaceSelector")),
        selector=_selector(item, spec.get("selector")),
        ports=tuple(dict.fromkeys([*ports, *targets] if of_pods else ports)),
        targets=() if of_pods else tuple(dict.fromkeys(targets)),
        location=item.location(item.root),
    )


def read_scrape(item: Object, annotations: Node | None) -> Scrape | None:
    """Read the convention `prometheus.io/scrape: "true"` of Prometheus' examples; None where it is absent."""
    fields = item.fields(annotations)
    if not isinstance(annotations, Mapping) or item.text(fields.get(f"{ANNOTATIONS}scrape")).lower() != "true":
        return None
    written = item.text(fields.get(f"{ANNOTATIONS}port"))
    number = int(written) if written.isascii() and written.isdecimal() and len(written) <= len(str(LAST_PORT)) else 0
    port = number if FIRST_PORT <= number <= LAST_PORT else None
    return Scrape(port, item.key_location(annotations, f"{ANNOTATIONS}scrape"))


def _namespaces(item: Object, node: Node | None) -> tuple[str, ...]:
    fields = item.fields(node)
    return (EVERYWHERE,) if item.boolean(fields.get("any")) else item.texts(fields.get("matchNames"))


def _selector(item: Object, node: Node | None) -> Selector:
    fields = item.fields(node)
    expressions: list[MatchExpression] = []
    for each in item.items(fields.get("matchExpressions")):
        parts = item.fields(each)
        key, operator = item.text(parts.get("key")), item.text(parts.get("operator"))
        expressions.append(MatchExpression(key, operator, item.texts(parts.get("values"))))
    selector = Selector(item.pairs(fields.get("matchLabels")), tuple(expressions))
    # The API server does not judge what selectors of custom resources hold; no operator makes sense of such a one.
    item.rejected = item.rejected or bool(selector_faults(selector))
    return selector
