"""`netpolc check`: everything that can be wrong, with no output written."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import manifest_options, options
from netpolc.cli.output import Style
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc check                     check the project around you
  netpolc check shop.netpol         check one file
  netpolc check policies.yaml       check policies that were written by hand
  netpolc check --workloads deploy  hold them against the workloads, too
  netpolc check cluster:prod        check what a cluster has
  netpolc check --flows hubble.json tell what nothing used, too
  netpolc check --fix               and fix what can be fixed safely
  netpolc check --format sarif      for code scanning
  netpolc check --strict            let warnings fail, too
  netpolc check --write-baseline    leave what there is for later"""


def command(
    paths: manifest_options.Inputs = None,
    form: Annotated[
        options.FindingsForm, typer.Option("--format", help="The form of the findings.")
    ] = options.FindingsForm.HUMAN,
    workloads: Annotated[
        list[str] | None,
        typer.Option(
            "--workloads",
            metavar="MANIFESTS",
            help="A file or folder of manifests to hold everything against, `cluster:CONTEXT`, or `-`; may be "
            "given more than once. Without INPUT, those of netpolc.toml are taken.",
            show_default=False,
            callback=options.given,
            autocompletion=manifest_options.complete_input,
        ),
    ] = None,
    flows: manifest_options.Flows = None,
    flows_format: manifest_options.FlowsFormatOption = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    values: manifest_options.Values = None,
    sets: manifest_options.Sets = None,
    kube_version: manifest_options.KubeVersion = None,
    platform: options.PlatformOption = None,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Apply fixes that keep every meaning.")] = False,
    unsafe_fixes: Annotated[
        bool, typer.Option("--unsafe-fixes", help="Apply those, too, that say what was probably meant.")
    ] = False,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="FILE",
            help="Leave out the findings that this file knows. Without it, the `baseline` of netpolc.toml is taken.",
            show_default=False,
            callback=options.given,
        ),
    ] = None,
    write_baseline: Annotated[
        bool,
        typer.Option("--write-baseline", help="Write what is found into that file, so that only new findings show."),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too.")] = False,
    error_format: Annotated[
        options.DiagnosticsForm | None, typer.Option("--error-format", help="The same as --format.", show_default=False)
    ] = None,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Report everything that is wrong or doubtful, and write nothing but fixes that are asked for.

    The findings go to standard output; the run ends with 1 where there are errors.
    """
    from netpolc.cli.runs.check import run

    chosen = form if error_format is None or form is not options.FindingsForm.HUMAN else error_format
    style = Style(form=chosen.value, color=color.value, quiet=quiet, verbose=verbose, as_result=True)
    charts = manifest_options.charts(namespace, values, sets, kube_version)
    return run(
        open_session(
            style,
            exclude,
            charts,
            heeds_baseline=baseline is None and not write_baseline,
            platform=options.platform(platform),
        ),
        tuple(paths or ()),
        workloads=workloads,
        flows=tuple(flows or ()),
        flows_format=flows_format,
        env=env,
        namespace=namespace,
        fix=fix,
        unsafe_fixes=unsafe_fixes,
        baseline=baseline,
        write_baseline=write_baseline,
        strict=strict,
    )
