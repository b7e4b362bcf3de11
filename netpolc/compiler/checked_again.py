"""Programs that are checked once more, without compiling them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.programs.checked_program import CheckedProgram
from netpolc.checks.programs.run import check_program
from netpolc.checks.registry import PROGRAMS
from netpolc.diagnostics import ignores
from netpolc.ir.isolation import IsolatedPods

if TYPE_CHECKING:
    from netpolc.checks.options import CheckOptions
    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.model import Compilation


def checked_again(compilation: Compilation, loaded: Loaded, checks: CheckOptions) -> Compilation:
    """Check a program that was compiled before, as one beside what is known by then: other namespaces and pods."""
    codes = {code for each in PROGRAMS for code in each.codes}
    program, isolations = compilation.program, IsolatedPods(compilation.program)
    found = (
        *(each for each in compilation.found if each.code not in codes),
        *check_program(CheckedProgram(program, isolations, checks)),
    )
    said = checks.standards.applied(ignores.apply(found, loaded.comments, tells_unused=False))
    return msgspec.structs.replace(compilation, found=found, diagnostics=said)
