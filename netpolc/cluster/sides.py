"""The inputs of questions: of one cluster, of each side of a comparison, and of the workloads that both sides have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import read_inputs
from netpolc.diagnostics.model import errors_in
from netpolc.diagnostics.usage import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.compiler.inputs import Inputs
    from netpolc.compiler.workspace import Workspace


def cluster_for(
    here: Workspace, paths: Sequence[str], env: str | None, namespace: str | None, *, keep_going: bool = False
) -> Cluster:
    """Return the cluster that inputs describe, whose warnings are for the caller to say.

    With an error, what could be read would give answers that nobody may rely on: a policy that is missing may be the
    one that closes, or the one that opens. To `keep_going`, errors are warnings that say so.
    """
    inputs = read_inputs(paths, here, keep_going=keep_going)
    cluster = cluster_of(inputs, here.options(here.environment(env), namespace), keep_going=keep_going)
    if errors_in(cluster.diagnostics):
        raise InputError(cluster.diagnostics)
    return cluster


def side_of(here: Workspace, paths: Sequence[str], *, keep_going: bool) -> Inputs | None:
    """Read one side of a comparison; None where folders have no policies yet, or none any more, which is no error."""
    inputs = read_inputs(paths, here, keep_going=keep_going)
    if not paths and here.project is None and inputs.are_nothing:
        # Without a project and without a netpol file, the manifests are what there is.
        inputs = read_inputs((".",), here, keep_going=keep_going)
    # A list without objects is what a cluster without policies has; that a side has none is said first.
    may_be_empty = inputs.was_read or all(here.files.is_folder(here.cwd / path) for path in paths)
    return None if inputs.are_nothing and may_be_empty else inputs


def shared_by_sides(here: Workspace, paths: Sequence[str], *, keep_going: bool) -> Inputs:
    """Read the manifests of workloads that both sides of a comparison have."""
    inputs = read_inputs(paths, here.without_project(), keep_going=keep_going)
    if inputs.loaded is not None:
        raise UsageError("it takes manifests, and no netpol sources", "--workloads")
    if errors_in(inputs.diagnostics):
        raise InputError(workloads=inputs.diagnostics)
    return inputs
