"""The statements of a program, of which some become more than one flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.identity import IdentityCache

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.ir.model import Flow, Origin


def by_statement(flows: Iterable[Flow]) -> Iterable[list[Flow]]:
    """Return the flows of each statement, as `<->` makes more than one, in the order of the first of each."""
    statements: IdentityCache[Origin, list[Flow]] = IdentityCache()
    for flow in flows:
        statements.setdefault(flow.origin, []).append(flow)
    return statements.values()
