"""The checks of the policies of manifests, run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.registry import POLICIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.policies.checked_policies import CheckedPolicies
    from netpolc.diagnostics.model import Diagnostic


def check_policies(checked: CheckedPolicies) -> Iterator[Diagnostic]:
    """Yield what is doubtful about valid policies, and only shows where all are looked at."""
    for each in POLICIES:
        yield from each.check(checked)
