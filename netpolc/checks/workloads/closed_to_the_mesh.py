"""NP658: pods of Istio's ambient mesh whose policies know their own ports alone, and not that of the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.mesh import Mesh
from netpolc.checks.workloads.services import WorkloadPort
from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.meshes import AMBIENT_PORT
from netpolc.engine.halves import is_for_dns
from netpolc.engine.regions import PodSet
from netpolc.policy.constants import WRITTEN_DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.engine.model import AllowRule
    from netpolc.ir.model import Direction
    from netpolc.source import Location


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield each rule that lets pods of the mesh in or out, at workloads where none does so on the port of the mesh."""
    mesh = Mesh(checked)
    for direction in WRITTEN_DIRECTIONS:
        found: dict[tuple[str, int, int], tuple[Location, dict[int, None]]] = {}
        for number in mesh.members:
            for rule in _rules(checked, mesh, direction, number):
                place = None if rule.reason is None else rule.reason.location
                if place is not None:
                    found.setdefault(place.order, (place, {}))[1][number] = None
        for place, closed in found.values():
            yield _finding(checked, mesh, direction, place, list(closed))


def _finding(
    checked: CheckedWorkloads, mesh: Mesh, direction: Direction, place: Location, closed: list[int]
) -> Diagnostic:
    named, on = checked.workloads.named(closed), f"on TCP {AMBIENT_PORT}"
    if direction == "ingress":
        message = f"pods of the mesh come to {named} {on}, where no rule lets them in"
        advice = f"let the same peers in {on} as well"
    else:
        message = f"pods of {named} come to others of the mesh {on}, where no rule lets them out"
        advice = f"let them out to the same peers {on} as well"
    return Diagnostic(
        code="NP658",
        severity="warning",
        message=message,
        location=place,
        labels=(mesh.label(closed[0]),),
        help=advice,
    )


def _rules(checked: CheckedWorkloads, mesh: Mesh, direction: Direction, number: int) -> Iterator[AllowRule]:
    """Yield the rules by which pods of the mesh may pass, where none lets anybody through on its port."""
    if checked.access.letting_on(direction, WorkloadPort(number, "TCP", AMBIENT_PORT)) == []:
        for rule in checked.access.letting(direction, number):
            if _is_tcp(rule) and not is_for_dns(rule) and isinstance(rule.peer, PodSet) and mesh.may_hold(rule.peer):
                yield rule


def _is_tcp(rule: AllowRule) -> bool:
    ports = rule.ports
    return "TCP" in {each.protocol for each in ports.intervals} | {each.protocol for each in ports.names}
