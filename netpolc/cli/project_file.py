"""The project file that commands write where there is none."""

from __future__ import annotations

from netpolc.project.config import SCHEMA


def project_text(sources: str, output: str) -> str:
    """Return the text of a netpolc.toml with a pattern of sources and a folder for the output."""
    return f"""\
#:schema {SCHEMA}
# The project file of netpolc; `netpolc build` finds it from any folder below.
sources = ["{sources}"]
output = "{output}"
"""
