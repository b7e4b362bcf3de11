"""The work of `netpolc suggest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli import sources
from netpolc.cli.progress import working
from netpolc.diagnostics.usage import UsageError
from netpolc.source import in_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session


def run(
    session: Session,
    manifests: Sequence[str],
    *,
    flows: Sequence[str],
    flows_format: str | None,
    output: str | None,
    namespace: str | None,
    force: bool,
) -> int:
    """Write a first program for workloads, and return how the run is to end."""
    if not manifests and not flows:
        raise UsageError("name manifests or, by `--flows`, records of flows", "MANIFEST")
    apart = sources.is_folder(output)
    with working("looking for who calls whom", session.style), session.answering():
        here = session.workspace
        logs = api.seen_flows(here, flows, flows_format=flows_format) if flows else None
        found = api.suggest(here, manifests, namespace=namespace, apart=apart, logs=logs)
    named = [path for path in manifests if in_files(path)]
    return sources.write_found(session, found, output, force=force, manifests=named)
