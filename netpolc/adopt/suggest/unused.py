"""Services that nobody is seen to call, and whom they are called after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.suggest.metrics import scraping
from netpolc.adopt.suggest.model import OpenQuestion, evidence_at
from netpolc.ecosystem.prometheus import METRICS_PORTS, SCRAPED_PORTS
from netpolc.manifests.service_names import ports_meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.importer.model import PodsEnd
    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Port, SeenConnection
    from netpolc.manifests.model import Service, ServicePort, Workload


def unused_services(
    services: Iterable[Service], directory: Directory, connections: Iterable[SeenConnection]
) -> Iterator[OpenQuestion]:
    """Yield the services behind which nobody is seen to call any pods, and those with metrics that nobody scrapes.

    One that is called after a workload, as `orders-db` is after `orders`, may well be that one's.
    """
    used = {one.destination for one in connections}
    scraped = {(one.destination, one.port) for one in connections}
    for service in services:
        metrics = [each for each in service.ports if each.name in SCRAPED_PORTS]
        yield from _unscraped(service, metrics, directory, scraped)
        behind = [pods for pods, _ in directory.listeners(service, service.ports)]
        if behind and used.isdisjoint(behind) and len(metrics) < len(service.ports):
            yield from _unused(service, directory)


def _unscraped(
    service: Service, ports: Sequence[ServicePort], directory: Directory, scraped: set[tuple[PodsEnd, Port]]
) -> Iterator[OpenQuestion]:
    text = f"nobody is seen to scrape the metrics of the service `{service.name}`"
    evidence = evidence_at(service.location)
    for pods, port in directory.listeners(service, ports):
        for caller in scraping(directory):
            if (pods, port) not in scraped and pods != caller:
                yield OpenQuestion(service.namespace, text, evidence, None, caller, pods, port)


def _unused(service: Service, directory: Directory) -> Iterator[OpenQuestion]:
    evidence, text = evidence_at(service.location), f"nobody is seen to use the service `{service.name}`"
    owner = _owner(service, directory)
    caller = None if owner is None else directory.people.pods(owner)
    listeners = list(directory.listeners(service, ports_meant(service, None)))
    if owner is None or caller is None or any(pods == caller for pods, _ in listeners):
        yield OpenQuestion(service.namespace, text, evidence)
        return
    for pods, port in listeners:
        said = f"{text}, which is called after `{owner.name}`"
        yield OpenQuestion(service.namespace, said, evidence, None, caller, pods, port)


def _owner(service: Service, directory: Directory) -> Workload | None:
    """Return the workload that a service is called after, if it is not for the workload's own metrics."""
    stem, _, last = service.name.rpartition("-")
    return None if last in METRICS_PORTS else directory.people.named(service.namespace, stem)
