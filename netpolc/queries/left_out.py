"""NP626: what a relation does not tell, because it would take more sets of pods than anybody would read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from netpolc.engine.peers import Population


def left_out(population: Population) -> tuple[Diagnostic, ...]:
    """Return a warning where sets of pods do not stand for every pod that could exist."""
    if population.complete:
        return ()
    return (
        Diagnostic(
            code="NP626",
            severity="warning",
            message=(
                "policies tell pods apart in too many ways to list: what is shown is true, but some pods may do more"
            ),
            help="ask `netpolc can` about such pods by their labels; it proves its answer for all of them",
        ),
    )
