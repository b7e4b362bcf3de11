"""NP618 and NP631: services, and routes to them, whose pods nothing may reach, or not whoever they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.access import places_of
from netpolc.checks.workloads.callers import Controllers
from netpolc.checks.workloads.services import ports_of
from netpolc.checks.workloads.strangers import Strangers, comes_from_outside
from netpolc.checks.workloads.workloads import SHOWN
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.peers import id_of
from netpolc.sets.addresses import BITS, AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.workloads.access import Access
    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.services import Lead, Services, WorkloadPort
    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.engine.model import AllowRule
    from netpolc.manifests.model import Backend, Route, Service


OPEN_TYPES = ("LoadBalancer", "NodePort")
BY_ADDRESSES = "external addresses"
"""The door of a service of another type that has `externalIPs`."""


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield services of which no pod admits anybody on any of its ports, and routes that lead to such pods.

    Of services that were mistaken for their pods, nothing is said again, nor of those that are called to no avail.
    """
    routes, services, workloads, access = checked.manifests.routes, checked.services, checked.workloads, checked.access
    leading = _leading(routes, services)
    silent = set(checked.mistaken)
    for lead in services.leads.values():
        targets = services.targets(lead) if access.known(lead.service.namespace) else []
        if (
            targets
            and lead not in silent
            and lead not in checked.called
            and not any(map(access.anyone_may_reach, targets))
        ):
            silent.add(lead)
            yield _service(lead, targets, leading.get(lead, []), workloads)
        elif lead not in silent and targets and (door := _door(lead.service)) is not None:
            yield from _open_service(lead, door, targets, workloads, access)
    controllers = Controllers.of_workloads(workloads.all, checked.manifests.gateways)
    strangers = Strangers(workloads, checked.stated)
    for route in routes:
        for backend in route.backends:
            led = services.lead(backend)
            if led is not None and led not in silent and access.known(led.service.namespace):
                targets, serving = services.behind(backend), controllers.serving(route)
                yield from _backend(route, backend, targets, serving, strangers, workloads, access)


def _leading(routes: Iterable[Route], services: Services) -> dict[Lead, list[Route]]:
    """Return the routes to each service."""
    found: dict[Lead, list[Route]] = {}
    for route in routes:
        leads = map(services.lead, route.backends)
        for lead in {lead for lead in leads if lead is not None}:
            found.setdefault(lead, []).append(route)
    return found


def _service(lead: Lead, targets: list[WorkloadPort], routes: list[Route], workloads: Workloads) -> Diagnostic:
    return Diagnostic(
        code="NP618",
        severity="warning",
        message=f"nothing may reach the service `{lead.shown}`, which leads to {ports_of(targets, workloads)}",
        location=lead.service.location,
        labels=tuple(Label(each.location, f"this {each.kind} leads there") for each in routes[:SHOWN]),
        help="let in who calls it, on the ports of its pods",
    )


def _door(service: Service) -> str | None:
    """Return what those who come from outside of the cluster come by, if a service has such a door."""
    if service.type in OPEN_TYPES:
        return service.type
    return BY_ADDRESSES if service.outside else None


def _open_service(
    lead: Lead, door: str, targets: list[WorkloadPort], workloads: Workloads, access: Access
) -> Iterator[Diagnostic]:
    """Yield a service with a door to the outside that opens for pods alone, which never come through it.

    A note says where it opens for a few addresses, and nodes pass on connections with their own.
    """
    named, way = (f"{door} of", "these") if door == BY_ADDRESSES else (door, f"a {door}")
    if not any(map(access.anyone_may_reach, targets)):
        return
    if not any(map(access.addresses_may_reach, targets)):
        yield Diagnostic(
            code="NP618",
            severity="warning",
            message=f"no address may reach the {named} `{lead.shown}`, which leads to {ports_of(targets, workloads)}",
            location=lead.service.location,
            labels=_ways_in(targets, access, "this lets in pods alone"),
            help=f"let in the addresses that its clients have, or nodes: no pod comes by {way}",
        )
    elif not lead.service.local and not any(_are_many(access.let_in(target)) for target in targets):
        yield Diagnostic(
            code="NP631",
            severity="note",
            message=f"{ports_of(targets, workloads)} may see the addresses of nodes, "
            f"and not of those who come by the {named} `{lead.shown}`",
            location=lead.service.location,
            labels=_ways_in(targets, access, "this lets in some addresses"),
            help="set `externalTrafficPolicy: Local`, which keeps the addresses of clients, or let in those of nodes",
        )


def _are_many(rules: list[AllowRule] | None) -> bool:
    """Tell whether rules let in all addresses of a family, or nothing is closed."""
    return rules is None or any(
        held.first == 0 and held.last == (1 << BITS[held.family]) - 1
        for each in rules
        if isinstance(each.peer, AddressSet)
        for held in each.peer.ranges
    )


def _ways_in(targets: Iterable[WorkloadPort], access: Access, said: str) -> tuple[Label, ...]:
    """Return labels at the rules that let somebody in."""
    reasons = (rule.reason for target in targets for rule in access.let_in(target) or ())
    places = (None if each is None else each.location for each in reasons)
    return tuple({place.order: Label(place, said) for place in places if place is not None}.values())[:SHOWN]


def _backend(
    route: Route,
    backend: Backend,
    targets: list[WorkloadPort],
    controllers: list[int],
    strangers: Strangers,
    workloads: Workloads,
    access: Access,
) -> Iterator[Diagnostic]:
    if not targets:
        return
    led = f"{ports_of(targets, workloads)}, where the {route.kind} `{route.shown}` leads"
    if not any(map(access.anyone_may_reach, targets)):
        yield Diagnostic(
            code="NP618",
            severity="warning",
            message=f"nothing may reach {led}",
            location=backend.location,
            help="let in what the traffic comes through, on the ports of the pods",
        )
    elif controllers and not any(access.let_through(each, target) for each in controllers for target in targets):
        controller = id_of(workloads.all[controllers[0]])
        yield Diagnostic(
            code="NP618",
            severity="warning",
            message=f"the ingress controller `{controller}` may not reach {led}",
            location=backend.location,
            labels=(
                Label(workloads.all[controllers[0]].location, "the ingress controller"),
                *places_of(access.closing(controllers[0], targets[0])),
            ),
            help="let it in there, and out of its own namespace, if that is closed",
        )
    elif not controllers and not any(
        (rules := access.let_in(target)) is None or strangers.may_be_let_in(route, rules) for target in targets
    ):
        outside = f"class `{route.class_name}` comes from addresses" if comes_from_outside(route) else ""
        yield Diagnostic(
            code="NP618",
            severity="warning",
            message=f"no {'address' if outside else 'ingress controller'} may reach {led}",
            location=backend.location,
            label=outside,
            labels=_ways_in(targets, access, "this lets in other pods alone"),
            help="let in what the traffic comes through, on the ports of the pods",
        )
