"""`netpolc version`: which netpolc this is."""

from __future__ import annotations

import json
import platform
import sys
from typing import Annotated

import typer

from netpolc.cli import options
from netpolc.version import VERSION

EXAMPLES = """\b
Examples:
  netpolc version
  netpolc version --format json"""


def command(
    form: Annotated[
        options.VersionForm, typer.Option("--format", help="The form of the answer.")
    ] = options.VersionForm.TEXT,
) -> int:
    """Print the version, as `netpolc --version` does."""
    if form is options.VersionForm.JSON:
        about = {"format_version": "1", "version": VERSION, "python": platform.python_version()}
        sys.stdout.write(json.dumps(about, indent=2) + "\n")
    else:
        sys.stdout.write(f"netpolc {VERSION}\n")
    return 0
