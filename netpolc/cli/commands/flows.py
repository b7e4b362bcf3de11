"""`netpolc flows`: what was seen against what is allowed."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from netpolc.cli import manifest_options, options
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc flows hubble.json                        against the project
  netpolc flows hubble.json shop.netpol deploy/    against these
  netpolc flows flows/ dump.yaml --format json     as a document
  netpolc flows hubble.json --format md -o seen.md"""


class TrafficForm(str, Enum):
    """A form of the result."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "md"


def command(
    flows: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FLOWS... [INPUT]...",
            help="Records of flows, told by their shape, and INPUTs that they are held against: netpol files, "
            "manifests, folders of them. Without any of these, what netpolc.toml names.",
            callback=options.given,
            show_default=False,
        ),
    ] = None,
    edges: Annotated[
        list[str] | None,
        typer.Option(
            "--edges",
            metavar="FILE",
            help="What an engine made of records by `netpolc flows sql`: Parquet or CSV; may be given more than once.",
            show_default=False,
            callback=options.given,
        ),
    ] = None,
    flows_format: manifest_options.FlowsFormatOption = None,
    form: Annotated[TrafficForm, typer.Option("--format", help="The form of the result.")] = TrafficForm.TEXT,
    output: options.ResultPath = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    values: manifest_options.Values = None,
    sets: manifest_options.Sets = None,
    kube_version: manifest_options.KubeVersion = None,
    platform: options.PlatformOption = None,
    *,
    keep_going: manifest_options.KeepGoing = False,
    error_format: options.ErrorFormOfAnswer = None,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Say which lines were used, which never, and what was seen that is not allowed.

    Records are joined with the workloads of the manifests. What cannot be joined is counted, with the reason.
    """
    from netpolc.cli.runs.flows import run

    style = options.style_of_answer(error_format, form, color, quiet=quiet, verbose=verbose)
    charts = manifest_options.charts(namespace, values, sets, kube_version)
    return run(
        open_session(style, exclude, charts, platform=options.platform(platform)),
        flows or (),
        edges=edges or (),
        form=form.value,
        output=output,
        env=env,
        namespace=namespace,
        keep_going=keep_going,
        flows_format=flows_format,
    )
