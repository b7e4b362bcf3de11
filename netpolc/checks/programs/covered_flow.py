"""NP505: flows that add nothing to what the others allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.programs.statements import by_statement
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.boxes import Box, TooComplexError
from netpolc.engine.from_program import allow_rules_of, rules_of_program
from netpolc.engine.proofs import Prover, boxes_of
from netpolc.identity import IdentitySet
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.engine.model import Reason
    from netpolc.ir.model import Flow, Origin

SHOWN = 3
"""The covering lines that are named; more would not help."""


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Compare each flow with all others but those that were found to be covered: of two equal ones, the later is."""
    prover = Prover(rules_of_program(checked.program))
    covered: IdentitySet[Origin | None] = IdentitySet()
    statements = sorted(by_statement(checked.program.flows), key=lambda flows: flows[0].origin.location.order)
    for flows in reversed(statements):
        origin = flows[0].origin
        prover.space.begin()
        try:
            covering = _covering(flows, prover, covered)
        except TooComplexError:
            continue
        if covering:
            covered.add(origin)
            yield _covered(origin, covering)


def _covering(flows: list[Flow], prover: Prover, covered: IdentitySet[Origin | None]) -> list[Reason]:
    """Find what lets through all that a statement does at isolated ends; nothing where something is left over."""
    needed: dict[Reason, None] = {}
    closed_anywhere = False
    for direction, box in _boxes(flows):
        for closed in (passage.box for passage in prover.isolated(box, direction)):
            closed_anywhere = True
            others = [
                passage
                for passage in prover.let_through(closed, direction)
                if passage.reason is not None
                and passage.reason.statement is not flows[0].origin
                and passage.reason.statement not in covered
            ]
            if next(prover.space.without(closed, [passage.box for passage in others]), None) is not None:
                return []
            needed |= {passage.reason: None for passage in others if passage.reason is not None}
    return list(needed) if closed_anywhere else []


def _boxes(flows: list[Flow]) -> Iterator[tuple[Direction, Box]]:
    for flow in flows:
        for direction in DIRECTIONS:
            if direction in flow.directions:
                for allow_rule in allow_rules_of(flow, direction):
                    for box in boxes_of(allow_rule, direction):
                        yield direction, box


def _covered(origin: Origin, covering: list[Reason]) -> Diagnostic:
    places = [reason.location for reason in covering if reason.location is not None]
    return Diagnostic(
        code="NP505",
        severity="warning",
        message="this flow adds nothing to what others allow",
        location=origin.location,
        labels=tuple(Label(place, "this allows it, too") for place in places[:SHOWN]),
        help="remove it, or narrow what covers it",
    )
