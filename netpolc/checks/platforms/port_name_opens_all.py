"""NP670: names of ports where each opens every port of its protocol.

OVN-Kubernetes resolves names for AdminNetworkPolicies only (v1.3.0, and ovn-kubernetes/ovn-kubernetes#2117).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.ir.model import Net

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform
    from netpolc.source import Location


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each name of a port that a rule opens; in netpol, those of each destination."""
    if not checked.platform.names_open_all:
        return
    for name, protocol, place in _names(checked):
        numbers = sorted(
            {
                port.number
                for workload in checked.workloads
                for port in workload.ports
                if (port.name, port.protocol) == (name, protocol)
            }
        )
        yield Diagnostic(
            code="NP670",
            severity="warning",
            message=f"{checked.platform.shown} opens every {protocol} port by the name `{name}`",
            location=place,
            help=f"write its number: {numbers[0]}" if len(numbers) == 1 else "write its number",
        )


def _names(checked: CheckedPlatform) -> Iterator[tuple[str, str, Location | None]]:
    """Yield names with their protocols and places."""
    if checked.program is not None:
        for flow in checked.program.flows:
            for destination in flow.destinations:
                for port in () if isinstance(destination.peer, Net) else destination.ports.names:
                    yield port.name, port.protocol, destination.location
        return
    for each in checked.rules():
        for item in each.rule.ports:
            if isinstance(item.port, str):
                yield item.port, item.protocol, place_of(each.rule, item.location)
