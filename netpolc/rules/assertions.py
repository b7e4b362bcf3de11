"""NP701: assertions, which are understood but not proved yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.program.model import Program
    from netpolc.rules.context import Setting


def check(program: Program, setting: Setting) -> Iterator[Diagnostic]:
    """Each assertion, so that nobody takes silence for a proof."""
    del setting
    for assertion in program.assertions:
        yield Diagnostic(
            code="NP701",
            severity="warning",
            message="this assertion was not proved",
            location=assertion.origin.location,
            help="this version reads and resolves assertions, but does not prove them",
        )
