"""The work of `netpolc reach`."""

from __future__ import annotations

import os
import re
import sys
from functools import partial
from typing import TYPE_CHECKING

from netpolc import api
from netpolc.cli.environments import in_each, report_all
from netpolc.cli.output import paint_for, say
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.diagnostics.usage import UsageError
from netpolc.report import relation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from netpolc.cli.session import Session

_PEER = re.compile(r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*)?")

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
    explain: bool = False,
    denied: bool = False,
    output: str | None = None,
    cluster: str | None = None,
    hypothetical: bool = True,
    env: str | None = None,
    namespace: str | None = None,
    keep_going: bool = False,
) -> int:
    """Print who reaches whom, or who may not reach whom, and return how the run is to end."""
    _hold_to_paths(inputs)
    environments = session.workspace.environments(env)
    options = {"--by": by == "namespace", "--denied": denied, "--pairs": pairs}
    table = None
    if form not in relation.FORMS or cluster is not None:
        from netpolc.cli.runs.table import table_for  # few relations are for SQL

        table = table_for(form, inputs, environments, options, cluster, output)
    written = _written(by=by, explain=explain, denied=denied)
    hypothetical = hypothetical and not denied
    with working("relating", session.style), session.asked():
        answers = in_each(
            session,
            environments,
            inputs,
            lambda here, name: api.reach(
                here,
                inputs,
                source=source,
                destination=destination,
                ports=ports,
                hypothetical=hypothetical,
                env=name,
                namespace=namespace,
                keep_going=keep_going,
            ),
        )
        found = [*answers.found.values()]
        text = None
        if table is not None:
            write_result(table.written(answers.found), output, session)
        else:
            write = written.FORMS[form]
            if form == "text":
                write = partial(write, paint=paint_for(session.style, output))
            texts = {name: write(each, pairs=pairs) for name, each in answers.found.items()}
            parts = answers.written(texts, form)
            text = "".join(parts) if form == "text" else None
            write_result(parts if text is None else [text], output, session)
    report_all(answers, session, lambda each: each.diagnostics)
    answers.remark(form, session)
    for note in dict.fromkeys(note for each in found if each.basis is not None for note in each.basis.selection.notes):
        say(note, session.style)
    if not hypothetical:
        if denied and not any(peer.workload for each in found for peer in each.peers):
            say("no manifest shows a workload, and of other pods nothing is said", session.style)
        say("left out: pods that no manifest shows", session.style)
    if text is not None and sys.stderr.isatty():
        if by == "namespace":
            say("ports are those of any of their pods; `--from` and `--to` tell of which", session.style)
        elif (lines := text.count("\n")) > LONG:
            folds = "" if explain or denied else "`--by namespace` folds them, and "
            say(f"{lines:,} lines: {folds}`--from` and `--to` ask for a part", session.style)
    return answers.code(0)


def _hold_to_paths(inputs: Sequence[str]) -> None:
    """Refuse a word that is no path, where only peers would be called so.

    Raises:
        UsageError: such a word among the inputs.
    """
    word = next((each for each in inputs if _PEER.fullmatch(each) and not os.path.lexists(each)), None)
    if word is not None:
        advice = f"for the connections of `{word}`, write `--from {word}` or `--to {word}`"
        raise UsageError(f"`{word}` is no file or folder", "INPUT", advice=advice)


def _written(*, by: str, explain: bool, denied: bool) -> ModuleType:
    """Return the module that writes what is asked for in each form.

    Raises:
        UsageError: options that ask for different things.
    """
    if explain and denied:
        raise UsageError("`--denied` says who closes them without it", "--explain")
    if by == "namespace":
        if explain or denied:
            raise UsageError("reasons are those of workloads", "--by", advice="leave it out")
        from netpolc.report import places  # as below

        return places
    if not (explain or denied):
        return relation
    from netpolc.report import denied as denying  # few ask why
    from netpolc.report import explained

    return denying if denied else explained
