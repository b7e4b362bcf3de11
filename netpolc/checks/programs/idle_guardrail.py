"""NP521, NP522 and NP523: guardrails that change nothing, because others decide, or because they are about nobody.

That NetworkPolicies of the program isolate what a line of `default` is about is no reason: it is meant for the day on
which they are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.programs.statements import by_statement
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.boxes import Space, TooComplexError
from netpolc.engine.from_program import decisions_of, rules_of_program
from netpolc.engine.proofs import boxes_of
from netpolc.engine.regions import Namespaces
from netpolc.identity import IdentitySet
from netpolc.policy.constants import DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.engine.boxes import Box
    from netpolc.ir.model import Direction, Guardrail, Origin

    _Held = list[tuple[Guardrail, Direction, list[Box]]]
    """What guardrails hold in each of their directions."""

MOST_STEPS, MOST_STEPS_ALTOGETHER = 100_000, 1_000_000
"""How long one line is compared with the others, and all of them; of what takes longer, nothing is said."""
SHOWN = 3


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Compare each line with all others but those that were found to repeat some: of two equal ones, the later does."""
    if not checked.program.guardrails:
        return
    space = Space(
        Namespaces(rules_of_program(checked.program).namespaces), MOST_STEPS, altogether=MOST_STEPS_ALTOGETHER
    )
    repeated: IdentitySet[Origin] = IdentitySet()
    held = [
        (
            guardrail,
            direction,
            [box for each in decisions_of(guardrail, direction) for box in boxes_of(each, direction)],
        )
        for guardrail in checked.program.guardrails
        for direction in DIRECTIONS
        if direction in guardrail.directions
    ]
    statements = sorted(by_statement(checked.program.guardrails), key=lambda each: each[0].origin.location.order)
    for statement in reversed(statements):
        own = [each for each in held if each[0].origin is statement[0].origin]
        others = [each for each in held if each[0].origin is not statement[0].origin]
        space.begin()
        try:
            found = _finding(statement[0], own, [each for each in others if each[0].origin not in repeated], space)
        except TooComplexError:
            continue
        if found is not None:
            if found.code == "NP522":
                repeated.add(statement[0].origin)
            yield found


def _finding(line: Guardrail, own: _Held, others: _Held, space: Space) -> Diagnostic | None:
    """Return what there is to say of a line, given what it holds and what others do."""
    possible = [(direction, box) for _, direction, boxes in own for box in boxes if space.possible(box)]
    if not possible:
        return _of_nobody(line) if any(boxes for *_, boxes in own) else None
    deciding: list[Guardrail] = []
    for direction, box in possible:
        before = [
            (each, whole) for each, where, boxes in others if _counts(each, where, line, direction) for whole in boxes
        ]
        meeting = [(each, whole) for each, whole in before if space.meet(box, whole) is not None]
        if not space.is_covered(box, [whole for _, whole in meeting]):
            return None
        deciding += (each for each, _ in meeting)
    return _said(line, deciding)


def _counts(other: Guardrail, where: Direction, line: Guardrail, direction: Direction) -> bool:
    """Tell whether connections that another line holds at one end are out of a line's hands at an end of its own.

    What is denied at either end comes to nothing, whatever is said at the other; a deny of the same tier repeats one
    at the same end only, since by default others may undo each.
    """
    if other.tier == line.tier:
        return where == direction if other.action == line.action else other.action == "deny"
    return other.tier == "always" and (where == direction or other.action == "deny")


def _said(line: Guardrail, deciding: Sequence[Guardrail]) -> Diagnostic:
    if all((each.tier, each.action) == (line.tier, line.action) for each in deciding):
        return _diagnostic(
            line,
            "this line adds nothing to what others say",
            _labels(deciding, "this says it, too"),
            "remove it, or narrow what covers it",
            code="NP522",
        )
    if line.action == "allow" and all(each.action == "deny" for each in deciding):
        return _diagnostic(
            line,
            "this line allows nothing: others deny all of its connections, and deny beats allow",
            _labels(deciding, "this denies them"),
            "take what it allows out of the other line by `except`, or remove one of the two",
            code="NP521",
        )
    return _diagnostic(
        line,
        "this line decides nothing: others decide all of its connections before it",
        _labels([each for each in deciding if each is not line], "this comes first"),
        "remove it, or narrow what comes before it",
        code="NP521",
    )


def _of_nobody(line: Guardrail) -> Diagnostic:
    return _diagnostic(
        line,
        "this line is about no pods: there can be none at one of its ends",
        (),
        "compare its labels, and what `except` takes away, with the labels that `namespace` states",
        code="NP523",
    )


def _diagnostic(line: Guardrail, message: str, labels: tuple[Label, ...], advice: str, *, code: str) -> Diagnostic:
    return Diagnostic(
        code=code,
        severity="warning",
        message=message,
        location=line.origin.location,
        labels=labels,
        help=advice,
    )


def _labels(lines: Iterable[Guardrail], said: str) -> tuple[Label, ...]:
    places = {each.origin.location.order: each.origin.location for each in lines}
    return tuple(Label(place, said) for place in list(places.values())[:SHOWN])
