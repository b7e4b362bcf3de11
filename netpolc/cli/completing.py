"""Endpoints that a shell completes: what the project around it declares, and the workloads of its manifests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.cli.output import Style
from netpolc.cli.session import Session
from netpolc.cluster.cluster import cluster_of
from netpolc.compiler.inputs import read_inputs
from netpolc.project import config
from netpolc.queries.ends.known_names import KnownNames
from netpolc.queries.scopes import Scopes

if TYPE_CHECKING:
    from collections.abc import Iterator


def endpoints(incomplete: str) -> list[str]:
    """List the names that begin so, sorted; none where anything is wrong, because a shell has nobody to tell."""
    try:
        return sorted(name for name in dict.fromkeys(_names()) if name.startswith(incomplete))
    except Exception:  # noqa: BLE001 -- whatever it is, the command that is completed will say it
        return []


def _names() -> Iterator[str]:
    cwd = Path.cwd()
    file = config.find(cwd)
    project = None if file is None else config.load(file)[0]
    workspace = Session(cwd, project, Style()).workspace
    options = workspace.options(workspace.environments(None)[0])
    cluster = cluster_of(read_inputs((), workspace), options)
    real = [peer for peer in cluster.peers(hypothetical=False) if peer.workload is not None]
    yield from (*(peer.id for peer in real), *(peer.part_of for peer in real if peer.part_of is not None))
    yield from Scopes(cluster).names()
    yield from KnownNames(cluster, cluster.workload_peers).names()
