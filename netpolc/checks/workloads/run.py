"""The checks of workloads, run: what is spoken of and is not there, and what is there and was not thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.registry import WORKLOADS
from netpolc.checks.workloads.checked_workloads import CheckedWorkloads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.references import References
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.engine.model import RuleSet
    from netpolc.manifests.model import Manifests


def check_workloads(references: References, ruleset: RuleSet, manifests: Manifests) -> Iterator[Diagnostic]:
    """Yield what is doubtful about policies and programs beside what manifests show (`CheckedWorkloads`)."""
    checked = CheckedWorkloads(references, ruleset, manifests)
    for each in WORKLOADS:
        yield from each.check(checked)
