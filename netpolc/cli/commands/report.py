"""`netpolc report`: a page that shows who reaches whom, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import manifest_options, options, relation_options
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc report                           of the project around you
  netpolc report -o shop.html deploy/      of manifests, into this file
  netpolc report --against main            with what changed since then
  netpolc report --flows hubble.json       with what records of flows saw
  netpolc report --env prod                of one environment
  netpolc report cluster:prod              of what a cluster has"""


def command(
    inputs: manifest_options.Inputs = None,
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", metavar="PATH", help="A file, or `-` for standard output.", callback=options.given
        ),
    ] = "report.html",
    title: Annotated[
        str | None,
        typer.Option(
            "--title",
            metavar="TEXT",
            help="The title of the page; the name of the working folder otherwise.",
            callback=options.given,
            show_default=False,
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="REV|PATH",
            help="Also show what changed since a revision, or against a path; `REV...` is where it branched off.",
            callback=options.given,
            show_default=False,
            autocompletion=relation_options.complete_revision,
        ),
    ] = None,
    flows: Annotated[
        list[str] | None,
        typer.Option(
            "--flows",
            metavar="FLOWS",
            help="Also show what these records of flows saw of it; may be given more than once.",
            callback=options.given,
            show_default=False,
        ),
    ] = None,
    flows_format: manifest_options.FlowsFormatOption = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    values: manifest_options.Values = None,
    sets: manifest_options.Sets = None,
    kube_version: manifest_options.KubeVersion = None,
    platform: options.PlatformOption = None,
    *,
    no_findings: Annotated[bool, typer.Option("--no-findings", help="Leave out what `check` finds.")] = False,
    no_hypothetical: relation_options.NoHypothetical = False,
    keep_going: manifest_options.KeepGoing = False,
    error_format: options.ErrorForm = options.DiagnosticsForm.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Write a page that shows who reaches whom, and why, for a browser.

    It is one file that loads nothing: an overview, a picture and a matrix of namespaces that open into workloads, the
    lines behind each connection, the findings of `check`, what a change opens and closes, and what was seen.
    """
    from netpolc.cli.output import Style
    from netpolc.cli.runs.report import run

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    charts = manifest_options.charts(namespace, values, sets, kube_version)
    return run(
        open_session(style, exclude, charts, platform=options.platform(platform)),
        inputs or (),
        output=output,
        title=title,
        against=against,
        flows=flows or (),
        flows_format=flows_format,
        findings=not no_findings,
        hypothetical=not no_hypothetical,
        env=env,
        namespace=namespace,
        keep_going=keep_going,
    )
