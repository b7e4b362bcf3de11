"""Validation of a program's policies: what the API server would reject, said of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.identity import IdentitySet
from netpolc.policy.validity import duplicates, validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.compiler.model import Known
    from netpolc.policy.model import Policy


def rejected(policies: tuple[Policy, ...], known: Known = ()) -> Iterator[Diagnostic]:
    """Yield what the API server would say of each policy, at the place in the source that it comes from.

    Nothing is said of those that are `known` to be valid.
    """
    sound: IdentitySet[object] = IdentitySet()
    faults = (fault for policy in policies if policy not in known for fault in validate(policy, sound=sound))
    for problem in (*faults, *duplicates(policies)):
        yield Diagnostic(
            code=problem.code,
            severity="error",
            message=problem.message,
            location=problem.location,
            label=f"becomes `{problem.path}`",
        )
