"""Findings that only show where a program and manifests are looked at together, whatever is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.ir.model import Program
    from netpolc.manifests.model import Workload
    from netpolc.policy.model import Policy
    from netpolc.source import Location

SHOWN = 3
"""How many namespaces a message names."""


def twice(compiled: Iterable[Policy], read: Iterable[Policy]) -> Iterator[Diagnostic]:
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


def unplaced(program: Program | None, workloads: Iterable[Workload]) -> Iterator[Diagnostic]:
    """Yield NP220 for a program of the unnamed namespace beside workloads that are all in others."""
    places = {workload.namespace for workload in workloads}
    if program is None or not places or None in places or all(each.name is not None for each in program.namespaces):
        return
    names = sorted(f"`{name}`" for name in places if name is not None)
    more = "" if len(names) <= SHOWN else f" and {len(names) - SHOWN} more"
    yield Diagnostic(
        code="NP220",
        severity="warning",
        message="the namespace of the program's pods is not given, so that no workload is among them",
        location=next(_about_unnamed(program), None),
        label="is about pods of that namespace",
        help=f"name it: `-n {names[0].strip('`')}`"
        if len(names) == 1
        else f"name it with `-n NAME`; the workloads are in {', '.join(names[:SHOWN])}{more}",
    )


def _about_unnamed(program: Program) -> Iterator[Location]:
    """Yield where the statements stand that are about pods of the unnamed namespace."""
    for flow in program.flows:
        if flow.names(None):
            yield flow.origin.location
    for baseline in program.baselines:
        if baseline.namespace is None and baseline.origin is not None:
            yield baseline.origin.location
