"""NP684: pods of Istio's ambient mesh whose policies keep out the address that their probes come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.cut_off_caller import own_ports
from netpolc.checks.workloads.mesh import Mesh
from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.meshes import AMBIENT_PROBES
from netpolc.engine.pod_addresses import held_by
from netpolc.sets.addresses import AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.source import Location

_PROBING = held_by(AMBIENT_PROBES)
_FROM = AMBIENT_PROBES[0].partition("/")[0]


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield one finding for each namespace of the mesh, at the first probe that nothing lets in."""
    found: dict[str, tuple[Location, dict[int, None]]] = {}
    mesh = Mesh(checked)
    for number in mesh.members:
        place = _cut_off(checked, number)
        if place is not None:
            found.setdefault(checked.workloads.all[number].namespace or "", (place, {}))[1][number] = None
    for place, cut in found.values():
        yield Diagnostic(
            code="NP684",
            severity="warning",
            message=f"probes of {checked.workloads.named([*cut])} come from {_FROM} in the mesh, which no rule lets in",
            location=place,
            labels=(mesh.label(next(iter(cut))),),
            help=f"let in `{AMBIENT_PROBES[0]}` on the ports of the probes, and where pods have IPv6, "
            f"`{AMBIENT_PROBES[1]}`",
        )


def _cut_off(checked: CheckedWorkloads, number: int) -> Location | None:
    """Return where a workload has a probe that nothing lets in, or None; a port that nothing closes is open."""
    for probe in checked.workloads.all[number].probes:
        for target in own_ports(number, (probe.port,), checked.workloads):
            rules = checked.access.let_in(target)
            if rules is not None and not any(
                isinstance(each.peer, AddressSet) and each.peer & _PROBING for each in rules
            ):
                return probe.location
    return None
