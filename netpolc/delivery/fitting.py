"""Whether the policies of a program fit the objects that they are delivered with."""

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
    """What is wrong or doubtful about a compilation beside the policies and workloads of others."""
    said = ignores.apply(_unmatched(compilation, workloads), loaded.spans_of_comments())
    return collect([*_rivals(compilation.policies, policies), *(one for one in said if one.code in UNMATCHED)])


def _rivals(ours: Iterable[Policy], others: Iterable[Policy]) -> Iterator[Diagnostic]:
    """Policies of others with the namespace and name of one of ours: whichever is applied last would count."""
    known = {(policy.namespace, policy.name): policy for policy in ours}
    for policy in others:
        same = known.get((policy.namespace, policy.name))
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
    """Pods that the program speaks of and that no workload makes, in a namespace of which workloads are there."""
    references = references_of_program(compilation.program)
    return unmatched(references.mentions, Workloads(workloads, {}, references.owned))
