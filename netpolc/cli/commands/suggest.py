"""`netpolc suggest`: a first program for the workloads of some manifests."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import manifest_options, options, sources
from netpolc.cli.output import Style
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc suggest deploy/                to standard output
  netpolc suggest deploy/ -o policies    a file a namespace, a netpolc.toml
  netpolc suggest web.yaml -n shop       of workloads that name no namespace
  netpolc suggest cluster:prod           of what runs in a cluster
  netpolc suggest --flows hubble.json    of what records show
  kubectl get deploy,sts,svc,ing,cm -A -o yaml | netpolc suggest -"""


def command(
    manifests: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MANIFEST]...",
            callback=options.given,
            autocompletion=manifest_options.complete_input,
            help="Files of YAML or JSON, folders of them, `cluster:CONTEXT`, or `-` for standard input: "
            "workloads, and what shows who calls them.",
            show_default=False,
        ),
    ] = None,
    flows: manifest_options.Flows = None,
    flows_format: manifest_options.FlowsFormatOption = None,
    output: sources.Output = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    values: manifest_options.Values = None,
    sets: manifest_options.Sets = None,
    kube_version: manifest_options.KubeVersion = None,
    *,
    force: sources.Force = False,
    error_format: options.ErrorForm = options.DiagnosticsForm.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Propose a first program for workloads.

    Services, variables, arguments, ConfigMaps, Ingresses, routes, monitors and webhooks show who calls whom, and so do
    records of flows. Each line names what shows it, for people to judge. No Secret is read, and no value of a variable
    is shown but hosts.
    """
    from netpolc.cli.runs.suggest import run

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    charts = manifest_options.charts(namespace, values, sets, kube_version)
    session = open_session(style, exclude, charts, with_project=False)
    return run(
        session,
        tuple(manifests or ()),
        flows=tuple(flows or ()),
        flows_format=flows_format,
        output=output,
        namespace=namespace,
        force=force,
    )
