"""NP515: port names that stand for several ports of one pod.

The API server refuses them within a container only (pkg/apis/core/validation, validateContainerPorts). A Service then
leads to the first (pkg/api/v1/pod, FindPort); which of them a policy means differs between network plugins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.places import place_of_port
from netpolc.checks.workloads.workloads import SHOWN
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.peers import id_of
from netpolc.sets.ports import NamedPort

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.references import Opening
    from netpolc.checks.workloads.services import Lead, Services
    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.manifests.model import ContainerPort, ServicePort, Workload

    Names = dict[str, list[ContainerPort]]

ADVICE = "give each port of a pod a name of its own, or write the number"


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield what `ambiguous_names` does, of all ports that are opened."""
    return ambiguous_names(checked.references.openings, checked.workloads, checked.services)


def ambiguous_names(openings: Iterable[Opening], workloads: Workloads, services: Services) -> Iterator[Diagnostic]:
    """Yield the names by which rules open ports, and services lead to them, that a pod gives to several."""
    repeated = {number: names for number, each in enumerate(workloads.all) if (names := _repeated(each))}
    if not repeated:
        return
    for opening in openings:
        port = opening.port
        if isinstance(port, NamedPort):
            where = workloads.home(opening.pods) or opening.pods
            found = [number for number in workloads.of(where) if port.name in repeated.get(number, ())]
            if found:
                yield _of_rule(opening, port.name, {number: repeated[number][port.name] for number in found}, workloads)
    for lead in services.leads.values():
        yield from _of_service(lead, repeated, workloads)


def _repeated(workload: Workload) -> Names:
    names: Names = {}
    for port in dict.fromkeys(workload.ports):
        if port.name is not None:
            names.setdefault(port.name, []).append(port)
    return {name: ports for name, ports in names.items() if len(ports) > 1}


def _of_rule(opening: Opening, name: str, found: dict[int, list[ContainerPort]], workloads: Workloads) -> Diagnostic:
    return Diagnostic(
        code="NP515",
        severity="warning",
        message=f"`{name}` stands for several ports of {workloads.named(list(found))}: network plugins differ in which",
        location=place_of_port(opening.location, opening.path, name) or opening.location,
        labels=tuple(
            Label(workloads.all[number].location, f"here, {_listed(ports)}")
            for number, ports in list(found.items())[:SHOWN]
        ),
        help=ADVICE,
    )


def _of_service(lead: Lead, repeated: dict[int, Names], workloads: Workloads) -> Iterator[Diagnostic]:
    """Yield what a service leaves out, since it leads to the first of some ports that share a name and a protocol."""
    for port in lead.service.ports:
        for number in lead.workloads if isinstance(port.target, str) else ():
            ports = [each for each in repeated.get(number, {}).get(str(port.target), ()) if _fits(each, port)]
            if len(ports) > 1:
                workload = workloads.all[number]
                yield Diagnostic(
                    code="NP515",
                    severity="warning",
                    message=(
                        f"`{lead.shown}` leads to the first port that `{id_of(workload)}` names `{port.target}`: "
                        f"{_called(ports[0])}"
                    ),
                    location=lead.service.location,
                    labels=(Label(workload.location, f"here, {_listed(ports)}"),),
                    help=ADVICE,
                )
                break


def _fits(port: ContainerPort, service: ServicePort) -> bool:
    return port.protocol == service.protocol


def _listed(ports: list[ContainerPort]) -> str:
    return " and ".join(map(_called, ports))


def _called(port: ContainerPort) -> str:
    return f"{port.protocol} {port.number}"
