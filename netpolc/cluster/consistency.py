"""Findings that only show where a program and manifests are looked at together, whatever is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.peers import id_of
from netpolc.engine.regions import NAME_LABEL, UNNAMED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.ir.model import OwnedNamespace, Program
    from netpolc.manifests.model import Namespace, Workload
    from netpolc.policy.model import Policy
    from netpolc.source import Location

SHOWN = 3
"""How many namespaces a message names."""


def twice(compiled: Iterable[Policy], read: Iterable[Policy]) -> Iterator[Diagnostic]:
    """Find the policies of manifests that a program's would take the place of (NP417)."""
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
    """Find a program of the unnamed namespace beside workloads that are all in others (NP220)."""
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
    """Yield the statements that are about pods of the unnamed namespace."""
    for flow in program.flows:
        if flow.names(None):
            yield flow.origin.location
    for baseline in program.baselines:
        if baseline.namespace is None and baseline.origin is not None:
            yield baseline.origin.location


def on_nodes(workloads: Iterable[Workload]) -> Iterator[Diagnostic]:
    """Find workloads that policies do not see (NP608)."""
    for workload in workloads:
        if workload.host_network:
            yield Diagnostic(
                code="NP608",
                severity="warning",
                message=f"policies do not see `{id_of(workload)}`, which is on the network of its node",
                location=workload.location,
                help="what it may reach, and who may reach it, is that of the node",
            )


def stated_otherwise(owned: Iterable[OwnedNamespace], manifests: Iterable[Namespace]) -> Iterator[Diagnostic]:
    """Find labels that a program states of a namespace, and that its manifest does not show (NP516)."""
    known = {each.name: each for each in manifests}
    for stated in owned:
        read = known.get(stated.name or UNNAMED)
        if read is not None:
            yield from (
                _stated_otherwise(stated, read, key)
                for key, value in stated.labels.items()
                if key != NAME_LABEL and read.labels.get(key) != value
            )


def _stated_otherwise(stated: OwnedNamespace, read: Namespace, key: str) -> Diagnostic:
    found = f"has `{key}={read.labels[key]}`" if key in read.labels else f"has no label `{key}`"
    return Diagnostic(
        code="NP516",
        severity="warning",
        message=f"`{stated.name}` is said to carry `{key}={stated.labels[key]}`, and its manifest {found}",
        location=stated.location,
        labels=(Label(read.location, "this is its manifest"),),
        help="say here what the manifest says, or label the namespace: what a build proves rests on it",
    )
