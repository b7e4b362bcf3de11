"""The work of `netpolc report`."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.environments import in_each, report_all
from netpolc.cli.output import say
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.report.page.html import page
from netpolc.report.page.model import Reported
from netpolc.source import STREAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session


def run(
    session: Session,
    inputs: Sequence[str],
    *,
    output: str,
    title: str | None,
    hypothetical: bool,
    env: str | None,
    namespace: str | None,
    keep_going: bool,
) -> int:
    """Write the report, and return how the run is to end."""
    environments = session.workspace.environments(env)
    session = session.that_asks_again(inputs)
    today = datetime.datetime.now(tz=datetime.UTC).date()
    with working("reporting", session.style), session.asked():
        answers = in_each(
            session,
            environments,
            inputs,
            lambda here, name: api.reach(
                here, inputs, hypothetical=hypothetical, env=name, namespace=namespace, keep_going=keep_going
            ),
        )
        checked = api.check(session.workspace, inputs, env=env, namespace=namespace, today=today)
        reported = Reported(
            title=title or session.cwd.name,
            relations=answers.found,
            findings=checked.diagnostics,
            unanswered=answers.unanswered,
        )
        write_result([page(reported)], output, session)
    report_all(answers, session, lambda each: each.diagnostics)
    answers.remark("html", session)
    if output != STREAM:
        say(f"wrote {output}", session.style)
    return answers.code(0)
