"""`netpolc diff`: the connections that a change opens and closes."""

from __future__ import annotations

import os
import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netpolc.cli import options
from netpolc.cli.exits import MisuseError
from netpolc.cli.output import DOCUMENTS, Style, in_color, report, say
from netpolc.cli.progress import working
from netpolc.cli.results import STDOUT, write_result
from netpolc.cli.session import open_session
from netpolc.diagnostics.model import Diagnostic, collect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cli.runs.diff import Comparing, Side
    from netpolc.project.revisions import Asked
    from netpolc.queries.review import Review
    from netpolc.report.changes import Naming

    Sought = Asked | str | None

EXAMPLES = """\b
Examples:
  netpolc diff --against main                  what the working tree changes
  netpolc diff --against origin/main... --format md -o comment.md
                                               for the pull request of a branch
  netpolc diff git:v1.2 git:v1.3               between two releases
  netpolc diff manifests/ policies/            what moving to netpol changes
  netpolc diff old/ new/ --workloads deploy/   in terms of real workloads
  netpolc diff --against main --fail-on widened"""


class Form(str, Enum):
    """A form of the changes."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"


class Failing(str, Enum):
    """What ends a run with 1."""

    WIDENED = "widened"
    NARROWED = "narrowed"
    ANY = "any"


SIDE = "A file, a folder, `git:REV`, `git:REV:PATH`, or `-`."


def command(
    old: Annotated[
        str | None, typer.Argument(metavar="[OLD]", help=SIDE, callback=options.given, show_default=False)
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="[NEW]", help="The same.", callback=options.given, show_default=False)
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="REV",
            help="Compare the working tree, or a path in it, with a revision; `REV...` is where it branched off.",
            callback=options.given,
        ),
    ] = None,
    workloads: Annotated[
        list[str] | None,
        typer.Option(
            "--workloads",
            metavar="MANIFESTS",
            help="Speak of the workloads in these manifests, which both sides have.",
            callback=options.given,
        ),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the result.")] = Form.TEXT,
    fail_on: Annotated[
        Failing | None, typer.Option("--fail-on", help="End with 1 if there are such changes.", show_default=False)
    ] = None,
    output: options.ResultPath = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    *,
    no_hypothetical: options.NoHypothetical = False,
    error_format: options.ErrorForm = options.Form.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Print the connections that a change opens and closes, and the lines that do it.

    Either side may be netpol, YAML manifests, or both. What means the same is no change, however it is written.
    """
    from netpolc.cli.runs.diff import Comparing  # noqa: PLC0415 -- `--help` compares nothing
    from netpolc.queries.review import review  # noqa: PLC0415
    from netpolc.report.changes import Naming  # noqa: PLC0415

    sought = _sought(old, new, against)
    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    session = open_session(style)
    comparing = Comparing(session, env, namespace)
    with working("reading", style):
        before, after = _sides(comparing, sought, workloads or ())
    with working("comparing", style):
        found = review(before.cluster, after.cluster, hypothetical=not no_hypothetical)
    comparing.said += _incomplete(found)
    report(collect(comparing.said), style)
    _say_what_is_left_out(found, style)
    colored = form is Form.TEXT and in_color(color.value, sys.stdout) and output in (None, STDOUT)
    write_result(_written(found, form, Naming(before.name_of, after.name_of), colored=colored), output, session)
    return int(_fails(found, fail_on))


def _sought(old: str | None, new: str | None, against: str | None) -> tuple[Sought, Sought]:
    """What either side is."""
    from netpolc.project.revisions import SCHEME, parse  # noqa: PLC0415 -- as above

    if against is None:
        if old is None or new is None:
            raise MisuseError("two sides are needed, or `--against REV`", "NEW" if old else "OLD")
        if old == new == STDOUT:
            raise MisuseError("only one side can be standard input", "NEW")
        return parse(old) or old, parse(new) or new
    if new is not None:
        raise MisuseError("it compares one path at most", "--against")
    if old == STDOUT or (old is not None and parse(old) is not None):
        raise MisuseError("it compares a path of the working tree", "--against")
    revision = against.removeprefix(SCHEME)
    whole = parse(SCHEME + revision)
    if whole is not None and whole.path is not None:
        raise MisuseError(f"it takes a revision alone; name `{whole.path}` as the path to compare", "--against")
    if old is None:
        return whole, None
    beside = Path(os.path.relpath(old)).as_posix()
    return parse(f"{SCHEME}{revision}:./{beside}"), old


def _sides(comparing: Comparing, sought: tuple[Sought, Sought], workloads: Sequence[str]) -> tuple[Side, Side]:
    before, after = comparing.sides(sought, comparing.workloads(workloads))
    if before.empty and after.empty:
        raise MisuseError("neither side has a netpol file or a manifest", "NEW")
    for side, name in ((before, "old"), (after, "new")):
        if side.empty:
            _remark(f"the {name} side has no policies: everything is allowed there", comparing.session.style)
    return before, after


def _say_what_is_left_out(found: Review, style: Style) -> None:
    for names, side in ((found.removed, "old"), (found.added, "new")):
        if names:
            from netpolc.report.changes import few  # noqa: PLC0415 -- as above

            _remark(f"only the {side} side has the workloads {few(names)}: they are not compared", style)


def _remark(text: str, style: Style) -> None:
    """Tell people, and not programs that read a document there."""
    if style.form not in DOCUMENTS:
        say(text, style)


def _written(found: Review, form: Form, naming: Naming, *, colored: bool) -> Iterator[str]:
    from netpolc.diagnostics import paint  # noqa: PLC0415 -- as above
    from netpolc.report.changes import as_json, as_text  # noqa: PLC0415
    from netpolc.report.comment import as_markdown  # noqa: PLC0415

    match form:
        case Form.TEXT:
            return as_text(found, naming, paint.in_color if colored else paint.in_black)
        case Form.JSON:
            return as_json(found, naming)
        case Form.MARKDOWN:
            return as_markdown(found, naming)


def _fails(found: Review, fail_on: Failing | None) -> bool:
    match fail_on:
        case None:
            return False
        case Failing.WIDENED:
            return found.widened > 0
        case Failing.NARROWED:
            return found.narrowed > 0
        case Failing.ANY:
            return bool(found.findings)


def _incomplete(found: Review) -> Iterator[Diagnostic]:
    if not found.complete:
        yield Diagnostic(
            code="NP625",
            severity="warning",
            message="the change is told of the pods that policies name, and not of every pod that could exist",
            help="to have all of it, compare parts of it, or select pods by fewer labels",
        )
