"""Services, and the workloads that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.workloads.references import Mention
from netpolc.checks.workloads.workloads import SHOWN
from netpolc.engine.regions import PodSet, in_namespace
from netpolc.manifests.model import Service
from netpolc.sets.labels import LabelRequirement, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.manifests.model import Backend, ServicePort, Workload

    Key = tuple[str | None, str]


class Lead(msgspec.Struct, frozen=True, eq=False):
    """A service with a selector, and the numbers of the workloads that it leads to; equal to itself alone."""

    service: Service
    workloads: tuple[int, ...]

    @property
    def shown(self) -> str:
        """What the service is called."""
        service = self.service
        return service.name if service.namespace is None else f"{service.namespace}/{service.name}"


class WorkloadPort(msgspec.Struct, frozen=True, order=True):
    """A port of the pods of a workload, by the workload's number."""

    workload: int
    protocol: str
    port: int


class Services:
    """Services by name and by workload."""

    def __init__(self, services: Iterable[Service], workloads: Workloads) -> None:
        """File services; those without a selector lead nobody knows where."""
        self._workloads = workloads
        self.leads: dict[Key, Lead] = {}
        self._to: dict[int, list[Lead]] = {}
        for service in services:
            pods = selected(service)
            if pods is not None:
                lead = Lead(service, workloads.of(pods))
                self.leads[service.namespace, service.name] = lead
                for number in lead.workloads:
                    self._to.setdefault(number, []).append(lead)

    def to(self, workload: int) -> list[Lead]:
        """Return the services that lead to a workload."""
        return self._to.get(workload, [])

    def lead(self, backend: Backend) -> Lead | None:
        """Return the service that a backend names, if it is known where it leads."""
        return self.leads.get((backend.namespace, backend.service))

    def behind(self, backend: Backend) -> list[WorkloadPort]:
        """Return the ports of pods that a backend leads to."""
        lead = self.lead(backend)
        return [] if lead is None else self._at(lead, filter(backend.leads_to, lead.service.ports))

    def targets(self, lead: Lead, port: int | str | None = None) -> list[WorkloadPort]:
        """Return the ports of pods behind ports of a service that have a number or a name; without one, behind all."""
        return self._at(lead, (each for each in lead.service.ports if port in {None, each.number, each.name}))

    def _at(self, lead: Lead, ports: Iterable[ServicePort]) -> list[WorkloadPort]:
        return [target for each in ports for number in lead.workloads for target in self.resolved(each, number)]

    def resolved(self, port: ServicePort, number: int) -> Iterator[WorkloadPort]:
        """Yield where a port of a service leads at one workload: nowhere, if no container gives its name."""
        return (WorkloadPort(number, port.protocol, each) for each in numbers(self._workloads.all[number], port))


def numbers(workload: Workload, port: ServicePort) -> list[int]:
    """Return the number of a service's target at a workload, in a list: the first of that name, as in FindPort."""
    if isinstance(port.target, int):
        return [port.target]
    return [each.number for each in workload.ports if (each.name, each.protocol) == (port.target, port.protocol)][:1]


def mentions_of(services: Iterable[Service]) -> Iterator[Mention]:
    """Yield the pods that services select."""
    for service in services:
        pods = selected(service)
        if pods is not None:
            yield Mention(pods, service.location, ("spec", "selector"), service.name)


def selected(service: Service) -> PodSet | None:
    """Return the pods that a service selects."""
    if service.selector is None:
        return None
    labels = selector_of(LabelRequirement(key, "In", (value,)) for key, value in service.selector.items())
    return None if labels is None else PodSet(in_namespace(service.namespace), labels)


def ports_of(targets: Sequence[WorkloadPort], workloads: Workloads) -> str:
    """Name ports of pods in words: `shop/web` on TCP 8080."""
    pods = workloads.named(list(dict.fromkeys(target.workload for target in targets)))
    ports = list(dict.fromkeys(f"{target.protocol} {target.port}" for target in targets))
    more = f" and {len(ports) - SHOWN} more" if len(ports) > SHOWN else ""
    return f"{pods} on {', '.join(ports[:SHOWN])}{more}"
