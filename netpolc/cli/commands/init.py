"""`netpolc init`: a project that builds."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.cli.output import Style

EXAMPLES = """\b
Examples:
  netpolc init                      in the working folder
  netpolc init services/shop        in another
  netpolc init && netpolc build     see it work"""


def command(
    folder: Annotated[
        str, typer.Argument(metavar="[DIR]", help="Where to begin.", show_default=False, callback=options.given)
    ] = ".",
    *,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of netpolc.toml, and begin nothing.")
    ] = False,
    color: options.Color = options.When.AUTO,
    quiet: options.Quiet = False,
) -> int:
    """Begin a project: a project file, a first policy, and a Makefile fragment.

    Nothing that is there already is changed, but for a line that includes the fragment and two in .gitignore.
    """
    if schema:
        from netpolc.project.schema import schema_text  # few ask for it

        sys.stdout.write(schema_text())
        return 0
    from netpolc.cli.runs.init import run

    return run(folder, Style(color=color.value, quiet=quiet))
