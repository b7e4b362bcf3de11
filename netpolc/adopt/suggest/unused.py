"""Services that nobody is seen to call, and whom they are called after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.adopt.suggest.model import OpenQuestion, evidence_at
from netpolc.manifests.service_names import ports_meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.adopt.importer.model import PodsEnd
    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Port
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
    services: Iterable[Service], directory: Directory, used: set[tuple[PodsEnd, Port]]
) -> Iterator[OpenQuestion]:
    """Yield the services of which nobody is seen to call a port, but for those with metrics beside others.

    One that is called after a workload, as `orders-db` is after `orders`, may well be that one's.
    """
    for service in services:
        behind = list(directory.listeners(service, ports_meant(service, None)))
        if behind and used.isdisjoint(behind):
            yield from _unused(service, behind, directory)


def _unused(service: Service, behind: Sequence[tuple[PodsEnd, Port]], directory: Directory) -> Iterator[OpenQuestion]:
    evidence, text = evidence_at(service.location), f"nobody is seen to use the service `{service.name}`"
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
