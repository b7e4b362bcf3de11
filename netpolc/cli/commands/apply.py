"""`netpolc apply`: bring the program into a cluster."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import cluster_options, options
from netpolc.cli.output import Style
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc apply                       show the plan, ask, and apply it
  netpolc apply --context prod --yes  in a pipeline
  netpolc apply plan.json             what was planned, and nothing else
  netpolc apply --adopt               take over what kubectl applied before
  netpolc apply --restore FILE        put back what an apply replaced"""


def command(
    paths: options.Paths = None,
    context: cluster_options.Context = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    force_conflicts: cluster_options.ForceConflicts = None,
    prune_max: cluster_options.PruneMax = 20,
    renamed_from: cluster_options.RenamedFrom = None,
    backup: Annotated[
        str | None,
        typer.Option("--backup", metavar="FILE", help="Where what is replaced is written.", callback=options.given),
    ] = None,
    restore: Annotated[
        str | None,
        typer.Option("--restore", metavar="FILE", help="Put back what an apply replaced.", callback=options.given),
    ] = None,
    *,
    adopt: cluster_options.Adopt = False,
    create_namespaces: cluster_options.CreateNamespaces = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    rbac: cluster_options.Rbac = False,
    error_format: options.ErrorForm = options.DiagnosticsForm.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Bring the program into a cluster, in an order that cuts and opens nothing in between.

    The server tries everything first; with one refusal, nothing is changed. Policies that the program has no more are
    deleted, if they are of this project alone. What is replaced is written to a file, for the way back.
    """
    from netpolc.cli.runs import rollout
    from netpolc.cli.runs.apply import ApplyRequest, run

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    session = open_session(style, exclude)
    if rbac:
        return rollout.print_roles(session, "apply", env)
    named = tuple(paths or ())
    saved = named[0] if len(named) == 1 and named[0].endswith(".json") else None
    request = rollout.asked(
        () if saved else named,
        context,
        env,
        namespace,
        force_conflicts=force_conflicts,
        adopt=adopt,
        prune_max=prune_max,
        create_namespaces=create_namespaces,
        renamed_from=renamed_from,
    )
    return run(session, ApplyRequest(rollout=request, yes=yes, saved=saved, backup=backup, restore=restore))
