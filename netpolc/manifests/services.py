"""Services: the pods behind them, the ports that they lead to, and the addresses under which they are reached.

The kinds are those of kubernetes/api, core/v1 (ServiceSpec, Endpoints, NodeStatus) and discovery/v1 (EndpointSlice).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.manifests.fields import Object
from netpolc.manifests.metadata import check_labels, read_metadata, require_name
from netpolc.manifests.model import ClusterNode, EndpointPort, EndpointSlice, Service, ServicePort
from netpolc.manifests.nodes import Node
from netpolc.manifests.workloads import read_port, read_port_name, read_protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NO_ADDRESS = "None"
"""What a service without an address of its own says in the place of that."""
SERVICE_LABEL = "kubernetes.io/service-name"
"""The label by which an EndpointSlice names its service (k8s.io/api, discovery/v1, LabelServiceName)."""


def read_service(item: Object) -> Service | None:
    """Read a service; None where the API server would refuse it."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    spec = item.fields(item.root.fields.get("spec"))
    type_name = item.text(spec.get("type")) or "ClusterIP"
    selector = dict(item.pairs(spec.get("selector")))
    check_labels(item, spec.get("selector"), selector)
    ports = tuple(port for node in item.items(spec.get("ports")) if (port := _port(item, node)) is not None)
    own = item.texts(spec.get("clusterIPs")) or (item.text(spec.get("clusterIP")),)
    service = Service(
        name=metadata.name,
        namespace=metadata.namespace,
        labels=dict(metadata.labels),
        type=type_name,
        selector=None if type_name == "ExternalName" or not selector else selector,
        ports=ports,
        addresses=tuple(each for each in own if each not in ("", NO_ADDRESS)),
        headless=NO_ADDRESS in own,
        outside=tuple(dict.fromkeys(_outside(item, spec))),
        external_name=(item.text(spec.get("externalName")) or None) if type_name == "ExternalName" else None,
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


def _outside(item: Object, spec: Mapping[str, Node]) -> list[str]:
    """List the addresses and names of a service outside of the cluster, as far as they are known."""
    balancer = item.fields(item.fields(item.root.fields.get("status")).get("loadBalancer"))
    given = [item.fields(node) for node in item.items(balancer.get("ingress"))]
    found = [item.text(fields.get(key)) for fields in given for key in ("ip", "hostname")]
    return [
        each for each in (*item.texts(spec.get("externalIPs")), item.text(spec.get("loadBalancerIP")), *found) if each
    ]


def _read_slice(item: Object) -> EndpointSlice | None:
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    service = dict(metadata.labels).get(SERVICE_LABEL)
    listed = [item.fields(node) for node in item.items(item.root.fields.get("endpoints"))]
    addresses = [text for fields in listed for text in item.texts(fields.get("addresses"))]
    return None if service is None else _endpoints(item, "EndpointSlice", service, addresses, item.root.fields)


def _read_endpoints(item: Object) -> EndpointSlice | None:
    """Read the first subset of an Endpoints object that has addresses; nobody writes several by hand."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    for node in item.items(item.root.fields.get("subsets")):
        fields = item.fields(node)
        addresses = [item.text(item.fields(each).get("ip")) for each in item.items(fields.get("addresses"))]
        if addresses:
            return _endpoints(item, "Endpoints", metadata.name, addresses, fields)
    return None


def _endpoints(
    item: Object, kind: str, service: str, addresses: list[str], fields: Mapping[str, Node]
) -> EndpointSlice:
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    ports = [item.fields(node) for node in item.items(fields.get("ports"))]
    return EndpointSlice(
        kind=kind,
        name=metadata.name,
        namespace=metadata.namespace,
        service=service,
        addresses=tuple(addresses),
        ports=tuple(
            EndpointPort(
                item.text(each.get("name")) or None,
                item.integer(each.get("port")),
                item.text(each.get("protocol")) or "TCP",
            )
            for each in ports
        ),
        location=item.location(item.root),
    )


def _read_node(item: Object) -> ClusterNode | None:
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    listed = item.items(item.fields(item.root.fields.get("status")).get("addresses"))
    addresses = [item.text(item.fields(node).get("address")) for node in listed]
    return ClusterNode(
        name=metadata.name,
        labels=dict(metadata.labels),
        addresses=tuple(addresses),
        location=item.location(item.root),
    )


def _leniently(
    read: Callable[[Object], EndpointSlice | ClusterNode | None],
) -> Callable[[Object], EndpointSlice | ClusterNode | None]:
    """Return a reader that reports nothing: these objects only help to understand questions."""

    def reader(item: Object) -> EndpointSlice | ClusterNode | None:
        found = read(item)
        found = None if item.rejected else found
        item.diagnostics, item.rejected = [], False
        return found

    return reader


AROUND: Mapping[str, Callable[[Object], EndpointSlice | ClusterNode | None]] = {
    "EndpointSlice": _leniently(_read_slice),
    "Endpoints": _leniently(_read_endpoints),
    "Node": _leniently(_read_node),
}
"""The readers of the kinds that show what is around services, by kind."""
