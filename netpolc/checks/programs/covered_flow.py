"""NP505: flows that add nothing to what the others allow."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from netpolc.checks.coverage import covering, labels_of
from netpolc.checks.programs.statements import by_statement
from netpolc.diagnostics.model import Diagnostic
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


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Compare each flow with all others but those that were found to be covered: of two equal ones, the later is."""
    prover = Prover(rules_of_program(checked.program))
    covered: IdentitySet[Origin | None] = IdentitySet()
    statements = sorted(by_statement(checked.program.flows), key=lambda flows: flows[0].origin.location.order)
    for flows in reversed(statements):
        origin = flows[0].origin
        prover.space.begin()
        try:
            reasons = covering(_boxes(flows), prover, partial(_counts, origin, covered))
        except TooComplexError:
            continue
        if reasons:
            covered.add(origin)
            yield _covered(origin, reasons)


def _counts(origin: Origin, covered: IdentitySet[Origin | None], reason: Reason) -> bool:
    """Tell whether a reason is another line, and one that stays."""
    return reason.statement is not origin and reason.statement not in covered


def _boxes(flows: list[Flow]) -> Iterator[tuple[Direction, Box]]:
    for flow in flows:
        for direction in DIRECTIONS:
            if direction in flow.directions:
                for allow_rule in allow_rules_of(flow, direction):
                    for box in boxes_of(allow_rule, direction):
                        yield direction, box


def _covered(origin: Origin, reasons: list[Reason]) -> Diagnostic:
    return Diagnostic(
        code="NP505",
        severity="warning",
        message="this flow adds nothing to what others allow",
        location=origin.location,
        labels=labels_of(reasons),
        help="remove it, or narrow what covers it",
    )
