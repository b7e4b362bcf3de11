"""NP605: pods that may open connections to other pods, and have no way to ask where these are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.checks.dns_advice import server_for
from netpolc.checks.programs.namespaces import listed
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.dns import without_dns
from netpolc.engine.from_program import rules_of_program

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.engine.dns import WithoutDns
    from netpolc.engine.model import RuleSet

_IMPORT = re.compile(r'^[ \t]*import[ \t]+"std"[ \t]*(?:#|$)', re.MULTILINE).search


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield the namespaces whose egress is isolated, over all flows together, at the first flow that shows it."""
    return by(rules_of_program(checked.program))


def by(ruleset: RuleSet) -> Iterator[Diagnostic]:
    """Yield the same by the rules of a program; those for which that is the same line are said together."""
    by_line: dict[object, list[WithoutDns]] = {}
    for each in without_dns(ruleset):
        place = None if each.allow_rule.reason is None else each.allow_rule.reason.location
        by_line.setdefault(each.namespace if place is None else place.order, []).append(each)
    return (_no_dns(found, server_for(ruleset, found[0].way).name) for found in by_line.values())


def _no_dns(found: list[WithoutDns], server: str) -> Diagnostic:
    where = listed(each.namespace or None for each in found)
    first = found[0]
    return Diagnostic(
        code="NP605",
        severity="warning" if first.way.certain else "note",
        message=f"egress of {where} is closed, and pods that talk to others have no way to DNS",
        location=None if first.allow_rule.reason is None else first.allow_rule.reason.location,
        label=first.way.why_not or "these may connect, but look up no name",
        help=f"add {_library(first)}`* -> std.{server}`",
    )


def _library(found: WithoutDns) -> str:
    """Return the import of the library, unless the file has it."""
    place = None if found.allow_rule.reason is None else found.allow_rule.reason.location
    has_it = place is not None and _IMPORT(place.source.text)
    return "" if has_it else '`import "std"` and '
