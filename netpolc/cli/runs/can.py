"""The work of `netpolc can`, which knows nothing of the command line's options but their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.cli.clusters import cluster_of_inputs
from netpolc.cli.exits import MisuseError
from netpolc.cli.output import report
from netpolc.cli.progress import working
from netpolc.cli.results import write_result

if TYPE_CHECKING:
    from netpolc.cli.session import Session


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one may reach another, by what inputs say."""

    source: str
    destination: str
    inputs: tuple[str, ...] = ()
    form: str = "text"
    output: str | None = None
    environment: str | None = None
    namespace: str | None = None


def ask(session: Session, question: Question) -> int:
    """Answer a question, and return how the run is to end: with 1 where the answer is no."""
    from netpolc.queries.answers import answer  # noqa: PLC0415 -- a run that is misused asks nothing
    from netpolc.queries.endpoints import Ends  # noqa: PLC0415
    from netpolc.queries.plugin_differences import told  # noqa: PLC0415
    from netpolc.queries.reading import QueryError  # noqa: PLC0415
    from netpolc.report.answer import FORMS  # noqa: PLC0415

    with working("reading", session.style):
        cluster = cluster_of_inputs(
            session, question.inputs, environment=question.environment, namespace=question.namespace
        )
        try:
            ends = Ends(cluster)
            found = answer(cluster, ends, question.source, question.destination)
        except QueryError as error:
            raise MisuseError(error.message, error.about) from error
    report((*cluster.diagnostics, *ends.diagnostics, *told(cluster, found.doubt)), session.style)
    write_result([FORMS[question.form](found)], question.output, session)
    return int(not found.allowed)
