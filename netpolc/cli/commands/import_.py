"""`netpolc import`: policies to netpol source that means the same, proved."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import manifest_options, options, sources
from netpolc.cli.output import Style
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc import deploy/policies.yaml    to standard output
  netpolc import deploy/ -o policies     a file a namespace, a netpolc.toml
  netpolc import database.yaml -n shop   of policies that name no namespace
  netpolc import cluster:prod            of those that a cluster has
  kubectl get netpol,deploy,ns -A -o yaml | netpolc import - -o policies"""


def command(
    manifests: Annotated[
        list[str],
        typer.Argument(
            metavar="MANIFEST...",
            callback=options.given,
            autocompletion=manifest_options.complete_input,
            help="Files of YAML or JSON, folders of them, `cluster:CONTEXT`, or `-` for standard input. "
            "Workloads and namespaces among them help to find good names.",
            show_default=False,
        ),
    ],
    output: sources.Output = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    values: manifest_options.Values = None,
    sets: manifest_options.Sets = None,
    kube_version: manifest_options.KubeVersion = None,
    *,
    keep_names: Annotated[bool, typer.Option("--keep-names", help="Keep names, labels and annotations.")] = False,
    force: sources.Force = False,
    error_format: options.ErrorForm = options.DiagnosticsForm.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Turn NetworkPolicies into netpol source.

    What is written is compiled and compared with the policies, over every pod that could exist: it allows exactly what
    they do. After an error in any manifest, nothing is written.
    """
    from netpolc.cli.runs.import_ import run

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    charts = manifest_options.charts(namespace, values, sets, kube_version)
    session = open_session(style, exclude, charts, with_project=False)
    return run(session, manifests, output=output, namespace=namespace, keep_names=keep_names, force=force)
