"""`netpolc schema`: the JSON Schemas of what netpolc reads and prints."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

EXAMPLES = """\b
Examples:
  netpolc schema
  netpolc schema diff > diff.schema.json"""

SCHEMAS = {
    "netpolc": "netpolc.toml",
    "baseline": "the file that `netpolc check --write-baseline` writes",
    "can": "`netpolc can --format json`",
    "diagnostics": "`netpolc check --format json`, and `--error-format json` of every command",
    "diff": "`netpolc diff --format json`",
    "drift": "`netpolc drift --format json`",
    "flows": "`netpolc flows --format json`",
    "plan": "`netpolc plan --format json`",
    "reach": "`netpolc reach --format json`",
    "report": "the data in the page of `netpolc report`",
    "rules": "`netpolc rules --format json`",
    "version": "`netpolc version --format json`",
}
"""What each is the schema of."""


def _complete(incomplete: str) -> list[tuple[str, str]]:
    return [(name, about) for name, about in SCHEMAS.items() if name.startswith(incomplete)]


def command(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="Which one.", autocompletion=_complete, show_default=False),
    ] = None,
) -> int:
    """Print the JSON Schema of a file or of a result, or list the schemas."""
    if name is None:
        width = max(map(len, SCHEMAS))
        sys.stdout.writelines(f"{each:{width}}  {about}\n" for each, about in SCHEMAS.items())
        return 0
    from netpolc.resources import bundled  # the list takes none

    if name not in SCHEMAS:
        from netpolc.diagnostics.closest import closest  # an error
        from netpolc.diagnostics.usage import UsageError  # as above

        near = closest(name.lower(), SCHEMAS)
        advice = f"did you mean `{near}`?" if near else "`netpolc schema` lists them"
        raise UsageError(f"there is no schema `{name[:40]}`", "NAME", advice=advice)
    sys.stdout.write(bundled("schema", f"{name}.schema.json").read_text("utf-8"))
    return 0
