"""NP601 and NP602: statements whose date has come, or comes within two weeks."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.ir.model import Assertion, Baseline, Flow, Guardrail

NOTICE = datetime.timedelta(days=14)


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Compare each dated statement with today; a statement holds on its date, and not on the day after."""
    program, today = checked.program, checked.options.today
    if today is None:
        return
    facts: tuple[Flow | Baseline | Guardrail | Assertion, ...]
    facts = (*program.flows, *program.baselines, *program.guardrails, *program.assertions)
    origins = [*(fact.origin for fact in facts if fact.origin is not None), *program.declarations]
    for origin in {origin.location.order: origin for origin in origins}.values():
        expires = origin.annotations.expires
        if expires is None:
            continue
        left = expires - today
        if left.days < 0:
            yield Diagnostic(
                code="NP601",
                severity="error",
                message=f"this expired on {expires}",
                location=origin.location,
                help="remove it, or give it a later date",
            )
        elif left <= NOTICE:
            when = "today" if not left.days else f"in {left.days} day{'s' * (left.days != 1)}, on {expires}"
            yield Diagnostic(
                code="NP602",
                severity="warning",
                message=f"this expires {when}",
                location=origin.location,
                help="remove it, or give it a later date",
            )
