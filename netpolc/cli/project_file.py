"""The project file that commands write where there is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netpolc.project.config import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping


def project_text(sources: str, output: str, labels: Mapping[str, str] | None = None) -> str:
    """Return the text of a netpolc.toml with a pattern of sources and a folder for the output, and labels if any."""
    # A label needs no more escapes than JSON and TOML have in common.
    table = "".join(f"{json.dumps(key)} = {json.dumps(value)}\n" for key, value in (labels or {}).items())
    listed = f"\n[labels]\n{table}" if table else ""
    return f"""\
#:schema {SCHEMA}
# The project file of netpolc; `netpolc build` finds it from any folder below.
sources = ["{sources}"]
output = "{output}"
{listed}"""
