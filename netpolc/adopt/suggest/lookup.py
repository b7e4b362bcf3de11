"""The services by name, and the pods and ports that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import PodsEnd
from netpolc.adopt.suggest.last_words import by_last_words
from netpolc.adopt.suggest.pods import has_pod
from netpolc.adopt.suggest.selected import selected_pods, selector_of
from netpolc.ir.model import InNamespace
from netpolc.manifests.service_names import ServiceNames
from netpolc.sets.ports import NamedPort, PortInterval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.adopt.suggest.model import Port
    from netpolc.adopt.suggest.pods import People
    from netpolc.manifests.model import Manifests, Service, ServicePort, Workload
    from netpolc.sets.ports import Protocol

FEW = 8
"""The workloads behind a service that are named one by one."""


class Directory:
    """The services of some manifests, and who stands behind them."""

    def __init__(self, manifests: Manifests, people: People) -> None:
        """Index the services by namespace and name, and what stands for the endpoints of those that select no pods."""
        self.people = people
        self.names = ServiceNames(manifests.services)
        self.addresses: dict[tuple[str | None, str], list[str]] = {}
        for each in manifests.endpoint_slices:
            self.addresses.setdefault((each.namespace, each.service), []).extend(each.addresses)
        self.namespaces = {
            *(each.namespace for each in manifests.workloads),
            *(each.namespace for each in manifests.services),
            *(each.name for each in manifests.namespaces),
        }
        self._namesakes: dict[str | None, dict[tuple[str, ...], Service]] = {}
        self._on_nodes: dict[str | None, list[Workload]] = {}
        for workload in manifests.workloads:
            if workload.host_network:
                self._on_nodes.setdefault(workload.namespace, []).append(workload)

    def workloads(self, service: Service) -> list[Workload]:
        """Return the workloads behind a service that a policy can select; behind one of single pods, those of all."""
        labels, pod = selector_of(service)
        if labels or pod is None:
            return self.people.behind(service.namespace, labels)
        return [each for each in self.people.all_in(service.namespace) if has_pod(each, pod)]

    def namesakes(self, namespace: str | None) -> dict[tuple[str, ...], Service]:
        """Return the services of a namespace by the last words of their names."""
        if namespace not in self._namesakes:
            held = [each for each in self.names.all.values() if each.namespace == namespace and each.selector]
            self._namesakes[namespace] = by_last_words(held)
        return self._namesakes[namespace]

    def on_nodes(self, destination: PodsEnd) -> list[Workload]:
        """Return the workloads that somebody means by pods, where all of them are on the network of their nodes."""
        if not isinstance(destination.namespaces, InNamespace):
            return []
        space = destination.namespaces.name
        crowd = self.people.crowds.get(space)
        if crowd is not None and any(destination.selector.matches(each.labels) for each in crowd.workloads):
            return []
        return [each for each in self._on_nodes.get(space, ()) if destination.selector.matches(each.labels)]

    def listeners(self, service: Service, ports: Iterable[ServicePort]) -> Iterator[tuple[PodsEnd, Port]]:
        """Yield the pods behind a service, each with the port that takes the connections to one of its ports.

        Of several workloads, those without a port of the target's name are not behind it. None or many are all that the
        service selects.
        """
        workloads = self.workloads(service)
        for port in ports:
            if not 0 < len(workloads) <= FEW:
                selected = selected_pods(service)
                if selected is not None:
                    yield selected, port_of(port.target, port.protocol, None)
                continue
            behind = [one for one in workloads if declares(one, port.target, port.protocol)]
            for workload in behind or workloads:
                pods = self.people.pods(workload)
                if pods is not None:
                    yield pods, port_of(port.target, port.protocol, workload)

    def direct(self, service: Service, number: int | None) -> Iterator[tuple[PodsEnd, Port]]:
        """Yield the pods behind a service that listen on a port which it lacks, for clients of a headless one."""
        for workload in self.workloads(service):
            pods = self.people.pods(workload)
            for port in workload.ports:
                if pods is not None and port.number == number:
                    yield pods, _number(port.number, port.protocol)


def declares(workload: Workload, target: int | str, protocol: str) -> bool:
    """Tell whether pods have a port: any number, but only those names that their containers declare."""
    named = {(port.name, port.protocol) for port in workload.ports}
    return isinstance(target, int) or (target, protocol) in named


def port_of(target: int | str, protocol: str, workload: Workload | None) -> Port:
    """Return a port of pods by its number, or by its name where that does not stand for one number."""
    if isinstance(target, int):
        return _number(target, protocol)
    ports = () if workload is None else workload.ports
    numbers = {port.number for port in ports if (port.name, port.protocol) == (target, protocol)}
    return _number(numbers.pop(), protocol) if len(numbers) == 1 else NamedPort(_protocol(protocol), target)


def _number(number: int, protocol: str) -> PortInterval:
    return PortInterval(_protocol(protocol), number, number)


def _protocol(protocol: str) -> Protocol:
    """Return the protocol of a port, which reading has checked to be one of three."""
    match protocol:
        case "UDP":
            return "UDP"
        case "SCTP":
            return "SCTP"
        case _:
            return "TCP"
