"""Rules and flows of which others allow everything, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netpolc.engine.boxes import Box
    from netpolc.engine.model import Reason
    from netpolc.engine.proofs import Prover
    from netpolc.ir.model import Direction

SHOWN = 3
"""The covering lines that are named; more would not help."""


def covering(wanted: Iterable[tuple[Direction, Box]], prover: Prover, counts: Callable[[Reason], bool]) -> list[Reason]:
    """Find the reasons that let through all that is wanted where it is isolated, of those that count.

    There are none where something is left over, or nothing is isolated. Raises TooComplexError.
    """
    needed: dict[Reason, None] = {}
    closed_anywhere = False
    for direction, box in wanted:
        for closed in (passage.box for passage in prover.isolated(box, direction)):
            closed_anywhere = True
            others = [
                passage
                for passage in prover.let_through(closed, direction)
                if passage.reason is not None and counts(passage.reason)
            ]
            if next(prover.space.without(closed, [passage.box for passage in others]), None) is not None:
                return []
            needed |= {passage.reason: None for passage in others if passage.reason is not None}
    return list(needed) if closed_anywhere else []


def labels_of(reasons: Iterable[Reason]) -> tuple[Label, ...]:
    """Return labels at what covers a line, the first of them."""
    places = [reason.location for reason in reasons if reason.location is not None]
    return tuple(Label(place, "this allows it, too") for place in places[:SHOWN])
