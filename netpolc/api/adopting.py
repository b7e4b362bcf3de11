"""From what people have to programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from netpolc.api.reading import Where, opened
from netpolc.diagnostics.usage import InputError

if TYPE_CHECKING:
    from netpolc.adopt.importer.importing import Imported
    from netpolc.adopt.starting.beginning import Beginning
    from netpolc.adopt.suggest.suggesting import Suggested
    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.workspace import Workspace
    from netpolc.flows.record import SeenFlow
    from netpolc.flows.reduction import DistinctFlows


def import_policies(
    where: Where,
    paths: Sequence[str] = (),
    *,
    namespace: str | None = None,
    apart: bool = False,
    keep_names: bool = False,
) -> Imported:
    """Turn NetworkPolicies into netpol source that allows exactly what they do, which is proved.

    Args:
        where: a workspace, or texts by their names.
        paths: manifests and folders of them; without any, every manifest. Workloads and namespaces help with names.
        namespace: the namespace of policies that name none.
        apart: whether each namespace gets a file of its own.
        keep_names: whether policies keep their names and labels.

    Returns:
        Texts by the names of their files, none where diagnostics are errors; and what was left out, in words.

    Raises:
        InputError: a manifest has an error, or there is no policy.
        UsageError: policies with and without a namespace cannot share one file.
    """
    from netpolc.adopt.importer.importing import import_manifests
    from netpolc.adopt.inputs import POLICIES, manifests_with

    here = opened(where)
    read = manifests_with(here, paths, namespace, POLICIES, apart=apart)
    found = import_manifests(read.manifests, apart=apart, keep_names=keep_names, platform=here.platform_name)
    return msgspec.structs.replace(found, diagnostics=(*read.diagnostics, *found.diagnostics))


def suggest(
    where: Where,
    paths: Sequence[str] = (),
    *,
    namespace: str | None = None,
    apart: bool = False,
    logs: Sequence[str] | DistinctFlows | None = None,
) -> Suggested:
    """Propose a first program for workloads, by what manifests and records say of the connections that they make.

    Args:
        where: a workspace, or texts by their names.
        paths: manifests and folders of them; without any, every manifest, or none where there are logs.
        namespace: the namespace of workloads that name none.
        apart: whether each namespace gets a file of its own.
        logs: files of flows that were recorded, or what `seen_flows` read of some.

    Returns:
        Texts by the names of their files, none where diagnostics are errors; and what was left out, in words.

    Raises:
        InputError: an input has an error, or there is no workload.
        UsageError: workloads with and without a namespace cannot share one file.
    """
    from netpolc.adopt.inputs import WORKLOADS, lack_of, manifests_with
    from netpolc.adopt.suggest.suggesting import suggest as propose
    from netpolc.api.observing import flows_of  # few have logs
    from netpolc.compiler.inputs import Inputs
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.manifests.combining import combine

    here = opened(where)
    seen = DistinctFlows() if logs is None else flows_of(here, logs)
    if logs is not None and not paths:
        inputs, manifests, said = Inputs(None, combine([]), ()), combine([]), seen.diagnostics
    else:
        read = manifests_with(here, paths, namespace, WORKLOADS, apart=apart, wide=True)
        inputs, manifests, said = read.inputs, read.manifests, (*seen.diagnostics, *read.diagnostics)
    flows = () if logs is None else joining(here, seen, namespace)(inputs)
    found = propose(manifests, apart=apart, flows=flows)
    if not found.files and not found.diagnostics:
        raise InputError([*said, lack_of(WORKLOADS, "no record shows a pod with its labels")])
    left_out = (*found.left_out, *passed_over(seen))
    return msgspec.structs.replace(found, diagnostics=(*said, *found.diagnostics), left_out=left_out)


def joining(here: Workspace, seen: DistinctFlows, namespace: str | None) -> Callable[[Inputs], tuple[SeenFlow, ...]]:
    """Return what joins the flows of logs with the workloads of manifests, once these are read."""
    from netpolc.cluster.cluster import cluster_of
    from netpolc.queries.traffic.settled import settled

    return lambda inputs: tuple(settled(cluster_of(inputs, here.options(None, namespace)), seen))


def passed_over(seen: DistinctFlows) -> tuple[str, ...]:
    """Return lines about the records that are no flows."""
    return tuple(f"{each.count:,} passed over: {each.reason}" for each in seen.passed_over)


def begin(
    where: Where,
    paths: Sequence[str] = (),
    *,
    folder: str = ".",
    namespace: str | None = None,
    exclude: Sequence[str] = (),
    logs: Sequence[str] | DistinctFlows | None = None,
) -> Beginning:
    """Make a project of manifests, as `netpolc init --from` does: a program, its project file and a Makefile fragment.

    Policies are imported, and what workloads and records show is suggested beside them. Nothing is written.

    Args:
        where: a workspace, or texts by their names.
        paths: manifests, charts, kustomizations, and folders of them; without any, all that the workspace has.
        folder: the project's folder, relative to the root of the workspace.
        namespace: the namespace of objects that name none.
        exclude: the patterns, relative to the project's folder, of what the workspace leaves out.
        logs: files of flows that were recorded, or what `seen_flows` read of some.

    Returns:
        Texts by the names of their files, relative to the folder; what `check` says of them, and which of that only the
        owner can decide.

    Raises:
        InputError: a manifest or the project file has an error, or there is nothing that a program could be made of.
        UsageError: a path is that of a source.
    """
    from netpolc.adopt.starting.beginning import begin as make
    from netpolc.api.observing import flows_of

    here = opened(where)
    seen = None if logs is None else flows_of(here, logs)
    flows = None if seen is None else joining(here, seen, namespace)
    found = make(here, paths or ["."], here.cwd / folder, namespace, exclude, flows)
    if seen is None:
        return found
    said, remarks = (*seen.diagnostics, *found.diagnostics), (*found.remarks, *passed_over(seen))
    return msgspec.structs.replace(found, diagnostics=said, remarks=remarks)
