"""Connections from outside: load balancers, ingress controllers, and the API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import ANYTHING
from netpolc.adopt.suggest.model import LibraryPods, OpenQuestion, SeenConnection, evidence_at
from netpolc.ecosystem.ingress_controllers import COMMONEST, LIBRARY_OF_CLASS, controller_of
from netpolc.ecosystem.name_labels import NAME_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Caller, Evidence, Topic
    from netpolc.manifests.model import Backend, Manifests, Route

OPEN_TYPES = ("LoadBalancer", "NodePort")


def entrances_of(manifests: Manifests, directory: Directory) -> Iterator[SeenConnection | OpenQuestion]:
    """Yield the connections from outside, and questions about those that lead nowhere."""
    yield from _open_services(manifests, directory)
    reading = _IngressReader(directory)
    for route in manifests.routes:
        for backend in route.backends:
            evidence = evidence_at(backend.location, f"{route.kind} {route.name}")
            for caller in reading.leading(route):
                yield from reading.backend("entrance", caller, backend, route.namespace, evidence)
    for webhook in manifests.webhooks:
        evidence = evidence_at(webhook.location, f"{webhook.kind} {webhook.name}")
        yield from reading.backend("webhook", ANYTHING, webhook.backend, None, evidence)


def _open_services(manifests: Manifests, directory: Directory) -> Iterator[SeenConnection]:
    """Yield connections to services with an address or a port outside; calls may come by any node."""
    for service in manifests.services:
        if service.type in OPEN_TYPES:
            evidence = evidence_at(service.location, f"{service.type} {service.name}")
            for pods, port in directory.listeners(service, service.ports):
                yield SeenConnection("entrance", ANYTHING, pods, port, evidence)


class _IngressReader:
    """A reader of routes, with the ingress controllers among the workloads."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.controllers: dict[str, Caller] = {}
        for labels, pods in directory.people.staying():
            found = controller_of(labels, NAME_KEYS)
            if found is not None:
                self.controllers |= dict.fromkeys(found[1].classes, pods)

    def leading(self, route: Route) -> Sequence[Caller]:
        """Return the callers that serve a route; an Ingress without a class is taken for one of the commonest."""
        here, named = self.controllers, route.class_name
        if named in here:
            return (here[named],)
        if named is None and here and (route.kind != "Ingress" or len(here) == 1):
            return tuple(here.values())
        if named is None and route.kind != "Ingress":
            return (ANYTHING,)
        known = LIBRARY_OF_CLASS.get(named or COMMONEST.classes[0])
        return (ANYTHING,) if known is None else (LibraryPods(known.name),)

    def backend(
        self, topic: Topic, caller: Caller, backend: Backend, own: str | None, evidence: Evidence
    ) -> Iterator[SeenConnection | OpenQuestion]:
        """Yield the connections to a backend, or a question where it is no service with pods."""
        namespace = backend.namespace or own
        service = self.directory.names.all.get((namespace, backend.service))
        if service is not None and service.selector is not None:
            for pods, port in self.directory.listeners(service, filter(backend.leads_to, service.ports)):
                yield SeenConnection(topic, caller, pods, port, evidence)
        else:
            lacking = "no manifest shows" if service is None else "selects no pods"
            yield OpenQuestion(namespace, f"the service `{backend.service}` {lacking}, and is led to: {evidence.text}")
