"""`netpolc drift`: what a cluster has that the program does not say."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import cluster_options, options
from netpolc.cli.session import open_session
from netpolc.diagnostics.usage import UsageError

EXAMPLES = """\b
Examples:
  netpolc drift                             the current context
  netpolc drift --context prod --env prod   somewhere else
  netpolc drift --watch                     and again after each change
  netpolc drift --format json -o drift.json for programs"""


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
    *,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Go on, and print it again after each change in the cluster.")
    ] = False,
    rbac: cluster_options.Rbac = False,
    error_format: options.ErrorFormOfAnswer = None,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Print what a cluster has that the program does not say, and the other way round; then, end with 1.

    Connections come first: what somebody opened or closed by hand. Then the policies, and whose hand it was.
    """
    from netpolc.cli.runs import drift
    from netpolc.cli.runs.rollout import print_roles
    from netpolc.rollout.plan import Permissions
    from netpolc.rollout.planning import RolloutRequest

    style = options.style_of_answer(error_format, form, color, quiet=quiet, verbose=verbose)
    request = RolloutRequest(
        paths=tuple(paths or ()),
        context=context,
        environment=env,
        namespace=namespace,
        permissions=Permissions(create_namespaces=True),
    )
    if watch and output is not None:
        raise UsageError("with `--watch`, there is one result after the other, and no file for them", "--output")
    session = open_session(style, exclude)
    if rbac:
        return print_roles(session, "drift", env, watches=watch)
    if watch:
        return drift.watch(session, request, form=form.value)
    return drift.run(session, request, form=form.value, output=output)
