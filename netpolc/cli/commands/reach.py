"""`netpolc reach`: who reaches whom, on what."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.cli.clusters import cluster_of_inputs
from netpolc.cli.exits import MisuseError
from netpolc.cli.output import Style, report
from netpolc.cli.progress import working
from netpolc.cli.results import write_result
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc reach                                 of the project around you
  netpolc reach policies/*.netpol deploy/       of a program and workloads
  netpolc reach deploy/ --to shop/database      who reaches it
  netpolc reach deploy/ --port 22 --format csv  for a spreadsheet
  kubectl get deploy,netpol,ns -A -o yaml | netpolc reach -"""


class Form(str, Enum):
    """A form of the relation."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "md"


def command(
    inputs: options.Inputs = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="ENDPOINT",
            help="Only connections from there.",
            callback=options.given,
            autocompletion=options.complete_endpoint,
        ),
    ] = None,
    destination: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="ENDPOINT",
            help="Only connections to there.",
            callback=options.given,
            autocompletion=options.complete_endpoint,
        ),
    ] = None,
    port: Annotated[
        str | None,
        typer.Option(
            "--port", metavar="PORTS", help="Only these ports: `5432`, `53/udp`, `8000-8100`.", callback=options.given
        ),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the result.")] = Form.TEXT,
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
    """Print who reaches whom, and on which ports.

    The peers are the workloads of manifests, the pods that policies speak of and no manifest shows, and the blocks of
    addresses that policies tell apart.
    """
    from netpolc.engine.relation import connections  # noqa: PLC0415
    from netpolc.queries.endpoints import Ends  # noqa: PLC0415
    from netpolc.queries.partial_peers import Mixed  # noqa: PLC0415
    from netpolc.queries.plugin_differences import Watch, told  # noqa: PLC0415 -- `--help` asks nothing
    from netpolc.queries.reading import QueryError  # noqa: PLC0415
    from netpolc.queries.selection import select  # noqa: PLC0415
    from netpolc.report.relation import FORMS  # noqa: PLC0415

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    session = open_session(style)
    with working("reading", style):
        cluster = cluster_of_inputs(session, inputs or (), environment=env, namespace=namespace)
    with working("relating", style):
        peers = cluster.peers(hypothetical=not no_hypothetical)
        try:
            ends = Ends(cluster, peers)
            keep = select(ends, peers, source=source, destination=destination, ports=port)
        except QueryError as error:
            raise MisuseError(error.message, error.about) from error
        watch, mixed = Watch(cluster, peers, keep), Mixed(peers)
        found = mixed.over(watch.over(keep(connections(peers, cluster.ruleset))))
        write_result(FORMS[form.value](peers, found), output, session)
        said = (*cluster.diagnostics, *ends.diagnostics, *told(cluster, watch.found), *mixed.told())
        report(said, session.style)
    return 0
