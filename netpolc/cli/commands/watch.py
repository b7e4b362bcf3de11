"""`netpolc watch`: check and build on each save, and say what it opened and closed."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.cli.output import Style

EXAMPLES = """\b
Examples:
  netpolc watch                     the project around the working folder
  netpolc watch shop.netpol         one file, checked only
  netpolc watch shop.netpol -o out  and built"""


def command(
    paths: options.Paths = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="PATH", help="A folder, or a .yaml file.", callback=options.given),
    ] = None,
    env: options.Environment = None,
    namespace: options.Namespace = None,
    exclude: options.Exclude = None,
    platform: options.PlatformOption = None,
    *,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Check and build whenever a file is saved, and print the connections that the save opened and closed.

    It goes on after errors, and ends with Ctrl-C. Without an output, it checks only.
    """
    from netpolc.cli.runs.watch import Watch, WatchRequest

    style = Style(color=color.value, quiet=quiet, verbose=verbose)
    request = WatchRequest(tuple(paths or ()), output, env, namespace, tuple(exclude or ()), options.platform(platform))
    return Watch(style, request).run()
