"""Findings that only show where a program and manifests are looked at together, whatever is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.no_common_namespace import listed, subject_namespaces
from netpolc.diagnostics.model import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.ir.model import Program
    from netpolc.manifests.model import Manifests
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy
    from netpolc.source import Location


def twice(compiled: Iterable[Policy | TierPolicy], read: Iterable[Policy | TierPolicy]) -> Iterator[Diagnostic]:
    """Yield NP417 for each policy of manifests that one of a program would take the place of."""
    ours = {(policy.namespace, policy.name): policy for policy in compiled}
    for policy in read:
        same = ours.get((policy.namespace, policy.name))
        if same is not None:
            labels = () if same.location is None else (Label(same.location, "becomes a policy of that name"),)
            yield Diagnostic(
                code="NP417",
                severity="error",
                message=f"the policy `{policy.name}` is also what the program becomes",
                location=policy.location,
                labels=labels,
                help="leave out what netpolc built before, or rename one of the two",
            )


def unplaced(program: Program | None, manifests: Manifests) -> Iterator[Diagnostic]:
    """Yield NP220 where it is not given which namespace pods are in, so that no workload is among them."""
    places = {workload.namespace for workload in manifests.workloads}
    if not places:
        return
    if None not in places:
        yield from _unnamed(program, manifests, frozenset(places))
        return
    closed = subject_namespaces(program, manifests)
    if closed and closed.isdisjoint(places):
        first = next(each for each in manifests.workloads if each.namespace is None)
        yield Diagnostic(
            code="NP220",
            severity="warning",
            message=f"the namespace of workloads is not given, so that none is in {listed(closed, 'or')}",
            location=first.location,
            label="names no namespace",
            help=name_it(closed, "policies are in"),
        )


def _unnamed(program: Program | None, manifests: Manifests, places: frozenset[str | None]) -> Iterator[Diagnostic]:
    """Yield NP220 for a program of the unnamed namespace, or else policies, beside workloads in named ones only."""
    if program is not None and any(each.name is None for each in program.namespaces):
        whose, location, label = "program's pods", next(about_unnamed(program), None), "is about pods of that namespace"
    else:
        policies = [policy for policy in manifests.policies if policy.namespace is None]
        if not policies:
            return
        whose, location, label = "policies' pods", policies[0].location, "names no namespace"
    yield Diagnostic(
        code="NP220",
        severity="warning",
        message=f"the namespace of the {whose} is not given, so that no workload is among them",
        location=location,
        label=label,
        help=name_it(places, "the workloads are in"),
    )


def name_it(namespaces: Iterable[str | None], what: str) -> str:
    """Advise to name a namespace, the only one, or one like those that are there."""
    names = [name for name in namespaces if name is not None]
    return f"name it: `-n {names[0]}`" if len(names) == 1 else f"name it with `-n NAME`; {what} {listed(names, 'and')}"


def about_unnamed(program: Program) -> Iterator[Location]:
    """Yield where the statements stand that are about pods of the unnamed namespace."""
    for flow in program.flows:
        if flow.names(None):
            yield flow.origin.location
    for baseline in program.baselines:
        if baseline.namespace is None and baseline.origin is not None:
            yield baseline.origin.location
