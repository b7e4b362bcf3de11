"""`netpolc explain CODE`: the page of a diagnostic."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.codes import BY_CODE, CODES, Code

EXAMPLES = """\b
Examples:
  netpolc explain NP203
  netpolc explain unknown-name"""


def _complete(incomplete: str) -> list[tuple[str, str]]:
    """Codes, in the case of what is typed, or names."""
    if not incomplete:
        return [(code.code, code.summary) for code in CODES]
    forms = ((form, code.summary) for code in CODES for form in (code.code, code.code.lower(), code.name))
    return [(form, summary) for form, summary in forms if form.startswith(incomplete)]


def command(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="A code or its name.", autocompletion=_complete, show_default=False)
    ],
) -> int:
    """Print the page of a diagnostic: what it means, an example, and the example mended."""
    from netpolc.resources import bundled  # noqa: PLC0415 -- `--help` reads no page

    sys.stdout.write(bundled("codes", _known(code).page).read_text("utf-8"))
    return 0


def _known(asked: str) -> Code:
    by_name = {code.name: code for code in CODES}
    found = BY_CODE.get(asked.upper()) or by_name.get(asked.lower())
    if found is not None:
        return found
    near = closest(asked.upper(), BY_CODE) or closest(asked.lower(), by_name)
    hint = f"did you mean {near}?" if near else "`netpolc rules` lists all"
    raise typer.BadParameter(f"there is no code {asked[:40]!r}; {hint}", param_hint="CODE")
