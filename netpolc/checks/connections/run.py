"""The checks of connections, run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.registry import CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.connections.checked_connections import CheckedConnections
    from netpolc.diagnostics.model import Diagnostic


def check_connections(checked: CheckedConnections) -> Iterator[Diagnostic]:
    """Yield what is doubtful about the connections that rules let through."""
    for each in CONNECTIONS:
        yield from each.check(checked)
