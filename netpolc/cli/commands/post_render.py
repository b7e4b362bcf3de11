"""`netpolc post-render`: a Helm post-renderer."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.cli.output import Style
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  helm template shop ./chart | netpolc post-render policies/
  helm upgrade shop ./chart --post-renderer netpolc \\
    --post-renderer-args post-render --post-renderer-args policies/"""


def command(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            callback=options.given,
            help="Files, and folders of `*.netpol` files. "
            "Without any: the sources of netpolc.toml, or all files below the working folder.",
            show_default=False,
        ),
    ] = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    platform: options.PlatformOption = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too: Helm shows none.")] = False,
    error_format: options.ErrorForm = options.DiagnosticsForm.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Add the policies of a program to manifests, and check it against their workloads.

    The manifests come from standard input and go to standard output as they are, with the policies after them.
    """
    from netpolc.cli.runs.post_render import run

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    session = open_session(style, exclude, platform=options.platform(platform))
    return run(session, tuple(paths or ()), strict=strict, env=env, namespace=namespace)
