"""The work of `netpolc graph`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.environments import in_each, report_all
from netpolc.cli.output import say
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.diagnostics.usage import UsageError
from netpolc.report.pictures.forms import FORMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    write_result(
        [_the_same({name: "".join(FORMS[form](each)) for name, each in answers.found.items()})], output, session
    )
    for note in dict.fromkeys(note for each in answers.found.values() for note in _notes(each)):
        say(note, session.style)
    return answers.code(0)


def _the_same(texts: Mapping[str | None, str]) -> str:
    """Return the picture of all environments.

    Raises:
        UsageError: pictures differ; a file holds one.
    """
    if len({*texts.values()}) > 1:
        names = ", ".join(map(str, texts))
        raise UsageError(f"the pictures of {names} differ, and one file holds one; choose an environment", "--env")
    return next(iter(texts.values()))


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
