"""The work of `netpolc graph`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.environments import in_each, report_all
from netpolc.cli.output import say
from netpolc.cli.pictures import write_picture
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
    by: Unit | None = None,
    form: str = "dot",
    output: str | None = None,
    hypothetical: bool = True,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> int:
    """Draw who reaches whom, and return how the run is to end."""
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
                by=by,
                hypothetical=hypothetical,
                env=name,
                namespace=namespace,
                keep_going=keep_going,
            ),
        )
    report_all(answers, session, lambda each: each.diagnostics)
    answers.remark(form, session)
    code = write_picture(answers.found, form, output, session)
    for note in dict.fromkeys(note for each in answers.found.values() for note in _notes(each)):
        say(note, session.style)
    return answers.code(code)


def _notes(picture: api.Picture) -> tuple[str, ...]:
    """Say how a question was understood, and what is folded or left out."""
    drawing = picture.drawing
    notes = [*picture.notes]
    if drawing.instead_of is not None:
        nodes, edges = drawing.instead_of
        notes.append(
            f"folded by namespace: by workload, it would be {nodes:,} nodes and {edges:,} edges; "
            "`--around` asks for a part, and `--by workload` for all"
        )
    return tuple(notes)
