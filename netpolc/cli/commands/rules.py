"""`netpolc rules`: the list of diagnostics."""

from __future__ import annotations

import json
import sys
from enum import Enum
from typing import Annotated

import typer

from netpolc.diagnostics.codes import CODES

EXAMPLES = """\b
Examples:
  netpolc rules
  netpolc rules --format json"""


class CodesForm(str, Enum):
    """A form of the list."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"


def command(form: Annotated[CodesForm, typer.Option("--format", help="The form of the list.")] = CodesForm.TEXT) -> int:
    """List every code that netpolc can report. `netpolc explain CODE` says more of each."""
    if form is CodesForm.JSON:
        rules = [
            {
                "code": code.code,
                "name": code.name,
                "severity": code.severity,
                "summary": code.summary,
                "silenceable": code.silenceable,
                "settable": code.is_rule,
                "help_uri": code.help_uri,
            }
            for code in CODES
        ]
        sys.stdout.write(json.dumps({"format_version": "1", "rules": rules}, indent=2) + "\n")
    elif form is CodesForm.MARKDOWN:
        sys.stdout.write("| code | name | severity | says |\n|---|---|---|---|\n")
        for code in CODES:
            sys.stdout.write(f"| [{code.code}](codes/{code.page}) | {code.name} | {code.severity} | {code.summary} |\n")
    else:
        width = max(len(code.name) for code in CODES)
        for code in CODES:
            sys.stdout.write(f"{code.code}  {code.name:{width}}  {code.severity:7}  {code.summary}\n")
    return 0
