"""The work of `netpolc reach`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.output import report, say
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.report.relation import FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session


def run(
    session: Session,
    inputs: Sequence[str],
    *,
    source: str | None = None,
    destination: str | None = None,
    ports: str | None = None,
    form: str = "text",
    pairs: bool = False,
    output: str | None = None,
    hypothetical: bool = True,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> int:
    """Print who reaches whom, and return how the run is to end."""
    with working("relating", session.style), session.answering():
        found = api.reach(
            session.workspace,
            inputs,
            source=source,
            destination=destination,
            ports=ports,
            hypothetical=hypothetical,
            env=env,
            namespace=namespace,
            keep_going=keep_going,
        )
        write_result(FORMS[form](found, pairs=pairs), output, session)
    report(found.diagnostics, session.style)
    if not hypothetical:
        say("left out: pods that no manifest shows", session.style)
    return 0
