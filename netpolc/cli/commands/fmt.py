"""`netpolc fmt`: rewrite sources in the one format."""

from __future__ import annotations

from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.cli.output import Style
from netpolc.cli.session import open_session

EXAMPLES = """\b
Examples:
  netpolc fmt                       format the sources of the project
  netpolc fmt --check               fail, and list what is not formatted
  netpolc fmt --diff shop.netpol    show what would change
  netpolc fmt - < shop.netpol       format standard input"""


def command(
    paths: options.Paths = None,
    exclude: options.Exclude = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; list files that would change, and fail.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False,
    error_format: options.ErrorForm = options.DiagnosticsForm.HUMAN,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> int:
    """Rewrite netpol files in the one format, comments kept.

    Before anything is written, the result is proved to say what the file said.
    """
    from netpolc.cli.runs.fmt import run

    style = Style(form=error_format.value, color=color.value, quiet=quiet, verbose=verbose)
    # A named file has one format, whatever the project says, so that an editor can format while netpolc.toml is broken.
    session = open_session(style, exclude, with_project=not paths)
    return run(session, tuple(paths or ()), check=check, diff=diff)
