"""`netpolc can`: whether one may reach another, and why."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.cli.endings import MisuseError
from netpolc.cli.known import cluster_of_inputs
from netpolc.cli.progress import working
from netpolc.cli.report import Style
from netpolc.cli.results import write_result
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc can webapp database:5432                   in the project
  netpolc can shop/web data/pg:5432 app.netpol k8s/  by source and manifests
  netpolc can 203.0.113.7 shop/web:443 k8s/          from outside
  netpolc can shop/web 'data/pg:"postgres"' k8s/     on a port by its name"""


class Form(str, Enum):
    """A form of the answer."""

    TEXT = "text"
    JSON = "json"


def command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SRC",
            help="An endpoint, as netpol writes it, or an address.",
            callback=options.given,
            autocompletion=options.complete_endpoint,
        ),
    ],
    destination: Annotated[
        str,
        typer.Argument(
            metavar="DST:PORT",
            help="Another, and its ports.",
            callback=options.given,
            autocompletion=options.complete_endpoint,
        ),
    ],
    inputs: options.Inputs = None,
    form: Annotated[Form, typer.Option("--format", help="The form of the result.")] = Form.TEXT,
    output: options.ResultPath = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    *,
    error_format: options.ErrorForm = options.Form.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Say whether SRC may reach DST on PORT, with the rules that decide it.

    The run ends with 0 for yes and with 1 for no. Of several sources, destinations or ports, all have to be allowed.
    """
    from netpolc.queries.answers import answer  # noqa: PLC0415 -- `--help` asks nothing
    from netpolc.queries.ends import Ends  # noqa: PLC0415
    from netpolc.queries.reading import QueryError  # noqa: PLC0415
    from netpolc.report.answer import FORMS  # noqa: PLC0415

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    session = open_session(style)
    with working("reading", style):
        cluster = cluster_of_inputs(session, inputs or (), environment=env, namespace=namespace)
        try:
            found = answer(cluster, Ends(cluster), source, destination)
        except QueryError as error:
            raise MisuseError(error.message, error.about) from error
    write_result([FORMS[form.value](found)], output, session)
    return int(not found.allowed)
