"""The statements of a program, of which some become more than one flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from netpolc.identity import IdentityCache

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.ir.model import Flow, Guardrail, Origin

Fact = TypeVar("Fact", "Flow", "Guardrail")


def by_statement(facts: Iterable[Fact]) -> Iterable[list[Fact]]:
    """Return the facts of each statement, as `<->` makes more than one, in the order of the first of each."""
    statements: IdentityCache[Origin, list[Fact]] = IdentityCache()
    for fact in facts:
        statements.setdefault(fact.origin, []).append(fact)
    return statements.values()
