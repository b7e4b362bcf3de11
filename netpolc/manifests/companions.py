"""Objects without a namespace whose companions name theirs: what leads to something is beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.manifests.namespace_default import leading_into

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.manifests.model import Manifests, Route, Service, Workload

    Places = frozenset[str | None]

NOWHERE: Places = frozenset()


def beside_companions(manifests: Manifests) -> tuple[Manifests, tuple[Service | Workload | Route, ...]]:
    """Return manifests whose services and routes without a namespace are where they lead to, and what was put there.

    They stay where they are if anything that they lead to names no namespace, or if that is in several ones. A workload
    is put beside a service of the same file that leads to nothing else.
    """
    services, workloads, routes = manifests.services, manifests.workloads, manifests.routes
    objects: tuple[Service | Workload | Route, ...] = (*services, *workloads, *routes)
    if not services or len({each.namespace is None for each in objects}) == 1:
        return manifests, ()
    pods = _Pods(workloads)
    led = tuple(_of_service(each, pods) for each in services)
    wanted = {number: each for service in led for number, each in _wanted(service, pods)}
    beside = tuple(wanted.get(number, each) for number, each in enumerate(workloads))
    named: dict[str, Places] = {}
    for service in led:
        named[service.name] = named.get(service.name, NOWHERE) | {service.namespace}
    ways = tuple(_of_route(each, named) for each in routes)
    placed: tuple[Service | Workload | Route, ...] = (*led, *beside, *ways)
    return (
        msgspec.structs.replace(manifests, services=led, workloads=beside, routes=ways),
        tuple(after for before, after in zip(objects, placed, strict=True) if after is not before),
    )


class _Pods:
    """Workloads, found by the labels of their pods."""

    def __init__(self, workloads: Sequence[Workload]) -> None:
        self._workloads = workloads
        self._with: dict[tuple[str, str], list[int]] = {}
        for number, workload in enumerate(workloads):
            for label in workload.labels.items():
                self._with.setdefault(label, []).append(number)

    def of(self, service: Service) -> Iterator[tuple[int, Workload]]:
        """Yield the workloads that have the labels which a service asks for, wherever they are, by number."""
        asked = (service.selector or {}).items()
        for number in min((self._with.get(label, []) for label in asked), key=len, default=[]):
            if asked <= self._workloads[number].labels.items():
                yield number, self._workloads[number]


def _of_service(service: Service, pods: _Pods) -> Service:
    if service.namespace is not None:
        return service
    place = _only(each.namespace for _, each in pods.of(service))
    return service if place is None else msgspec.structs.replace(service, namespace=place)


def _wanted(service: Service, pods: _Pods) -> Iterator[tuple[int, Workload]]:
    """Yield the workloads of a service's own file, where they are all that it can lead to, put beside it."""
    found = list(pods.of(service)) if service.namespace is not None else []
    if all(each.namespace != service.namespace for _, each in found):
        for number, each in found:
            if each.namespace is None and each.location.source is service.location.source:
                yield number, msgspec.structs.replace(each, namespace=service.namespace)


def _of_route(route: Route, services: dict[str, Places]) -> Route:
    if route.namespace is not None:
        return route
    place = _only(each for backend in route.backends for each in services.get(backend.service, NOWHERE))
    return route if place is None else msgspec.structs.replace(leading_into(route, place), namespace=place)


def _only(places: Iterable[str | None]) -> str | None:
    distinct = set(places)
    return distinct.pop() if len(distinct) == 1 else None
