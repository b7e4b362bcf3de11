"""Checks of a program's policies against the objects that they are delivered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.from_program import references_of_program
from netpolc.checks.workloads.selectors import unmatched
from netpolc.checks.workloads.workloads import Workloads
from netpolc.diagnostics import ignores
from netpolc.diagnostics.model import Diagnostic, collect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.compiler.loading import Loaded
    from netpolc.compiler.model import Compilation
    from netpolc.manifests.model import Workload
    from netpolc.policy.model import Policy

UNMATCHED = ("NP506", "NP507")


def misfits(
    compilation: Compilation, loaded: Loaded, policies: Iterable[Policy], workloads: tuple[Workload, ...]
) -> tuple[Diagnostic, ...]:
    """Return the errors and doubts about a compilation beside the policies and workloads of others."""
    kept = ignores.apply(_unmatched(compilation, workloads), loaded.comments)
    return collect([*_rivals(compilation.policies, policies), *(one for one in kept if one.code in UNMATCHED)])


def _rivals(ours: Iterable[Policy], others: Iterable[Policy]) -> Iterator[Diagnostic]:
    """Yield an error for each policy of others that has the namespace and name of one of ours."""
    by_key = {(policy.namespace, policy.name): policy for policy in ours}
    for policy in others:
        same = by_key.get((policy.namespace, policy.name))
        if same is not None:
            yield Diagnostic(
                code="NP417",
                severity="error",
                message=f"a policy `{policy.name}` is there already, and the program becomes another of that name",
                location=same.location,
                label="becomes a policy of that name",
                help="leave one of the two out, or rename it",
            )


def _unmatched(compilation: Compilation, workloads: tuple[Workload, ...]) -> Iterator[Diagnostic]:
    """Yield diagnostics of pods that the program names and no workload makes, in namespaces with workloads."""
    references = references_of_program(compilation.program)
    return unmatched(references.mentions, Workloads(workloads, {}, references.owned))
