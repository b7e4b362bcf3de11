"""`netpolc diff`: the connections that a change opens and closes."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from netpolc.cli import manifest_options, options, relation_options
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc diff                                 what is not committed yet
  netpolc diff --against main                  what the working tree changes
  netpolc diff --against origin/main... --format md -o comment.md
                                               for a branch's pull request
  netpolc diff git:v1.2 git:v1.3               between two releases
  netpolc diff manifests/ policies/            what moving to netpol changes
  netpolc diff old/ new/ --workloads deploy/   in terms of real workloads
  netpolc diff cluster:prod policies/          what a build changes there
  netpolc diff --against main --format mermaid what it opens, as a picture
  netpolc diff --against main --fail-on widened
  netpolc diff --against main --flows hubble.json --fail-on used"""


class Failing(str, Enum):
    """The changes that end a run with 1."""

    WIDENED = "widened"
    NARROWED = "narrowed"
    ANY = "any"
    USED = "used"


class DiffForm(str, Enum):
    """A form of a change; the latter ones are pictures."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"
    SVG = "svg"
    HTML = "html"
    DOT = "dot"
    MERMAID = "mermaid"
    D2 = "d2"


SIDE = "A file, a folder, `git:REV`, `git:REV:PATH`, `cluster:CONTEXT`, or `-`."


def command(
    old: Annotated[
        str | None,
        typer.Argument(
            metavar="[OLD]",
            help=SIDE,
            callback=options.given,
            show_default=False,
            autocompletion=relation_options.complete_side,
        ),
    ] = None,
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="[NEW]",
            help="The same.",
            callback=options.given,
            show_default=False,
            autocompletion=relation_options.complete_side,
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="REV",
            help="Compare the working tree, or a path in it, with a revision; `REV...` is where it branched off.",
            callback=options.given,
            autocompletion=relation_options.complete_revision,
        ),
    ] = None,
    workloads: Annotated[
        list[str] | None,
        typer.Option(
            "--workloads",
            metavar="MANIFESTS",
            help="Speak of the workloads in these manifests, which both sides have.",
            callback=options.given,
            autocompletion=manifest_options.complete_input,
        ),
    ] = None,
    flows: Annotated[
        list[str] | None,
        typer.Option(
            "--flows",
            metavar="FLOWS",
            help="Say what of the change was used, by these records of flows; may be given more than once.",
            callback=options.given,
        ),
    ] = None,
    flows_format: manifest_options.FlowsFormatOption = None,
    form: Annotated[
        DiffForm | None,
        typer.Option("--format", help="The form of the result.  [default: text]", show_default=False),
    ] = None,
    fail_on: Annotated[
        Failing | None, typer.Option("--fail-on", help="End with 1 if there are such changes.", show_default=False)
    ] = None,
    output: options.ResultPath = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    values: manifest_options.Values = None,
    sets: manifest_options.Sets = None,
    kube_version: manifest_options.KubeVersion = None,
    platform: options.PlatformOption = None,
    *,
    pairs: relation_options.Pairs = False,
    no_hypothetical: relation_options.NoHypothetical = False,
    keep_going: manifest_options.KeepGoing = False,
    error_format: options.ErrorFormOfAnswer = None,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Print the connections that a change opens and closes, and the lines that do it.

    Either side may be netpol, YAML manifests, or both. What means the same is no change, however it is written. Without
    sides, in a git repository, it compares the working tree with the last commit.
    """
    from netpolc.cli.output import say
    from netpolc.cli.pictures import form_of
    from netpolc.cli.runs.diff import run
    from netpolc.cli.runs.sought import LAST_COMMIT, is_committed, sought_by
    from netpolc.diagnostics.usage import UsageError

    if keep_going and fail_on is not None:
        raise UsageError("a gate judges everything, so it does not go with `--keep-going`", "--fail-on")
    if fail_on is Failing.USED and not flows:
        raise UsageError("only records of flows tell what was used", "--fail-on", advice="add `--flows FILE`")
    form = DiffForm(form_of(None if form is None else form.value, output, "text"))
    style = options.style_of_answer(error_format, form, color, quiet=quiet, verbose=verbose)
    is_uncommitted = old is new is against is None
    if is_uncommitted:
        # A gate names what it judges: in CI everything is committed, so nothing would ever change.
        if fail_on is not None:
            raise UsageError("two sides are needed", "--fail-on", advice="name a revision, as in `--against main`")
        against = LAST_COMMIT if is_committed() else None
    sought = sought_by(old, new, against)
    charts = manifest_options.charts(namespace, values, sets, kube_version, demanded=False)
    code = run(
        open_session(style, exclude, charts, platform=options.platform(platform)),
        sought,
        workloads=workloads or (),
        flows=flows or (),
        flows_format=flows_format,
        hypothetical=not no_hypothetical,
        form=form.value,
        pairs=pairs,
        fail_on=None if fail_on is None else fail_on.value,
        output=output,
        env=env,
        namespace=namespace,
        keep_going=keep_going,
    )
    if is_uncommitted:
        say(f"compared with {LAST_COMMIT}: what is not committed yet", style)
    return code
