"""The checks of workloads, run: what is referenced and is not there, and what is there and was not thought of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.registry import WORKLOADS
from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
from netpolc.checks.workloads.from_policies import references_of_policies
from netpolc.checks.workloads.from_program import references_of_program

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.engine.model import RuleSet
    from netpolc.ir.model import Program
    from netpolc.manifests.model import Manifests


def check_workloads(
    program: Program | None,
    ruleset: RuleSet,
    manifests: Manifests,
    *,
    stated: Collection[str] = (),
    known_pods: tuple[str, ...] = (),
    finds_pods_on_nodes: bool = False,
) -> Iterator[Diagnostic]:
    """Yield what is doubtful about a program, and about the policies of manifests, beside what these show.

    `ruleset` is what all policies together let through, with the labels of namespaces that the manifests show. `stated`
    are the classes of which a project says where their ingress controllers are, `known_pods` endpoints of pods that the
    manifests do not show. A platform `finds_pods_on_nodes` where labels do so.
    """
    references = references_of_policies(manifests.policies)
    if program is not None:
        references += references_of_program(program)
    checked = CheckedWorkloads(
        references,
        ruleset,
        manifests,
        stated=stated,
        known_pods=known_pods,
        finds_pods_on_nodes=finds_pods_on_nodes,
    )
    for each in WORKLOADS:
        yield from each.check(checked)
