"""NP701 and NP702: assertions that do not hold, or that cannot be decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.diagnostics.model import Diagnostic


def check(checked: CheckedProgram) -> Iterable[Diagnostic]:
    """Each assertion; most programs have none, and do not pay for the engine."""
    if not checked.program.assertions or not checked.options.proves_assertions:
        return ()
    from netpolc.checks.programs.proving import failures  # noqa: PLC0415 -- see above

    return failures(checked.program, checked.options.pod_addresses or ())
