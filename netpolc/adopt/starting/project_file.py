"""The project file that commands write where there is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.diagnostics.visible import in_one_line
from netpolc.project.config import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EXAMPLES = """\
layout = "object"                       # or "namespace", or "single"

# Environments, each with an output folder of its own: output/prod, output/staging.
# [env]
# prod = {}
# staging = {}

# Labels for every policy, beside app.kubernetes.io/managed-by.
# [labels]
# team = "payments"
"""
"""Settings for which a project that begins without any manifests has the default, or none."""

LINE = 100
"""The characters up to which a list stands on one line."""


def project_text(
    sources: str,
    output: str,
    labels: Mapping[str, str] | None = None,
    *,
    manifests: Sequence[str] = (),
    exclude: Sequence[str] = (),
    namespace: str | None = None,
    platform: tuple[str, str] | None = None,
    cluster: tuple[str, Sequence[str]] | None = None,
    remarks: Iterable[str] = (),
) -> str:
    """Return the text of a netpolc.toml.

    It has a pattern of sources, a folder for the output, and of all else what there is. A `platform` stands beside what
    shows it. The `cluster` is what the project is called in clusters, and their contexts. `remarks` become comments.
    """
    lines = [
        f"#:schema {SCHEMA}",
        "# The project file of netpolc; `netpolc build` finds it from any folder below.",
        f"sources = [{_quoted(sources)}]",
        f"output = {_quoted(output)}",
        *(_listed("manifests", manifests) if manifests else ()),
        *(_listed("exclude", exclude) if exclude else ()),
        *([] if namespace is None else [f"namespace = {_quoted(namespace)}"]),
        *([] if platform is None else [f"platform = {_quoted(platform[0])}  # {in_one_line(platform[1])}"]),
        *(f"# {remark}" for remark in remarks),
        *(["", "[labels]"] if labels else []),
        *(f"{_quoted(key)} = {_quoted(value)}" for key, value in (labels or {}).items()),
    ]
    if cluster is not None:
        lines += ["", "[cluster]  # what `netpolc apply` may change", f"name = {_quoted(cluster[0])}"]
        lines += _listed("contexts", cluster[1])
    return "".join(f"{line}\n" for line in lines)


def example_text(sources: str, output: str, manifests: Sequence[str]) -> str:
    """Return the text of a netpolc.toml that begins without a program for manifests, with examples of settings."""
    return project_text(sources, output, manifests=manifests) + EXAMPLES


def _listed(key: str, values: Sequence[str]) -> list[str]:
    """Return the lines of a list of strings."""
    line = f"{key} = [{', '.join(map(_quoted, values))}]"
    return [line] if len(line) <= LINE else [f"{key} = [", *(f"  {_quoted(value)}," for value in values), "]"]


def _quoted(text: str) -> str:
    """Return a text as a basic string of TOML, whose control characters have to be escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'
