"""`netpolc can`: whether one may reach another, and why."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from netpolc.cli import manifest_options, options, relation_options
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc can webapp database:5432                   in the project
  netpolc can deploy/web svc/cart:80 dump.yaml       by kind and Service
  netpolc can shop/web data/pg:5432 app.netpol k8s/  by source and manifests
  netpolc can 203.0.113.7 shop/web:443 k8s/          from outside
  netpolc can web database:5432 cluster:prod         in a cluster
  netpolc can shop/web 'data/pg:"postgres"' k8s/     on a port by its name"""


class AnswerForm(str, Enum):
    """A form of the answer."""

    TEXT = "text"
    JSON = "json"


def command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SRC",
            help="Pods, a Service, a workload or an address.",
            callback=options.given,
            autocompletion=relation_options.complete_endpoint,
        ),
    ],
    destination: Annotated[
        str,
        typer.Argument(
            metavar="DST:PORT",
            help="The same, and its ports.",
            callback=options.given,
            autocompletion=relation_options.complete_destination,
        ),
    ],
    inputs: manifest_options.Inputs = None,
    form: Annotated[AnswerForm, typer.Option("--format", help="The form of the result.")] = AnswerForm.TEXT,
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
    """Say whether SRC may reach DST on PORT, with the rules that decide it.

    Both are written as in netpol or as for kubectl. The run ends with 0 for yes, with 1 for no, and with 2 where there
    is no answer. Of several sources, destinations or ports, all have to be allowed.
    """
    from netpolc.cli.runs.can import run

    style = options.style_of_answer(error_format, form, color, quiet=quiet, verbose=verbose)
    charts = manifest_options.charts(namespace, values, sets, kube_version)
    return run(
        open_session(style, exclude, charts, platform=options.platform(platform)),
        source,
        destination,
        inputs or (),
        form=form.value,
        output=output,
        env=env,
        namespace=namespace,
        keep_going=keep_going,
    )
