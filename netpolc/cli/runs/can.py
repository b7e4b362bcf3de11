"""The work of `netpolc can`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.output import report
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.report.answer import FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session


def run(
    session: Session,
    source: str,
    destination: str,
    inputs: Sequence[str] = (),
    *,
    form: str = "text",
    output: str | None = None,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> int:
    """Answer a question, and return how the run is to end: with 1 where the answer is no."""
    with working("reading", session.style), session.asked():
        found = api.can(
            session.workspace, source, destination, inputs, env=env, namespace=namespace, keep_going=keep_going
        )
    report(found.diagnostics, session.style)
    write_result([FORMS[form](found.answer)], output, session)
    return int(not found.allowed)
