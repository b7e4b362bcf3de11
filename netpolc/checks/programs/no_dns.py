"""NP605: pods that may open connections to other pods, and have no way to ask where these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.programs.namespaces import listed
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.dns import without_dns
from netpolc.engine.from_program import rules_of_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.engine.model import AllowRule


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield the namespaces whose egress is isolated, over all flows together, at the first flow that shows it.

    Those for which that is the same line are said together.
    """
    by_line: dict[object, tuple[AllowRule, list[str]]] = {}
    for name, allow_rule in without_dns(rules_of_program(checked.program)):
        place = None if allow_rule.reason is None else allow_rule.reason.location
        by_line.setdefault(name if place is None else place.order, (allow_rule, []))[1].append(name)
    return (_no_dns(names, allow_rule) for allow_rule, names in by_line.values())


def _no_dns(names: list[str], allow_rule: AllowRule) -> Diagnostic:
    where = listed(name or None for name in names)
    return Diagnostic(
        code="NP605",
        severity="warning",
        message=f"egress of {where} is closed, and pods that talk to others have no way to DNS",
        location=None if allow_rule.reason is None else allow_rule.reason.location,
        label="these may connect, but look up no name",
        help='add `import "std"` and `* -> std.dns`',
    )
