"""`netpolc init`: a project that builds."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from netpolc.cli import manifest_options, options
from netpolc.cli.output import Style
from netpolc.cli.session import open_session
from netpolc.diagnostics.usage import UsageError

EXAMPLES = """\b
Examples:
  netpolc init                      in the working folder
  netpolc init services/shop        in another
  netpolc init --from k8s           with a program for what is in k8s
  netpolc init --from chart -n shop of a Helm chart, in namespace shop
  netpolc init --from cluster:prod  for what runs in a cluster
  netpolc init --from k8s --flows hubble.json
                                    and for what records show, too
  kubectl get deploy,svc,ing,netpol -A -o yaml | netpolc init --from -"""


def command(
    folder: Annotated[
        str, typer.Argument(metavar="[DIR]", help="Where to begin.", show_default=False, callback=options.given)
    ] = ".",
    *,
    manifests: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="MANIFESTS",
            help="Manifests to write the first program for: a file, a folder, a chart, a kustomization, "
            "`cluster:CONTEXT`, or `-`; may be given more than once.",
            callback=options.given,
            autocompletion=manifest_options.complete_input,
            show_default=False,
        ),
    ] = None,
    flows: manifest_options.Flows = None,
    flows_format: manifest_options.FlowsFormatOption = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    values: manifest_options.Values = None,
    sets: manifest_options.Sets = None,
    kube_version: manifest_options.KubeVersion = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be written.")] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of netpolc.toml, and begin nothing.")
    ] = False,
    error_format: options.ErrorForm = options.DiagnosticsForm.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Begin a project: a project file, a first program, and a Makefile fragment.

    With `--from`, the program is for what manifests hold: NetworkPolicies are imported, and what workloads show is
    suggested beside them, and so is what records of flows show. Nothing that is there already is changed, but for a
    line that includes the fragment and two in .gitignore.
    """
    if schema:
        from netpolc.project.schema import schema_text  # few ask for it

        sys.stdout.write(schema_text())
        return 0
    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    charts = manifest_options.charts(namespace, values, sets, kube_version)
    session = open_session(style, exclude, charts, with_project=False)
    if manifests:
        from netpolc.cli.runs.init_from import run as run_from  # the compiler, which others are spared

        return run_from(
            session,
            folder,
            manifests,
            flows=tuple(flows or ()),
            flows_format=flows_format,
            namespace=namespace,
            dry_run=dry_run,
        )
    if flows:
        raise UsageError("records are joined with the workloads of manifests; name these with `--from`", "--flows")
    if namespace or values or sets or kube_version:
        given = "--namespace" if namespace else "--values" if values else "--set" if sets else "--kube-version"
        raise UsageError("it is about manifests", given, advice="name these with `--from`")
    from netpolc.cli.runs.init import run  # as above

    return run(session, folder, dry_run=dry_run)
