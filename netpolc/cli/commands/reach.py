"""`netpolc reach`: who reaches whom, on what."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from netpolc.cli import manifest_options, options, relation_options
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc reach                                 of the project around you
  netpolc reach policies/*.netpol deploy/       of a program and workloads
  netpolc reach deploy/ --to shop/database      who reaches it
  netpolc reach dump.yaml --to svc/cart:80      through a Service
  netpolc reach deploy/ --to shop/db --explain  and by which rules
  netpolc reach cluster:prod                    of what a cluster has
  netpolc reach deploy/ --denied --port 5432    who may not, and who closes it
  netpolc reach deploy/ --by namespace          which namespaces talk
  netpolc reach deploy/ --port 22 --format csv  for a spreadsheet
  netpolc reach cluster:eu --format ndjson      for SQL, with other clusters
  kubectl get deploy,netpol,ns -A -o yaml | netpolc reach -"""


class RelationForm(str, Enum):
    """A form of the relation."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "md"
    NDJSON = "ndjson"
    PARQUET = "parquet"


def command(
    inputs: manifest_options.Inputs = None,
    source: relation_options.Source = None,
    destination: relation_options.Destination = None,
    port: relation_options.OnlyPorts = None,
    form: Annotated[RelationForm, typer.Option("--format", help="The form of the result.")] = RelationForm.TEXT,
    output: options.ResultPath = None,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="NAME",
            help="The name of the cluster, in ndjson and parquet.",
            show_default=False,
            callback=options.given,
        ),
    ] = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    values: manifest_options.Values = None,
    sets: manifest_options.Sets = None,
    kube_version: manifest_options.KubeVersion = None,
    platform: options.PlatformOption = None,
    *,
    by: Annotated[
        relation_options.Unit, typer.Option("--by", help="Fold what is shown by namespace.")
    ] = relation_options.Unit.WORKLOAD,
    pairs: relation_options.Pairs = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also print the rules and lines that let each group through.")
    ] = False,
    denied: Annotated[
        bool, typer.Option("--denied", help="Print which workloads may not reach which, and who closes them.")
    ] = False,
    no_hypothetical: relation_options.NoHypothetical = False,
    keep_going: manifest_options.KeepGoing = False,
    error_format: options.ErrorFormOfAnswer = None,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Print who reaches whom, and on which ports.

    The peers are the workloads of manifests, the pods that policies speak of and no manifest shows, and the blocks of
    addresses that policies tell apart.
    """
    from netpolc.cli.runs.reach import run

    style = options.style_of_answer(error_format, form, color, quiet=quiet, verbose=verbose)
    charts = manifest_options.charts(namespace, values, sets, kube_version)
    return run(
        open_session(style, exclude, charts, platform=options.platform(platform)),
        inputs or (),
        source=source,
        destination=destination,
        ports=port,
        form=form.value,
        pairs=pairs,
        by=by.value,
        explain=explain,
        denied=denied,
        output=output,
        cluster=cluster,
        hypothetical=not no_hypothetical,
        env=env,
        namespace=namespace,
        keep_going=keep_going,
    )
