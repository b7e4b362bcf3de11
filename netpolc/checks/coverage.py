"""Rules and flows of which others allow everything, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from netpolc.engine.boxes import Box
    from netpolc.engine.model import Reason
    from netpolc.engine.proofs import Passage, Prover
    from netpolc.ir.model import Direction

SHOWN = 3
"""The covering lines that are named; more would not help."""


def covering(
    wanted: Iterable[tuple[Direction, Box]],
    prover: Prover,
    counts: Callable[[Reason], bool],
    own: Reason | None = None,
) -> list[Reason]:
    """Find the reasons that let through all that is wanted where it is isolated, of those that count.

    The `own` reason of what is wanted is none of these. There are none where something is left over, or nothing is
    isolated. Raises TooComplexError.
    """
    needed: dict[Reason, None] = {}
    closed_anywhere = False
    wanted = list(wanted)
    for direction, box in wanted:
        reasons: dict[Reason, None] = {}
        if len(wanted) == 1 and not _counting(box, direction, prover, counts, own):
            # Most rules have nothing in common with others, closed or not.
            return []
        for closed in (passage.box for passage in prover.isolated(box, direction)):
            others = _counting(closed, direction, prover, counts, own)
            if next(prover.space.without(closed, [each.box for each, _ in others]), None) is not None:
                return []
            reasons |= {reason: None for _, reason in others}
            closed_anywhere = True
        alone = _alone(box, direction, prover, counts, own) if len(reasons) > 1 else None
        needed |= reasons if alone is None else {alone: None}
    return list(needed) if closed_anywhere else []


def _counting(
    box: Box, direction: Direction, prover: Prover, counts: Callable[[Reason], bool], own: Reason | None
) -> list[tuple[Passage, Reason]]:
    """Return what lets through parts of a box, for reasons that count."""
    return [
        (passage, passage.reason)
        for passage in prover.let_through(box, direction, own)
        if passage.reason is not None and counts(passage.reason)
    ]


def _alone(
    box: Box, direction: Direction, prover: Prover, counts: Callable[[Reason], bool], own: Reason | None
) -> Reason | None:
    """Return the first reason that counts and lets a whole box through by itself, or None."""
    others = _counting(box, direction, prover, counts, own)
    return next((reason for each, reason in others if next(prover.space.without(box, [each.box]), None) is None), None)


def labels_of(reasons: Iterable[Reason]) -> tuple[Label, ...]:
    """Return labels at what covers a line, the first of them."""
    places = [reason.location for reason in reasons if reason.location is not None]
    return tuple(Label(place, "this allows it, too") for place in places[:SHOWN])
