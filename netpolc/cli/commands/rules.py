"""`netpolc rules`: the list of diagnostics."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.diagnostics.codes import CODES

EXAMPLES = """\b
Examples:
  netpolc rules
  netpolc rules --format json"""


def command(
    form: Annotated[
        options.ResultForm, typer.Option("--format", help="The form of the list.")
    ] = options.ResultForm.TEXT,
) -> int:
    """List every code that netpolc can report. `netpolc explain CODE` says more of each."""
    if form is options.ResultForm.JSON:
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
    elif form is options.ResultForm.MARKDOWN:
        sys.stdout.write("| code | name | severity | says |\n|---|---|---|---|\n")
        for code in CODES:
            sys.stdout.write(f"| [{code.code}](codes/{code.page}) | {code.name} | {code.severity} | {code.summary} |\n")
    else:
        width = max(len(code.name) for code in CODES)
        for code in CODES:
            sys.stdout.write(f"{code.code}  {code.name:{width}}  {code.severity:7}  {code.summary}\n")
    return 0
