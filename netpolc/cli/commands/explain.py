"""`netpolc explain CODE`: the page of a diagnostic."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from netpolc.diagnostics.codes import CODES

EXAMPLES = """\b
Examples:
  netpolc explain NP203
  netpolc explain unknown-name"""


def _complete(incomplete: str) -> list[tuple[str, str]]:
    """List codes, in the case of what is typed, and names, that begin so."""
    if not incomplete:
        return [(code.code, code.summary) for code in CODES]
    forms = ((form, code.summary) for code in CODES for form in (code.code, code.code.lower(), code.name))
    return [(form, summary) for form, summary in forms if form.startswith(incomplete)]


def command(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="A code or its name.", autocompletion=_complete, show_default=False)
    ],
) -> int:
    """Print the page of a diagnostic: what it means, an example, and the example fixed."""
    from netpolc import api

    sys.stdout.write(api.explain(code).text)
    return 0
