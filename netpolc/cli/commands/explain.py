"""`netpolc explain CODE`: the page of a diagnostic, or what a name of the library means."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from netpolc.diagnostics.codes import CODES

EXAMPLES = """\b
Examples:
  netpolc explain NP203
  netpolc explain unknown-name
  netpolc explain std.dns        what it means on each platform"""


def _complete(incomplete: str) -> list[tuple[str, str]]:
    """List codes, in the case of what is typed, and names, that begin so."""
    if not incomplete:
        return [(code.code, code.summary) for code in CODES]
    forms = ((form, code.summary) for code in CODES for form in (code.code, code.code.lower(), code.name))
    return [(form, summary) for form, summary in forms if form.startswith(incomplete)]


def command(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE",
            help="A code or its name, or a name of the library.",
            autocompletion=_complete,
            show_default=False,
        ),
    ],
) -> int:
    """Print the page of a diagnostic: what it means, an example, and the example fixed.

    Of `std`, it prints the library, and of a name in it, what that means on which platform.
    """
    from netpolc import api
    from netpolc.compiler.library import is_library, library_page

    if is_library(code):
        sys.stdout.write(library_page(code))
        return 0

    sys.stdout.write(api.explain(code).text)
    return 0
