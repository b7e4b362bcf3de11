"""NP517: workloads that are all in other namespaces than those that policies and programs are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.workloads import SHOWN
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.peers import id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.workloads.checked_cluster import CheckedCluster
    from netpolc.ir.model import Program
    from netpolc.manifests.model import Manifests


def check(checked: CheckedCluster) -> Iterator[Diagnostic]:
    """Yield one finding where all namespaces are named, and no workload is in one with policies."""
    workloads = checked.manifests.workloads
    closed = subject_namespaces(checked.program, checked.manifests)
    homes = {each.namespace for each in workloads}
    if not closed or not homes or None in closed | homes or not closed.isdisjoint(homes):
        return
    program, policies = checked.program, checked.manifests.policies
    owned = () if program is None else program.namespaces
    yield Diagnostic(
        code="NP517",
        severity="warning",
        message=f"no workload is in {listed(closed, 'or')}, and all policies are: nothing here closes any workload",
        location=owned[0].location if owned else policies[0].location,
        labels=(Label(workloads[0].location, f"`{id_of(workloads[0])}`"),),
        help=f"the workloads are in {listed(homes, 'and')}; for a chart, name the namespace that is meant with `-n`",
    )


def subject_namespaces(program: Program | None, manifests: Manifests) -> frozenset[str | None]:
    """Return the namespaces whose pods are closed and opened: those of a program, and of all policies."""
    owned = frozenset[str | None]() if program is None else frozenset(each.name for each in program.namespaces)
    return owned | {policy.namespace for policy in manifests.policies}


def listed(namespaces: Iterable[str | None], joined: str) -> str:
    """List namespaces in words, the first few by name; None is the unnamed one."""
    found = set(namespaces)
    names = [f"`{name}`" for name in sorted(name for name in found if name is not None)]
    names += ["the unnamed namespace"] * (None in found)
    if len(names) > SHOWN:
        names[SHOWN:] = [f"{len(names) - SHOWN} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {joined} {names[-1]}"
