"""NP512: names of container ports for destinations that are addresses, which have no containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.ir.model import Net

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield each destination that is a block of addresses; of one that has other ports, those are open."""
    for flow in checked.program.flows:
        for destination in flow.destinations:
            if destination.ports.names and isinstance(destination.peer, Net):
                names = ", ".join(f"`{port.name}`" for port in destination.ports.names)
                said = f"names {names} open" if len(destination.ports.names) > 1 else f"name {names} opens"
                yield Diagnostic(
                    code="NP512",
                    severity="warning",
                    message=f"the port {said} nothing: addresses have no port names",
                    location=destination.location,
                    help="write the number of the port",
                )
