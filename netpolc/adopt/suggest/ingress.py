"""Connections from outside: load balancers, ingress controllers, and the API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import ANYTHING
from netpolc.adopt.suggest.model import Connection, Library, Question, evidence_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Caller, Evidence, Topic
    from netpolc.manifests.model import Backend, Manifests, Route

CONTROLLERS = {"ingress-nginx": "nginx", "traefik": "traefik", "contour": "contour", "haproxy-ingress": "haproxy"}
"""Ingress controllers by the value of their name labels, and the class that is theirs."""

CLASSES = {"nginx": "ingress-nginx", "traefik": "traefik", "contour": "contour", "istio": "istio-ingress"}
"""Ingress controllers that the library names, by class."""

COMMONEST = "nginx"
OPEN_TYPES = ("LoadBalancer", "NodePort")


def entrances_of(manifests: Manifests, directory: Directory) -> Iterator[Connection | Question]:
    """Everybody who comes in from outside."""
    yield from _open_services(manifests, directory)
    reading = _Reading(directory)
    for route in manifests.routes:
        for backend in route.backends:
            evidence = evidence_at(backend.location, f"{route.kind} {route.name}")
            for caller in reading.leading(route):
                yield from reading.backend("entrance", caller, backend, route.namespace, evidence)
    for webhook in manifests.webhooks:
        evidence = evidence_at(webhook.location, f"{webhook.kind} {webhook.name}")
        yield from reading.backend("webhook", ANYTHING, webhook.backend, None, evidence)


def _open_services(manifests: Manifests, directory: Directory) -> Iterator[Connection]:
    """Services with an address or a port outside, where calls may come by any node, and under its address."""
    for service in manifests.services:
        if service.type in OPEN_TYPES:
            evidence = evidence_at(service.location, f"{service.type} {service.name}")
            for pods, port in directory.doors(service, service.ports):
                yield Connection("entrance", ANYTHING, pods, port, evidence)


class _Reading:
    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.controllers: dict[str, Caller] = {
            class_name: pods for name, class_name in CONTROLLERS.items() for pods in directory.people.called(name)
        }

    def leading(self, route: Route) -> Sequence[Caller]:
        """Who serves a route; an Ingress without a class is taken for one of the commonest."""
        here, named = self.controllers, route.class_name
        if named in here:
            return (here[named],)
        if named is None and here and (route.kind != "Ingress" or len(here) == 1):
            return tuple(here.values())
        if named is None and route.kind != "Ingress":
            return (ANYTHING,)
        known = CLASSES.get(named or COMMONEST)
        return (ANYTHING,) if known is None else (Library(known),)

    def backend(
        self, topic: Topic, caller: Caller, backend: Backend, home: str | None, evidence: Evidence
    ) -> Iterator[Connection | Question]:
        """What leads to a backend, if it is a service with pods."""
        namespace = backend.namespace or home
        service = self.directory.services.get((namespace, backend.service))
        if service is not None and service.selector is not None:
            for pods, port in self.directory.doors(service, self.directory.by_name(service, backend.port)):
                yield Connection(topic, caller, pods, port, evidence)
        else:
            lacking = "no manifest shows" if service is None else "selects no pods"
            yield Question(namespace, f"the service `{backend.service}` {lacking}, and is led to: {evidence.text}")
