"""Istio's own objects that lead traffic from outside to services: Gateway and VirtualService (istio.io/api, v1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.ingress_controllers import ISTIO_GATEWAY
from netpolc.manifests.metadata import read_metadata, require_name
from netpolc.manifests.model import Backend, Gateway, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.manifests.fields import Object
    from netpolc.manifests.nodes import Node

MESH = "mesh"
"""What a VirtualService names in the place of a Gateway for what pods send; without any, it is about that alone."""

_OWN = "networking.istio.io/"
"""What stands before the names of these Gateways, since one of the Gateway API may have the same."""

_PODS = frozenset((("istio", "ingressgateway"), ("istio", "ingress"), ("app", "istio-ingressgateway")))
"""The labels of the gateway's pods as Istio installs it (istio/istio, manifests/charts/gateway, and its profiles)."""

_PROTOCOLS = ("http", "tls", "tcp")


def read_istio(kind: str, item: Object) -> Route | Gateway | None:
    """Read a Gateway or a VirtualService; None where it cannot be read, or leads on nothing from outside."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    if item.rejected:
        return None
    spec = item.fields(item.root.fields.get("spec"))
    if kind == "Gateway":
        labels = {(key, item.text(value)) for key, value in item.fields(spec.get("selector")).items()}
        class_name = ISTIO_GATEWAY if labels & _PODS else ""
        return Gateway(
            name=f"{_OWN}{metadata.name}",
            namespace=metadata.namespace,
            class_name=class_name,
            location=item.location(item.root),
        )
    named = [item.text(node) for node in item.items(spec.get("gateways"))]
    gateways = [_place(each) for each in named if each and each != MESH]
    if not gateways:
        return None
    return Route(
        kind=kind,
        name=metadata.name,
        namespace=metadata.namespace,
        gateways=tuple(dict.fromkeys(gateways)),
        backends=tuple(dict.fromkeys(_backends(item, metadata.namespace))),
        location=item.location(item.root),
    )


def _place(name: str) -> tuple[str | None, str]:
    """Return the namespace of a Gateway, None for that of who names it, and its name."""
    namespace, _, own = name.rpartition("/")
    return namespace or None, f"{_OWN}{own}"


def _backends(item: Object, own: str | None) -> Iterator[Backend]:
    spec = item.fields(item.root.fields.get("spec"))
    hosts = tuple(filter(None, map(item.text, item.items(spec.get("hosts")))))
    for route in (route for protocol in _PROTOCOLS for route in item.items(spec.get(protocol))):
        for node in _destinations(item, route):
            destination = item.fields(node)
            service = _service(item.text(destination.get("host")), own)
            if service is not None:
                port = item.integer(item.fields(destination.get("port")).get("number"))
                yield Backend(*service, port, item.location(node), hosts=hosts)


def _destinations(item: Object, route: Node) -> Iterator[Node]:
    """Yield where a route leads, and whoever only gets a copy of the traffic."""
    fields = item.fields(route)
    found = [item.fields(node).get("destination") for node in item.items(fields.get("route"))]
    found += [
        fields.get("mirror"),
        *(item.fields(node).get("destination") for node in item.items(fields.get("mirrors"))),
    ]
    yield from (node for node in found if node is not None)


def _service(host: str, own: str | None) -> tuple[str | None, str] | None:
    """Return the namespace and the name of a host that is a Service; None for what a ServiceEntry may stand for."""
    name, *rest = host.split(".")
    if not rest:
        return (own, name) if name else None
    namespace, *suffix = rest
    is_cluster = suffix[:1] == ["svc"]
    return (namespace, name) if is_cluster and "*" not in host else None
