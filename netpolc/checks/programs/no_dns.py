"""NP605: pods that may open connections to other pods, and have no way to ask where these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.dns import without_dns
from netpolc.engine.from_program import rules_of_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.engine.model import AllowRule


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield each namespace whose egress is isolated, over all flows together, at the first flow that shows it."""
    return (_no_dns(name, allow_rule) for name, allow_rule in without_dns(rules_of_program(checked.program)))


def _no_dns(name: str, allow_rule: AllowRule) -> Diagnostic:
    where = f"namespace `{name}`" if name else "the unnamed namespace"
    return Diagnostic(
        code="NP605",
        severity="warning",
        message=f"egress of {where} is closed, and pods that talk to others have no way to DNS",
        location=None if allow_rule.reason is None else allow_rule.reason.location,
        label="these may connect, but look up no name",
        help='add `import "std"` and `* -> std.dns`',
    )
