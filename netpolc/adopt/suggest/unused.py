"""Services that nobody is seen to call, and whom they are called after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import PodsEnd
from netpolc.adopt.suggest.model import OpenQuestion, evidence_at
from netpolc.ecosystem.prometheus import METRICS_PORTS, SCRAPED_PORTS
from netpolc.manifests.service_names import ports_meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Port, SeenConnection
    from netpolc.manifests.model import Service, Workload

OF_DATA = frozenset(
    (
        "broker",
        "cache",
        "database",
        "db",
        "mariadb",
        "memcached",
        "mongo",
        "mongodb",
        "mq",
        "mysql",
        "postgres",
        "postgresql",
        "queue",
        "rabbitmq",
        "redis",
        "store",
    )
)
"""Last words of the names of services that keep data for somebody."""


def unused_services(
    services: Iterable[Service], directory: Directory, connections: Iterable[SeenConnection]
) -> Iterator[OpenQuestion]:
    """Yield the services of which nobody is seen to call a port, but for those with metrics beside others.

    Who scrapes the metrics of a service calls it for nothing else; a service for metrics alone has no other callers.
    One that is called after a workload, as `orders-db` is after `orders`, may well be that one's.
    """
    scraped: set[tuple[PodsEnd, Port]] = set()
    used: set[tuple[PodsEnd, Port]] = set()
    for one in connections:
        if isinstance(one.destination, PodsEnd):
            (scraped if one.topic == "metrics" else used).add((one.destination, one.port))
    for service in services:
        behind = list(directory.listeners(service, ports_meant(service, None)))
        if not behind or not used.isdisjoint(behind):
            continue
        if scraped.isdisjoint(behind):
            yield from _unused(service, "nobody", behind, directory)
        elif not _is_for_metrics(service):
            yield from _unused(service, "nobody but Prometheus", behind, directory)


def _is_for_metrics(service: Service) -> bool:
    """Tell whether a service has nothing but metrics, by its name or those of its ports."""
    return service.name.rpartition("-")[2] in SCRAPED_PORTS or all(one.name in METRICS_PORTS for one in service.ports)


def _unused(
    service: Service, who: str, behind: Sequence[tuple[PodsEnd, Port]], directory: Directory
) -> Iterator[OpenQuestion]:
    evidence, text = evidence_at(service.location), f"{who} is seen to use the service `{service.name}`"
    owner = _owner(service, directory)
    caller = None if owner is None else directory.people.pods(owner)
    if owner is None or caller is None or any(pods == caller for pods, _ in behind):
        yield OpenQuestion(service.namespace, text, evidence)
        return
    for pods, port in behind:
        said = f"{text}, which is called after `{owner.name}`"
        yield OpenQuestion(service.namespace, said, evidence, None, caller, pods, port)


def _owner(service: Service, directory: Directory) -> Workload | None:
    """Return the workload that a service is called after, if it is for data of that one."""
    stem, _, last = service.name.rpartition("-")
    return directory.people.named(service.namespace, stem) if last in OF_DATA else None
