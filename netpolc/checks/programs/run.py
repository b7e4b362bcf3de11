"""The checks of programs, run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.registry import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.checks.registry import Needs
    from netpolc.diagnostics.model import Diagnostic


def check_program(checked: CheckedProgram, *, sound: bool = True) -> Iterator[Diagnostic]:
    """Yield what checks find in a program; where it is not sound, those alone that ask each statement by itself."""
    known = _known(checked, sound=sound)
    for each in PROGRAMS:
        if each.needs in known:
            yield from each.check(checked)


def _known(checked: CheckedProgram, *, sound: bool) -> set[Needs]:
    """Return the needs of checks that are met; most programs assert nothing, and do not pay for the engine."""
    known: set[Needs] = {"nothing"}
    if sound:
        known.add("program")
        if checked.program.assertions and checked.options.proves_assertions:
            known.add("assertions")
        if checked.options.thorough:
            known.add("thorough run")
    return known
