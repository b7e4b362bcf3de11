"""The work of `netpolc report`."""

from __future__ import annotations

import datetime
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from netpolc import api
from netpolc.cli.environments import in_each
from netpolc.cli.output import report, say
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.diagnostics.model import collect
from netpolc.report.page.html import page
from netpolc.report.page.model import Reported
from netpolc.source import STREAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.runs.sought import Sought
    from netpolc.cli.session import Session
    from netpolc.compiler.workspace import Workspace
    from netpolc.diagnostics.model import Diagnostic

NAME = "report.html"
"""What a report is written to, unless somebody says otherwise."""


def run(
    session: Session,
    inputs: Sequence[str],
    *,
    output: str = NAME,
    title: str | None = None,
    against: str | None = None,
    flows: Sequence[str] = (),
    flows_format: str | None = None,
    findings: bool = True,
    hypothetical: bool = True,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> int:
    """Write the report, and return how the run is to end."""
    sought = None if against is None else _sought(against, inputs)
    environments = session.workspace.environments(env)
    session = session.that_asks_again(inputs)
    said: list[Diagnostic] = []
    with working("reporting", session.style), session.asked():
        # What was checked when it was read is not read again for the relation, but the other way round it would be.
        found = _findings(session, inputs, env, namespace) if findings else None
        logs = api.seen_flows(session.workspace, flows, flows_format=flows_format) if flows else None

        def answer(here: Workspace, name: str | None) -> _Answer:
            relation = api.reach(
                here, inputs, hypothetical=hypothetical, env=name, namespace=namespace, keep_going=keep_going
            )
            if logs is None:
                return _Answer(relation)
            return _Answer(
                relation, api.flows(here, logs, inputs, env=name, namespace=namespace, keep_going=keep_going)
            )

        answers = in_each(session, environments, inputs, answer)
        reported = Reported(
            title=title or session.cwd.name,
            relations={name: each.relation for name, each in answers.found.items()},
            traffic={name: each.seen.traffic for name, each in answers.found.items() if each.seen is not None},
            findings=found,
            unanswered=answers.unanswered,
        )
        if sought is not None:
            from netpolc.cli.runs.diff import Comparing  # most reports compare nothing
            from netpolc.report.changes import Naming  # as above

            comparing = Comparing(session)
            said = comparing.said
            compared = comparing.compared(
                sought, (), logs, hypothetical=hypothetical, env=env, namespace=namespace, keep_going=keep_going
            )
            reported = msgspec.structs.replace(
                reported,
                against=against,
                differences=compared.answers.found,
                naming=Naming(compared.old.name_of, compared.new.name_of),
            )
        write_result([page(reported)], output, session)
    report(
        collect((*chain.from_iterable(each.diagnostics for each in answers.found.values()), *answers.said, *said)),
        session.style,
    )
    answers.remark("html", session)
    if output != STREAM:
        say(f"wrote {output}", session.style)
    return answers.code(0)


class _Answer(msgspec.Struct, frozen=True):
    """The relation in an environment, and where there are records, what they saw of it."""

    relation: api.Relation
    seen: api.SeenTraffic | None = None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return (*self.relation.diagnostics, *(() if self.seen is None else self.seen.diagnostics))


def _sought(against: str, inputs: Sequence[str]) -> tuple[Sought, Sought]:
    from netpolc.cli.runs.sought import sought_against  # as above

    return sought_against(against, inputs)


def _findings(
    session: Session, inputs: Sequence[str], env: str | None, namespace: str | None
) -> tuple[Diagnostic, ...]:
    today = datetime.datetime.now(tz=datetime.UTC).date()
    return api.check(session.workspace, inputs, env=env, namespace=namespace, today=today).diagnostics
