"""`netpolc graph`: who reaches whom, as a picture."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from netpolc.cli import manifest_options, options, relation_options
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc graph -o shop.svg                     of the project around you
  netpolc graph deploy/ | dot -Tsvg > shop.svg  by Graphviz itself
  netpolc graph deploy/ --format mermaid        for Markdown on GitHub
  netpolc graph deploy/ --around shop/database  who reaches it, and so on
  netpolc graph deploy/ --by namespace          which namespaces talk
  netpolc graph cluster:prod -o prod.html       of what a cluster has
  netpolc diff --against main --format mermaid  what a change opens, drawn"""


class PictureForm(str, Enum):
    """A form of a picture."""

    SVG = "svg"
    HTML = "html"
    DOT = "dot"
    MERMAID = "mermaid"
    D2 = "d2"


def command(
    inputs: manifest_options.Inputs = None,
    form: Annotated[
        PictureForm | None,
        typer.Option(
            "--format",
            help="The form of the result.  [default: that of the file, or dot]",
            show_default=False,
        ),
    ] = None,
    around: Annotated[
        str | None,
        typer.Option(
            "--around",
            metavar="ENDPOINT",
            help="Only connections from there or to there.",
            callback=options.given,
            autocompletion=relation_options.complete_endpoint,
        ),
    ] = None,
    hops: Annotated[
        int, typer.Option("--hops", metavar="N", min=1, help="How far around: 2 for those of its peers, too.")
    ] = 1,
    source: relation_options.Source = None,
    destination: relation_options.Destination = None,
    port: relation_options.OnlyPorts = None,
    by: Annotated[
        relation_options.Unit | None,
        typer.Option(
            "--by",
            help="Draw workloads, or namespaces with their counts.  [default: workloads, if there are not too many]",
            show_default=False,
        ),
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
    no_hypothetical: relation_options.NoHypothetical = False,
    keep_going: manifest_options.KeepGoing = False,
    error_format: options.ErrorFormOfAnswer = None,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Draw who reaches whom, with the lines that let each connection through.

    Workloads that reach the same and are reached by the same are one node, each namespace is a box, and what crosses
    namespaces or leads out of the cluster is marked.
    """
    from netpolc.cli.runs.graph import run

    style = options.style_of_answer(error_format, PictureForm.DOT, color, quiet=quiet, verbose=verbose)
    charts = manifest_options.charts(namespace, values, sets, kube_version)
    return run(
        open_session(style, exclude, charts, platform=options.platform(platform)),
        inputs or (),
        around=around,
        hops=hops,
        source=source,
        destination=destination,
        ports=port,
        by=None if by is None else by.value,
        form=None if form is None else form.value,
        output=output,
        hypothetical=not no_hypothetical,
        env=env,
        namespace=namespace,
        keep_going=keep_going,
    )
