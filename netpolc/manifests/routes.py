"""The objects that lead traffic from outside to services: networking/v1, Ingress, and the Gateway API's routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.manifests.metadata import read_metadata, require_name
from netpolc.manifests.model import Backend, Route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.manifests.fields import Object
    from netpolc.manifests.nodes import Node

OLD_CLASS = "kubernetes.io/ingress.class"
GATEWAY_KINDS = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")


def read_ingress(item: Object) -> Route:
    """Read an Ingress with the backends of all its paths."""
    annotations = item.fields(item.fields(item.root.fields.get("metadata")).get("annotations"))
    written = item.fields(item.root.fields.get("spec")).get("ingressClassName", annotations.get(OLD_CLASS))
    return _route(item, "Ingress", _of_ingress(item), item.text(written) or None)


def read_gateway_route(item: Object) -> Route:
    """Read a route of the Gateway API, of any kind and version; these differ only in their matches."""
    return _route(item, item.text(item.root.fields.get("kind")), _of_gateway(item))


def _route(item: Object, kind: str, backends: Iterable[Backend], class_name: str | None = None) -> Route:
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    return Route(
        kind=kind,
        name=metadata.name,
        namespace=metadata.namespace,
        class_name=class_name,
        backends=tuple(dict.fromkeys(backends)),
        location=item.location(item.root),
    )


def _of_ingress(item: Object) -> Iterator[Backend]:
    namespace = read_metadata(item, item.root.fields.get("metadata")).namespace
    spec = item.fields(item.root.fields.get("spec"))
    nodes = [spec.get("defaultBackend")]
    for rule in item.items(spec.get("rules")):
        http = item.fields(item.fields(rule).get("http"))
        nodes += [item.fields(path).get("backend") for path in item.items(http.get("paths"))]
    for node in nodes:
        service = item.fields(item.fields(node).get("service"))
        name = item.text(service.get("name"))
        port = item.fields(service.get("port"))
        if name and node is not None:
            number: int | str | None = item.integer(port.get("number"))
            yield Backend(namespace, name, number or item.text(port.get("name")) or None, item.location(node))


def _of_gateway(item: Object) -> Iterator[Backend]:
    """Yield the services among the backends, including those that only get a copy of the traffic."""
    own = read_metadata(item, item.root.fields.get("metadata")).namespace
    for rule in item.items(item.fields(item.root.fields.get("spec")).get("rules")):
        fields = item.fields(rule)
        nodes = list(item.items(fields.get("backendRefs")))
        for each in item.items(fields.get("filters")):
            mirror = item.fields(item.fields(each).get("requestMirror"))
            nodes += filter(None, [mirror.get("backendRef")])
        for node in nodes:
            backend = _reference(item, node, own)
            if backend is not None:
                yield backend


def _reference(item: Object, node: Node, own: str | None) -> Backend | None:
    fields = item.fields(node)
    name = item.text(fields.get("name"))
    if not name or item.text(fields.get("group")) or (item.text(fields.get("kind")) or "Service") != "Service":
        return None
    namespace = item.text(fields.get("namespace")) or own
    return Backend(namespace, name, item.integer(fields.get("port")), item.location(node))
