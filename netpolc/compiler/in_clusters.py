"""Clusters in the place of manifests, as `cluster:` for the current context of kubectl, or `cluster:CONTEXT`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.live.kubectl import find
from netpolc.live.pulling import pull
from netpolc.live.refusals import ClusterError
from netpolc.live.texts import sources
from netpolc.source import CLUSTER

if TYPE_CHECKING:
    from netpolc.compiler.workspace import Workspace
    from netpolc.source import Source


def texts_of(path: str, workspace: Workspace, *, evidence: bool) -> tuple[Source, ...] | Diagnostic:
    """Return what a cluster has as texts of manifests, or why it cannot be said: NP830, NP831 or NP832.

    A memory has what it said before, since one run is about one state of a cluster.
    """
    if not workspace.programs:
        message = f"`{path}` is a cluster, and this run may not run kubectl"
        advice = "hand in what `netpolc pull` writes"
        return Diagnostic(code="NP830", severity="error", message=message, help=advice)
    request = ("cluster", path, evidence)
    known: tuple[Source, ...] | None = None if workspace.memory is None else workspace.memory.result(request)
    if known is not None:
        return known
    try:
        found = sources(pull(find(path.removeprefix(CLUSTER) or None), evidence=evidence, folded=True))
    except ClusterError as error:
        return error.diagnostic()
    if workspace.memory is not None:
        workspace.memory.keep(request, found)
    return found
