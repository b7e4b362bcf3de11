"""NP658: pods of Istio's ambient mesh whose policies know their own port alone, and not that of the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.mesh import in_mesh
from netpolc.checks.workloads.services import WorkloadPort
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.ecosystem.meshes import AMBIENT_MODE, AMBIENT_PORT, DATAPLANE_MODE
from netpolc.engine.regions import IDENTITY, PodSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.engine.model import AllowRule
    from netpolc.source import Location


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield each rule that lets pods of the mesh in, at workloads where none does so on the port of the mesh."""
    enrolled, numbers = in_mesh(checked)
    names = {name: {**each.labels, IDENTITY: name} for name, each in enrolled.items()}
    found: dict[tuple[str, int, int], tuple[Location, dict[int, None]]] = {}
    for number in numbers:
        for rule in _rules(checked, number, names):
            place = None if rule.reason is None else rule.reason.location
            if place is not None:
                found.setdefault(place.order, (place, {}))[1][number] = None
    for place, found_at in found.values():
        closed = list(found_at)
        namespace = enrolled[checked.workloads.all[closed[0]].namespace or ""]
        yield Diagnostic(
            code="NP658",
            severity="warning",
            message=f"pods of the mesh come to {checked.workloads.named(closed)} on TCP {AMBIENT_PORT}, "
            "where no rule lets them in",
            location=place,
            labels=(Label(namespace.location, f"`{DATAPLANE_MODE}: {AMBIENT_MODE}` puts its pods into the mesh"),),
            help=f"let the same peers in on TCP {AMBIENT_PORT} as well",
        )


def _rules(checked: CheckedWorkloads, number: int, names: Mapping[str, Mapping[str, str]]) -> Iterator[AllowRule]:
    """Yield the rules by which pods of the mesh may come in, where none lets anybody in on its port."""
    if checked.access.let_in(WorkloadPort(number, "TCP", AMBIENT_PORT)) == []:
        for rule in checked.access.letting_in(number):
            protocols = {each.protocol for each in rule.ports.intervals} | {each.protocol for each in rule.ports.names}
            if isinstance(rule.peer, PodSet) and "TCP" in protocols:
                namespaces = rule.peer.namespaces
                if any(namespaces.matches(labels) for labels in names.values()):
                    yield rule
