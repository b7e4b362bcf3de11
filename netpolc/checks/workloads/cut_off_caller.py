"""NP619: callers to no avail: of metrics, of webhooks, and of probes where a plugin does not let nodes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.access import places_of
from netpolc.checks.workloads.callers import prometheus
from netpolc.checks.workloads.services import WorkloadPort, ports_of
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.peers import id_of
from netpolc.engine.regions import EVERY_POD, PodSet, in_any_of, in_namespace
from netpolc.manifests.monitors import EVERYWHERE
from netpolc.policy.selectors import selected_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.workloads.access import Access, Closed
    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.services import Services
    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.manifests.model import Manifests, Monitor, Scrape, Webhook, Workload
    from netpolc.sets.labels import LabelSelector
    from netpolc.source import Location

SERVICES = "ServiceMonitor"


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield what is called by Prometheus, the API server or the kubelet, and admits none of them."""
    manifests, services, workloads, access = checked.manifests, checked.services, checked.workloads, checked.access
    scraping = prometheus(workloads)
    for location, targets in _scraped(manifests, services, workloads):
        known = [each for each in targets if access.known(workloads.all[each.workload].namespace)]
        if known:
            yield from _metrics(location, known, scraping, workloads, access)
    for webhook in manifests.webhooks:
        lead, targets = services.lead(webhook.backend), services.behind(webhook.backend)
        if targets and access.known(webhook.backend.namespace) and not any(map(access.nodes_may_reach, targets)):
            checked.called.update(() if lead is None else (lead,))
            yield _webhook(webhook, targets, workloads)
    for number, workload in enumerate(workloads.all):
        if access.known(workload.namespace) and not workload.host_network:
            yield from _probes(number, workloads, access)


def _probes(number: int, workloads: Workloads, access: Access) -> Iterator[Diagnostic]:
    """Yield a note on each port that is probed and admits nobody: not all plugins let a pod's own node through."""
    said: set[WorkloadPort] = set()
    for probe in workloads.all[number].probes:
        for target in own_ports(number, (probe.port,), workloads):
            if target not in said and not access.anyone_may_reach(target):
                said.add(target)
                yield Diagnostic(
                    code="NP619",
                    severity="note",
                    message=f"only its own node may reach {ports_of([target], workloads)}, "
                    f"where the kubelet makes its {probe.kind} probe",
                    location=probe.location,
                    help="Kubernetes lets the node of a pod through; with a plugin that does not, let in its address",
                )


def _metrics(
    location: Location, targets: list[WorkloadPort], scraping: list[int], workloads: Workloads, access: Access
) -> Iterator[Diagnostic]:
    """Yield nothing where any of the ports of each workload may be scraped: which of them has metrics is not known."""
    by_workload: dict[int, list[WorkloadPort]] = {}
    for target in targets:
        by_workload.setdefault(target.workload, []).append(target)
    cut = [each for each in by_workload.values() if not any(_is_scraped(one, scraping, access) for one in each)]
    if cut:
        known = [workloads.all[number] for number in scraping[:1]]
        who = f"`{id_of(known[0])}` may not" if known else "nothing may"
        closed = (
            [end for each in cut for target in each for end in access.closing(scraping[0], target)] if known else []
        )
        yield Diagnostic(
            code="NP619",
            severity="warning",
            message=f"{who} reach the metrics of {ports_of([target for each in cut for target in each], workloads)}",
            location=location,
            labels=(*(Label(each.location, "what scrapes metrics") for each in known), *places_of(closed)),
            help=_way_out(closed, known),
        )


def _way_out(closed: Iterable[Closed], scraping: Iterable[Workload]) -> str:
    """Return what to do at the ends that are closed to Prometheus; where it is not known, at the pods with metrics."""
    directions = {each.direction for each in closed} or {"ingress"}
    here = next((f" of `{each.namespace}`" for each in scraping if each.namespace is not None), "")
    ways = {"ingress": "in on that port", "egress": f"out{here} on that port"}
    return f"let Prometheus {' and '.join(way for direction, way in ways.items() if direction in directions)}"


def _is_scraped(target: WorkloadPort, scraping: list[int], access: Access) -> bool:
    """Tell whether Prometheus may come in at a port; where it is not known, somebody else may be it."""
    return any(access.let_through(one, target) for one in scraping) if scraping else access.anyone_may_reach(target)


def _webhook(webhook: Webhook, targets: list[WorkloadPort], workloads: Workloads) -> Diagnostic:
    return Diagnostic(
        code="NP619",
        severity="warning",
        message=f"no address may reach {ports_of(targets, workloads)}, "
        f"where the API server calls the {webhook.kind} `{webhook.name}`",
        location=webhook.location,
        help="let in the addresses of the API server, which is on nodes that no selector sees",
    )


def _scraped(
    manifests: Manifests, services: Services, workloads: Workloads
) -> Iterator[tuple[Location, list[WorkloadPort]]]:
    """Yield what is said to have metrics: where that is said, and the ports."""
    for number, workload in enumerate(workloads.all):
        if workload.scrape is not None and not workload.host_network:
            yield workload.scrape.location, _announced(workload.scrape, number, workload)
    for lead in services.leads.values():
        scrape = lead.service.scrape
        if scrape is not None:
            found = services.targets(lead)
            if scrape.port is not None:
                found = [WorkloadPort(number, "TCP", scrape.port) for number in lead.workloads]
            yield scrape.location, found
    for monitor in manifests.monitors:
        yield monitor.location, list(_monitored(monitor, services, workloads))


def _announced(scrape: Scrape, number: int, workload: Workload) -> list[WorkloadPort]:
    ports = [port.number for port in workload.ports if port.protocol == "TCP"] if scrape.port is None else [scrape.port]
    return [WorkloadPort(number, "TCP", port) for port in ports]


def _monitored(monitor: Monitor, services: Services, workloads: Workloads) -> Iterator[WorkloadPort]:
    """Yield the ports that a monitor has scraped, as far as they are known."""
    selector = selected_by(monitor.selector)
    if selector is None:
        return
    if monitor.kind != SERVICES:
        for number in workloads.of(PodSet(_namespaces(monitor), selector)):
            yield from own_ports(number, monitor.ports, workloads)
        return
    for lead in services.leads.values():
        if _is_selected(monitor, lead.service.namespace) and selector.matches(lead.service.labels):
            for port in monitor.ports:
                yield from services.targets(lead, port)
            for number in lead.workloads:
                yield from own_ports(number, monitor.targets, workloads)


def own_ports(number: int, ports: Iterable[int | str], workloads: Workloads) -> Iterator[WorkloadPort]:
    """Yield those of a workload's own ports that have a number or a name."""
    for port in ports:
        if isinstance(port, int):
            yield WorkloadPort(number, "TCP", port)
        else:
            for each in workloads.all[number].ports:
                if each.name == port:
                    yield WorkloadPort(number, each.protocol, each.number)


def _namespaces(monitor: Monitor) -> LabelSelector:
    if EVERYWHERE in monitor.namespaces:
        return EVERY_POD.namespaces
    return in_any_of(monitor.namespaces).namespaces if monitor.namespaces else in_namespace(monitor.namespace)


def _is_selected(monitor: Monitor, namespace: str | None) -> bool:
    named = monitor.namespaces or (monitor.namespace,)
    return EVERYWHERE in named or namespace in named
