"""`netpolc pull`: what a cluster has, as manifests."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import cluster_options, options
from netpolc.cli.output import Style
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc pull -o cluster               files below cluster/, to be compared
  netpolc pull --context prod -n shop   one namespace, to standard output
  netpolc pull --rbac                   the ClusterRole that it takes
  netpolc check cluster:prod            without any file in between"""


def command(
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="A folder, for a file of each kind and namespace; what an earlier pull left there is replaced.",
            show_default=False,
            callback=options.given,
        ),
    ] = None,
    namespace: Annotated[
        str | None,
        typer.Option(
            "--namespace",
            "-n",
            metavar="NAME",
            help="The only namespace to ask for. Nothing is asked then that is in none.",
            show_default=False,
            callback=options.dns_name,
        ),
    ] = None,
    context: cluster_options.Context = None,
    *,
    evidence: Annotated[
        bool,
        typer.Option("--evidence", help="Ask for what shows who calls whom, too, and write down its hosts."),
    ] = False,
    rbac: Annotated[
        bool, typer.Option("--rbac", help="Print a ClusterRole that suffices, and ask no cluster.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files that somebody else wrote or edited.")] = False,
    error_format: options.ErrorForm = options.DiagnosticsForm.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Write down what a cluster has, as manifests.

    That is its policies, workloads, pods and what is around them, asked for with `kubectl get`, without what netpolc
    does not read. No Secret is asked for. What may not be listed is an error, and nothing is written then.
    """
    from netpolc.cli.runs.pull import print_role, run

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    if rbac:
        return print_role(evidence=evidence)
    session = open_session(style, with_project=False)
    return run(session, output, namespace=namespace, context=context, evidence=evidence, force=force)
