"""Connections from outside: load balancers, ingress controllers, and the API server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import ANYTHING, PodsEnd
from netpolc.adopt.suggest.model import LibraryEnd, OpenQuestion, SeenConnection, evidence_at
from netpolc.ecosystem.ingress_controllers import (
    COMMONEST,
    GATEWAY_NAME,
    LIBRARY_OF_CLASS,
    LIBRARY_OF_GATEWAY,
    WITH_OWN_PODS,
    controller_of,
)
from netpolc.ecosystem.name_labels import NAME_KEYS
from netpolc.ir.model import InNamespace
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import PortInterval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Caller, Evidence, Topic
    from netpolc.manifests.model import Backend, Gateway, Manifests, Route

OPEN_TYPES = ("LoadBalancer", "NodePort")


def entrances_of(manifests: Manifests, directory: Directory) -> Iterator[SeenConnection | OpenQuestion]:
    """Yield the connections from outside, and questions about those that lead nowhere."""
    yield from _open_services(manifests, directory)
    reading = _IngressReader(directory, manifests.gateways)
    for gateway in manifests.gateways:
        if gateway.class_name in WITH_OWN_PODS:
            evidence = evidence_at(gateway.location, f"Gateway {gateway.name}")
            for number in gateway.ports:
                port = PortInterval("TCP", number, number)
                yield SeenConnection("entrance", ANYTHING, _pods_of(gateway), port, evidence)
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

    def __init__(self, directory: Directory, gateways: Iterable[Gateway]) -> None:
        self.directory = directory
        self.gateways = {(each.namespace, each.name): each for each in gateways}
        self.controllers: dict[str, Caller] = {}
        self.of_gateways: dict[str, Caller] = {}
        for labels, pods in directory.people.staying():
            found = controller_of(labels, NAME_KEYS)
            if found is not None:
                self.controllers |= dict.fromkeys(found[1].classes, pods)
                self.of_gateways |= dict.fromkeys(found[1].gateways, pods)

    def leading(self, route: Route) -> Sequence[Caller]:
        """Return the callers that serve a route; an Ingress without a class is taken for one of the commonest."""
        here, named = self.controllers, route.class_name
        if named in here:
            return (here[named],)
        if named is None and route.kind != "Ingress":
            return tuple(dict.fromkeys(self.at_gateways(route)))
        if named is None and len(here) == 1:
            return tuple(here.values())
        known = LIBRARY_OF_CLASS.get(named or COMMONEST.classes[0])
        return (ANYTHING,) if known is None else (LibraryEnd(known.name),)

    def at_gateways(self, route: Route) -> Iterator[Caller]:
        """Yield the callers that serve the Gateways of a route; of those that no manifest shows, any controller is."""
        for namespace, name in route.gateways or ((None, ""),):
            gateway = self.gateways.get((namespace or route.namespace, name))
            if gateway is None:
                yield from self.controllers.values() or (ANYTHING,)
            elif gateway.class_name in WITH_OWN_PODS:
                yield _pods_of(gateway)
            elif gateway.class_name in self.of_gateways:
                yield self.of_gateways[gateway.class_name]
            else:
                known = LIBRARY_OF_GATEWAY.get(gateway.class_name)
                yield ANYTHING if known is None else LibraryEnd(known.name)

    def backend(
        self, topic: Topic, caller: Caller, backend: Backend, own: str | None, evidence: Evidence
    ) -> Iterator[SeenConnection | OpenQuestion]:
        """Yield the connections to a backend, or a question where it is no service with pods, or none of its ports."""
        namespace = backend.namespace or own
        service = self.directory.names.all.get((namespace, backend.service))
        lacking = "no manifest shows"
        if service is not None and service.selector is not None:
            ports = list(filter(backend.leads_to, service.ports))
            for pods, port in self.directory.listeners(service, ports):
                yield SeenConnection(topic, caller, pods, port, evidence)
            if ports:
                return
            lacking = f"has no port `{backend.target or backend.port}`"
        elif service is not None:
            lacking = "selects no pods"
        yield OpenQuestion(namespace, f"the service `{backend.service}` {lacking}, and is led to", evidence)


def _pods_of(gateway: Gateway) -> PodsEnd:
    """Return the pods that are made for a Gateway."""
    made = LabelRequirement(GATEWAY_NAME, "In", (gateway.name,))
    return PodsEnd(InNamespace(gateway.namespace), LabelSelector((made,)))
