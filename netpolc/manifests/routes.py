"""The objects that lead traffic from outside to services: Ingress, OpenShift's Route, the Gateway API's, and Istio's.

Nothing is reported here: an object that cannot be read counts as skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.ingress_controllers import OPENSHIFT_CLASS
from netpolc.manifests.fields import Object
from netpolc.manifests.istio_routes import read_istio
from netpolc.manifests.metadata import read_metadata, require_name
from netpolc.manifests.model import Backend, Gateway, Route
from netpolc.manifests.workloads import FIRST_PORT, LAST_PORT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.manifests.nodes import Node

OLD_CLASS = "kubernetes.io/ingress.class"
GATEWAY_KINDS = ("HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "UDPRoute")


def read_leading(group: str, kind: str, item: Object) -> Route | Gateway | None:
    """Read an object of a group; return None where its kind leads nowhere, or where it cannot be read."""
    item = Object(item.root, item.source)
    found: Route | Gateway
    match group, kind:
        case "networking.k8s.io", "Ingress":
            found = read_ingress(item)
        case "route.openshift.io", "Route":
            found = read_openshift_route(item)
        case "gateway.networking.k8s.io", "Gateway":
            found = read_gateway(item)
        case "gateway.networking.k8s.io", _ if kind in GATEWAY_KINDS and not _is_of_mesh(item):
            found = read_gateway_route(item)
        case "networking.istio.io", "Gateway" | "VirtualService":
            return read_istio(kind, item)
        case _:
            return None
    return None if item.rejected else found


def read_ingress(item: Object) -> Route:
    """Read an Ingress with the backends of all its paths."""
    annotations = item.fields(item.fields(item.root.fields.get("metadata")).get("annotations"))
    written = item.fields(item.root.fields.get("spec")).get("ingressClassName", annotations.get(OLD_CLASS))
    return _route(item, "Ingress", _of_ingress(item), item.text(written) or None)


def read_gateway_route(item: Object) -> Route:
    """Read a route of the Gateway API, of any kind and version; these differ only in their matches."""
    return _route(item, item.text(item.root.fields.get("kind")), _of_gateway(item), gateways=_gateways(item))


def read_gateway(item: Object) -> Gateway:
    """Read a Gateway for its class, and the ports of its listeners."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    spec = item.fields(item.root.fields.get("spec"))
    listeners = [item.fields(node) for node in item.items(spec.get("listeners"))]
    ports = [item.integer(each.get("port")) for each in listeners if item.text(each.get("protocol")) != "UDP"]
    return Gateway(
        name=metadata.name,
        namespace=metadata.namespace,
        class_name=item.text(spec.get("gatewayClassName")),
        ports=tuple(dict.fromkeys(port for port in ports if port is not None and FIRST_PORT <= port <= LAST_PORT)),
        location=item.location(item.root),
    )


def read_openshift_route(item: Object) -> Route:
    """Read a Route of OpenShift, all of which its ingress controllers serve (OpenShift API, route/v1)."""
    return _route(item, "Route", _of_openshift(item), OPENSHIFT_CLASS)


def _route(
    item: Object,
    kind: str,
    backends: Iterable[Backend],
    class_name: str | None = None,
    gateways: Iterable[tuple[str | None, str]] = (),
) -> Route:
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    return Route(
        kind=kind,
        name=metadata.name,
        namespace=metadata.namespace,
        class_name=class_name,
        gateways=tuple(dict.fromkeys(gateways)),
        backends=tuple(dict.fromkeys(backends)),
        location=item.location(item.root),
    )


def _of_ingress(item: Object) -> Iterator[Backend]:
    namespace = read_metadata(item, item.root.fields.get("metadata")).namespace
    spec = item.fields(item.root.fields.get("spec"))
    nodes = [(spec.get("defaultBackend"), "")]
    for rule in item.items(spec.get("rules")):
        http, host = item.fields(item.fields(rule).get("http")), item.text(item.fields(rule).get("host"))
        nodes += [(item.fields(path).get("backend"), host) for path in item.items(http.get("paths"))]
    for node, host in nodes:
        service = item.fields(item.fields(node).get("service"))
        name = item.text(service.get("name"))
        port = item.fields(service.get("port"))
        if name and node is not None:
            number: int | str | None = item.integer(port.get("number"))
            named = number or item.text(port.get("name")) or None
            yield Backend(namespace, name, named, item.location(node), hosts=(host,) if host else ())


def _of_openshift(item: Object) -> Iterator[Backend]:
    """Yield the services of a Route; its port is the number of the pods' port, or the name of the service's."""
    namespace = read_metadata(item, item.root.fields.get("metadata")).namespace
    spec = item.fields(item.root.fields.get("spec"))
    wanted = item.fields(spec.get("port")).get("targetPort")
    port = item.integer_or_text(wanted) or None
    number, name = (port, None) if isinstance(port, int) else (None, port)
    host = item.text(spec.get("host"))
    for node in (spec.get("to"), *item.items(spec.get("alternateBackends"))):
        service = item.text(item.fields(node).get("name"))
        if service and node is not None and (item.text(item.fields(node).get("kind")) or "Service") == "Service":
            hosts = (host,) if host else ()
            yield Backend(namespace, service, name, item.location(node), target=number, hosts=hosts)


def _is_of_mesh(item: Object) -> bool:
    """Tell whether a route leads on what pods send to Services, and nothing from outside (Gateway API, GAMMA)."""
    parents = [item.fields(node) for node in item.items(item.fields(item.root.fields.get("spec")).get("parentRefs"))]
    return bool(parents) and all(item.text(each.get("kind")) == "Service" for each in parents)


def _gateways(item: Object) -> Iterator[tuple[str | None, str]]:
    """Yield the Gateways that a route is attached to; a Service among its parents is a mesh's matter."""
    for node in item.items(item.fields(item.root.fields.get("spec")).get("parentRefs")):
        fields = item.fields(node)
        name = item.text(fields.get("name"))
        if name and (item.text(fields.get("kind")) or "Gateway") == "Gateway":
            yield item.text(fields.get("namespace")) or None, name


def _of_gateway(item: Object) -> Iterator[Backend]:
    """Yield the services among the backends, including those that only get a copy of the traffic."""
    own = read_metadata(item, item.root.fields.get("metadata")).namespace
    spec = item.fields(item.root.fields.get("spec"))
    hosts = tuple(filter(None, map(item.text, item.items(spec.get("hostnames")))))
    for rule in item.items(spec.get("rules")):
        fields = item.fields(rule)
        nodes = list(item.items(fields.get("backendRefs")))
        for each in item.items(fields.get("filters")):
            mirror = item.fields(item.fields(each).get("requestMirror"))
            nodes += filter(None, [mirror.get("backendRef")])
        for node in nodes:
            backend = _reference(item, node, own, hosts)
            if backend is not None:
                yield backend


def _reference(item: Object, node: Node, own: str | None, hosts: tuple[str, ...]) -> Backend | None:
    fields = item.fields(node)
    name = item.text(fields.get("name"))
    if not name or item.text(fields.get("group")) or (item.text(fields.get("kind")) or "Service") != "Service":
        return None
    namespace = item.text(fields.get("namespace")) or own
    return Backend(namespace, name, item.integer(fields.get("port")), item.location(node), hosts=hosts)
