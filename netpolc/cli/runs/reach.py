"""The work of `netpolc reach`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.output import DOCUMENTS, report, say
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.report import places
from netpolc.report.relation import FORMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session

LONG = 60
"""The lines that nobody reads, as a rule: a screen or two."""


def run(
    session: Session,
    inputs: Sequence[str],
    *,
    source: str | None = None,
    destination: str | None = None,
    ports: str | None = None,
    form: str = "text",
    pairs: bool = False,
    by: str = "workload",
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
        forms = places.FORMS if by == "namespace" else FORMS
        text = list(forms[form](found, pairs=pairs))
        write_result(text, output, session)
    report(found.diagnostics, session.style)
    if not hypothetical and session.style.form not in DOCUMENTS:
        say("left out: pods that no manifest shows", session.style)
    if by != "namespace" and form == "text" and len(text) > LONG and sys.stderr.isatty():
        say(f"{len(text):,} lines: `--by namespace` folds them, and `--from` and `--to` ask for a part", session.style)
    return 0
