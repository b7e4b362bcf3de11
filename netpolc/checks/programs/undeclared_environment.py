"""NP530: blocks for environments that the project does not have, which `--env` can never name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.ir.model import UndeclaredEnvironment


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield each of them where it is named; most are misspelt."""
    return map(_undeclared, checked.program.undeclared_environments)


def _undeclared(found: UndeclaredEnvironment) -> Diagnostic:
    from netpolc.diagnostics.closest import closest  # most programs have no mistake

    near = closest(found.name, found.declared)
    declare = f"declare it with `[env.{found.name}]` in netpolc.toml"
    return Diagnostic(
        code="NP530",
        severity="warning",
        message=f"the project has no environment `{found.name}`, so this never counts",
        location=found.location,
        help=f"did you mean `{near}`? If not, {declare}" if near else f"{declare}, or remove the block",
    )
