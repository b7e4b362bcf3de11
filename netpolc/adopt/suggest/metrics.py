"""The connections that scrape metrics: by annotations, the operator's monitors, and the names of services' ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.facts import label_selector
from netpolc.adopt.suggest.lookup import declares, port_of
from netpolc.adopt.suggest.model import LibraryEnd, SeenConnection, evidence_at
from netpolc.ecosystem.name_labels import NAME_KEYS
from netpolc.ecosystem.prometheus import ANNOTATIONS, PROMETHEUS, SCRAPED_PORTS, is_prometheus
from netpolc.manifests.monitors import EVERYWHERE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.importer.model import PodsEnd
    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Caller, Evidence, Port
    from netpolc.manifests.model import Manifests, Monitor, Service, Workload
    from netpolc.sets.labels import LabelSelector

    _Listeners = Iterable[tuple[PodsEnd, Port]]


def metrics_of(manifests: Manifests, directory: Directory) -> Iterator[SeenConnection]:
    """Yield the connections of Prometheus: of the one among the workloads, or of the library's."""
    found = [pods for labels, pods in directory.people.staying() if is_prometheus(labels, NAME_KEYS)]
    callers: Sequence[Caller] = found or [LibraryEnd(PROMETHEUS.name)]
    for listeners, evidence in _scraped(manifests, directory):
        for pods, port in listeners:
            for caller in callers:
                if caller != pods:
                    yield SeenConnection("metrics", caller, pods, port, evidence)


def _scraped(manifests: Manifests, directory: Directory) -> Iterator[tuple[_Listeners, Evidence]]:
    for workload in manifests.workloads:
        if workload.scrape is not None:
            listeners = _announced(workload, workload.scrape.port, directory)
            yield listeners, evidence_at(workload.scrape.location, f"{ANNOTATIONS}scrape")
    for service in manifests.services:
        if service.scrape is not None:
            behind: _Listeners = directory.listeners(service, service.ports)
            if service.scrape.port is not None:
                port = port_of(service.scrape.port, "TCP", None)
                behind = ((pods, port) for pods, _ in behind)
            yield behind, evidence_at(service.scrape.location, f"{ANNOTATIONS}scrape of Service {service.name}")
        else:
            for one in service.ports:
                if one.name in SCRAPED_PORTS:
                    evidence = evidence_at(service.location, f"Service {service.name}, port {one.name}")
                    yield directory.listeners(service, (one,)), evidence
    for monitor in manifests.monitors:
        selector = label_selector(monitor.selector)
        if selector is not None:
            listeners = _Monitored(manifests, directory, monitor, selector).listeners()
            yield listeners, evidence_at(monitor.location, f"{monitor.kind} {monitor.name}")


def _announced(workload: Workload, port: int | None, directory: Directory) -> Iterator[tuple[PodsEnd, Port]]:
    """Yield the port that a pod announces, or else each that it declares."""
    pods = directory.people.pods(workload)
    declared = [one.number for one in workload.ports if one.protocol == "TCP"]
    for number in declared if port is None else [port]:
        if pods is not None:
            yield pods, port_of(number, "TCP", None)


class _Monitored:
    """The workloads and services that a monitor selects."""

    def __init__(self, manifests: Manifests, directory: Directory, monitor: Monitor, selector: LabelSelector) -> None:
        self.manifests = manifests
        self.directory = directory
        self.monitor = monitor
        self.selector = selector
        self.spaces = monitor.namespaces or (monitor.namespace,)

    def listeners(self) -> Iterator[tuple[PodsEnd, Port]]:
        monitor = self.monitor
        if monitor.kind == "PodMonitor":
            yield from self.targets(filter(self.selects, self.manifests.workloads), monitor.ports)
            return
        for service in filter(self.selects, self.manifests.services):
            wanted = [port for port in service.ports if port.name in monitor.ports]
            yield from self.directory.listeners(service, wanted)
            yield from self.targets(self.directory.workloads(service), monitor.targets)

    def selects(self, one: Workload | Service) -> bool:
        here = EVERYWHERE in self.spaces or one.namespace in self.spaces
        return here and self.selector.matches(one.labels)

    def targets(self, workloads: Iterable[Workload], ports: Sequence[int | str]) -> Iterator[tuple[PodsEnd, Port]]:
        for workload in workloads:
            pods = self.directory.people.pods(workload)
            for port in ports:
                if pods is not None and declares(workload, port, "TCP"):
                    yield pods, port_of(port, "TCP", workload)
