"""NP505: flows that add nothing to what the others allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.boxes import Box, TooComplexError
from netpolc.engine.from_program import allow_rules_of, rules_of_program
from netpolc.engine.proofs import DIRECTIONS, Prover, boxes_of
from netpolc.ir.model import Direction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.engine.model import Reason
    from netpolc.ir.model import Flow, Origin

SHOWN = 3
"""The covering lines that are named; more would not help."""


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Each flow against all others but those that were found to be covered: of two equal ones, the later."""
    prover = Prover(rules_of_program(checked.program))
    covered: set[int] = set()
    for flows in reversed(list(_statements(checked.program.flows))):
        origin = flows[0].origin
        prover.space.begin()
        try:
            covering = _covering(flows, prover, covered)
        except TooComplexError:
            continue
        if covering:
            covered.add(id(origin))
            yield _covered(origin, covering)


def _statements(flows: Iterable[Flow]) -> Iterable[list[Flow]]:
    """The flows of each statement, in the order of the sources."""
    statements: dict[int, list[Flow]] = {}
    for flow in flows:
        statements.setdefault(id(flow.origin), []).append(flow)
    return sorted(statements.values(), key=lambda flows: flows[0].origin.location.order)


def _covering(flows: list[Flow], prover: Prover, covered: set[int]) -> list[Reason]:
    """What lets through all that a statement does at ends that are closed; nothing where something is left over."""
    needed: dict[int, Reason] = {}
    closed_anywhere = False
    for direction, box in _boxes(flows):
        for closed in (passage.box for passage in prover.isolated(box, direction)):
            closed_anywhere = True
            others = [
                passage
                for passage in prover.let_through(closed, direction)
                if passage.reason is not None
                and passage.reason.origin != id(flows[0].origin)
                and passage.reason.origin not in covered
            ]
            if next(prover.space.without(closed, [passage.box for passage in others]), None) is not None:
                return []
            needed |= {passage.reason.origin: passage.reason for passage in others if passage.reason is not None}
    return list(needed.values()) if closed_anywhere else []


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
