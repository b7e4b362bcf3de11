"""The work of `netpolc can`."""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.environments import in_each, report_all
from netpolc.cli.output import paint_for
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.diagnostics.usage import UsageError
from netpolc.report.answer import FORMS, as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cli.session import Session

PORTS = re.compile(r"[0-9]+(-[0-9]+)?(/(tcp|udp|sctp))?", re.IGNORECASE)


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
    environments = session.workspace.environments(env)
    with working("reading", session.style), session.asked():
        _demand_no_port(destination, inputs)
        answers = in_each(
            session,
            environments,
            inputs,
            lambda here, name: api.can(
                here, source, destination, inputs, env=name, namespace=namespace, keep_going=keep_going
            ),
        )
    report_all(answers, session, lambda each: each.diagnostics)
    answers.remark(form, session)
    write = partial(as_text, paint=paint_for(session.style, output)) if form == "text" else FORMS[form]
    texts = {name: [write(each.answer)] for name, each in answers.found.items()}
    allowed = all(each.allowed for each in answers.found.values())
    write_result(answers.written(texts, form, allowed=allowed), output, session)
    return answers.code(not allowed)


def _demand_no_port(destination: str, inputs: Sequence[str]) -> None:
    """Refuse a port that stands apart from its destination, where it would be the name of a file.

    Raises:
        UsageError: there is one.
    """
    if inputs and PORTS.fullmatch(inputs[0]) and not os.path.lexists(inputs[0]):
        advice = _with_port(destination, inputs[0])
        raise UsageError(f"`{inputs[0]}` is no file, and looks like a port", "INPUT", advice=advice)


def _with_port(destination: str, port: str) -> str:
    """Say how a port is written behind a destination, which may have one, or be an address of IPv6."""
    name, sign, _ = destination.rpartition(":")
    if not sign:
        return f"write `{destination}:{port}`"
    if ":" in name and not name.endswith("]"):
        return f"write `[{destination}]:{port}`"
    return f"leave it out, or write it instead of the other: `{name}:{port}`"
