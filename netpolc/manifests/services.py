"""Services: the pods behind them, and the ports that they lead to (kubernetes/api, core/v1, ServiceSpec)."""

from __future__ import annotations

from netpolc.manifests.fields import Object
from netpolc.manifests.metadata import check_labels, read_metadata, require_name
from netpolc.manifests.model import Service, ServicePort
from netpolc.manifests.nodes import Node
from netpolc.manifests.workloads import read_port, read_port_name, read_protocol


def read_service(item: Object) -> Service | None:
    """Read a service; None where the API server would refuse it."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    spec = item.fields(item.root.fields.get("spec"))
    type_name = item.text(spec.get("type")) or "ClusterIP"
    selector = dict(item.pairs(spec.get("selector")))
    check_labels(item, spec.get("selector"), selector)
    ports = tuple(port for node in item.items(spec.get("ports")) if (port := _port(item, node)) is not None)
    service = Service(
        name=metadata.name,
        namespace=metadata.namespace,
        labels=dict(metadata.labels),
        type=type_name,
        selector=None if type_name == "ExternalName" or not selector else selector,
        ports=ports,
        local=item.text(spec.get("externalTrafficPolicy")) == "Local",
        location=item.location(item.root),
    )
    return None if item.rejected else service


def _port(item: Object, node: Node) -> ServicePort | None:
    fields = item.fields(node)
    number = read_port(item, fields.get("port"), node)
    protocol = read_protocol(item, fields.get("protocol"))
    # A target that is 0 or empty is that of a service that never said one.
    target = item.integer_or_text(fields.get("targetPort")) or number
    if isinstance(target, str):
        read_port_name(item, fields.get("targetPort"))
    if number is None or target is None:
        return None
    node_port = item.integer(fields.get("nodePort")) or None
    return ServicePort(number, protocol, target, item.text(fields.get("name")) or None, node_port)
