"""The work of `netpolc flows`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.environments import in_each, report_all
from netpolc.cli.output import paint_for
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.diagnostics.usage import InputError, UsageError
from netpolc.flows.reading.files import told_apart
from netpolc.project.reading import unreadable
from netpolc.report.traffic import FORMS, as_text
from netpolc.source import in_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session
    from netpolc.compiler.workspace import Workspace


def run(
    session: Session,
    paths: Sequence[str],
    *,
    form: str = "text",
    output: str | None = None,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
    flows_format: str | None = None,
    edges: Sequence[str] = (),
) -> int:
    """Print what was seen against what is allowed, and return how the run is to end."""
    environments = session.workspace.environments(env)
    with working("reading", session.style), session.asked():
        here = session.workspace
        told = told_apart(paths, here.cwd, here.files, here.stdin, format_name=flows_format)
        logs = (*told.logs, *edges)
        if not logs:
            _demand_files(here, paths)
            message = "none of these is a file of recorded flows" if paths else "no records of flows are given"
            raise UsageError(message, "FLOWS", advice="name files of them, or folders, before or behind the inputs")
        seen = api.seen_flows(here, logs, flows_format=flows_format)
        answers = in_each(
            session,
            environments,
            told.others,
            lambda here, name: api.flows(here, seen, told.others, env=name, namespace=namespace, keep_going=keep_going),
        )
    report_all(answers, session, lambda each: each.diagnostics)
    answers.remark(form, session)
    write = partial(as_text, paint=paint_for(session.style, output)) if form == "text" else FORMS[form]
    texts = {name: write(each.traffic) for name, each in answers.found.items()}
    write_result(answers.written(texts, form), output, session)
    return answers.code(0)


def _demand_files(here: Workspace, paths: Sequence[str]) -> None:
    """Raise InputError with NP805 for paths that are not there, which may be those of the logs."""
    missing = [path for path in paths if in_files(path) and not here.files.exists(here.cwd / path)]
    if missing:
        raise InputError([unreadable(path, "no such file or directory") for path in missing])
