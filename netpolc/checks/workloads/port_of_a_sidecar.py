"""NP659: ports by names that only sidecars give, which most network plugins do not look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.places import place_of_port
from netpolc.checks.workloads.workloads import SHOWN
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.sets.ports import NamedPort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.references import Opening
    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.manifests.model import Workload


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield each port that a rule opens by a name, where no container but a sidecar of some pods has it."""
    workloads = checked.workloads
    with_some = {number for number, each in enumerate(workloads.all) if any(port.sidecar for port in each.ports)}
    for opening in checked.references.openings if with_some else ():
        port = opening.port
        if isinstance(port, NamedPort):
            where = workloads.home(opening.pods) or opening.pods
            found = [
                number
                for number in workloads.of(where)
                if number in with_some and _is_of_sidecars(workloads.all[number], port)
            ]
            if found:
                yield _finding(opening, port, found, workloads)


def _is_of_sidecars(workload: Workload, port: NamedPort) -> bool:
    """Tell whether sidecars have a port, and no other container has it."""
    named = [each for each in workload.ports if (each.name, each.protocol) == (port.name, port.protocol)]
    return bool(named) and all(each.sidecar for each in named)


def _finding(opening: Opening, port: NamedPort, found: list[int], workloads: Workloads) -> Diagnostic:
    first = workloads.all[found[0]]
    numbers = [each.number for each in first.ports if each.name == port.name]
    return Diagnostic(
        code="NP659",
        severity="note",  # Kubernetes leaves it open, and some plugins look there
        message=f"`{port.name}` is named by a sidecar of {workloads.named(found)}, "
        "where most network plugins do not look",
        location=place_of_port(opening.location, opening.path, port.name) or opening.location,
        labels=tuple(Label(workloads.all[number].location, "of this") for number in found[:SHOWN]),
        help=f"write its number: {numbers[0]}",
    )
