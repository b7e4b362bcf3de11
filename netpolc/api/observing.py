"""What logs saw, and what of it is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netpolc.api.reading import Where, opened
from netpolc.compiler.workspace import Workspace
from netpolc.diagnostics.model import errors_in
from netpolc.diagnostics.usage import InputError
from netpolc.results import SeenTraffic

if TYPE_CHECKING:
    from netpolc.flows.reduction import DistinctFlows


def flows(
    where: Where,
    logs: Sequence[str] | DistinctFlows,
    paths: Sequence[str] = (),
    *,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> SeenTraffic:
    """Hold what logs of others saw against what is allowed: which lines are used, which never, and what is refused.

    Args:
        where: a workspace, or texts by their names.
        logs: files of flows that were recorded, in any format that netpolc knows, or what `seen_flows` read of some.
        paths: sources, manifests and folders of them; without any, what the project names, else all sources.
        env: the environment that the flows are of; one has to be chosen where the project has several.
        namespace: the namespace of what names none.
        keep_going: whether errors in manifests are warnings, and the answer is given without what has them.

    Raises:
        InputError: an input has an error, or a log cannot be read.
        UsageError: an environment that cannot be meant so.
    """
    from netpolc.cluster.sides import cluster_for
    from netpolc.queries.traffic.doubts import doubts
    from netpolc.queries.traffic.holding import traffic_of

    here = opened(where)
    cluster = cluster_for(here, paths, env, namespace, keep_going=keep_going)
    seen = flows_of(here, logs)
    said = (*cluster.diagnostics, *seen.diagnostics, *doubts(cluster, seen))
    return SeenTraffic(traffic_of(cluster, seen), here.standards.applied(said))


def seen_flows(where: Where, logs: Sequence[str], *, flows_format: str | None = None) -> DistinctFlows:
    """Read logs of flows, for several questions about these.

    Args:
        where: a workspace, or texts by their names.
        logs: files of flows that were recorded, folders of them, and `-`, in any format that netpolc knows.
        flows_format: the format of all of them, as `hubble`, where what is in them does not tell it.

    Raises:
        InputError: one cannot be read.
    """
    from netpolc.flows.reading.files import read_logs

    here = opened(where)
    seen = read_logs(logs, here.cwd, here.files, stdin=here.stdin, format_name=flows_format)
    if errors_in(seen.diagnostics):
        raise InputError(seen.diagnostics)
    return seen


def flows_of(here: Workspace, logs: Sequence[str] | DistinctFlows) -> DistinctFlows:
    """Return what logs hold, which may have been read before."""
    return seen_flows(here, logs) if isinstance(logs, Sequence) else logs
