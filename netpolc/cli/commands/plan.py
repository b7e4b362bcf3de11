"""`netpolc plan`: what would change in a cluster."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import cluster_options, options
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc plan                             what `apply` would do here
  netpolc plan --context prod --env prod   somewhere else
  netpolc plan --save plan.json            for `netpolc apply plan.json`
  netpolc plan --detailed-exitcode         1 if there is anything to do
  netpolc plan --format md -o comment.md   for a pull request"""


def command(
    paths: options.Paths = None,
    context: cluster_options.Context = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    form: Annotated[
        options.ResultForm, typer.Option("--format", help="The form of the result.")
    ] = options.ResultForm.TEXT,
    output: options.ResultPath = None,
    save: Annotated[
        str | None,
        typer.Option("--save", metavar="FILE", help="Write a plan that `apply` takes.", callback=options.given),
    ] = None,
    force_conflicts: cluster_options.ForceConflicts = None,
    prune_max: cluster_options.PruneMax = 20,
    renamed_from: cluster_options.RenamedFrom = None,
    *,
    adopt: cluster_options.Adopt = False,
    create_namespaces: cluster_options.CreateNamespaces = False,
    detailed: Annotated[
        bool, typer.Option("--detailed-exitcode", help="End with 1 if there is anything to do.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="List each connection and object, however many there are.")
    ] = False,
    rbac: cluster_options.Rbac = False,
    error_format: options.ErrorFormOfAnswer = None,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Print what `apply` would change in a cluster: connections first, then objects in order.

    The program is compiled and verified, and held against what kubectl's context has. Nothing is changed.
    """
    from netpolc.cli.runs import rollout
    from netpolc.cli.runs.plan import run

    style = options.style_of_answer(error_format, form, color, quiet=quiet, verbose=verbose)
    session = open_session(style, exclude)
    if rbac:
        return rollout.print_roles(session, "plan", env)
    request = rollout.asked(
        paths,
        context,
        env,
        namespace,
        force_conflicts=force_conflicts,
        adopt=adopt,
        prune_max=prune_max,
        create_namespaces=create_namespaces,
        renamed_from=renamed_from,
    )
    return run(session, request, form=form.value, output=output, save=save, detailed=detailed, full=full)
