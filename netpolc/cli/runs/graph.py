"""The work of `netpolc graph`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.environments import in_each, report_all
from netpolc.cli.output import say
from netpolc.cli.pictures import form_of, picture_file
from netpolc.cli.progress import working

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session
    from netpolc.queries.pictures.drawing import Unit


def run(
    session: Session,
    inputs: Sequence[str],
    *,
    around: str | None = None,
    hops: int = 1,
    source: str | None = None,
    destination: str | None = None,
    ports: str | None = None,
    by: Unit | None = None,
    form: str | None = None,
    output: str | None = None,
    hypothetical: bool = True,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> int:
    """Draw who reaches whom, and return how the run is to end."""
    form = form_of(form, output)
    environments = session.workspace.environments(env)
    with working("relating", session.style), session.asked():
        answers = in_each(
            session,
            environments,
            inputs,
            lambda here, name: api.graph(
                here,
                inputs,
                around=around,
                hops=hops,
                source=source,
                destination=destination,
                ports=ports,
                by=by,
                hypothetical=hypothetical,
                env=name,
                namespace=namespace,
                keep_going=keep_going,
            ),
        )
    drawn = picture_file(answers.found, form, output)
    report_all(answers, session, lambda each: each.diagnostics, drawn.said)
    answers.remark(form, session)
    code = drawn.write(session)
    for note in dict.fromkeys(note for each in answers.found.values() for note in each.notes):
        say(note, session.style)
    return answers.code(code)
