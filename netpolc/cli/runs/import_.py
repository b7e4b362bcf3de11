"""The work of `netpolc import`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli import sources
from netpolc.cli.output import say
from netpolc.cli.progress import working

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session


def run(
    session: Session,
    manifests: Sequence[str],
    *,
    output: str | None,
    namespace: str | None,
    keep_names: bool,
    force: bool,
) -> int:
    """Write source that means what policies do, and return how the run is to end."""
    apart = sources.is_folder(output)
    with working("importing", session.style), session.answering():
        found = api.import_policies(
            session.workspace, manifests, namespace=namespace, apart=apart, keep_names=keep_names
        )
    for line in found.offers:
        say(line, session.style)
    return sources.write_found(session, found, output, force=force, labels=found.labels)
