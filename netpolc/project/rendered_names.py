"""What the text is called that a tool makes of a folder: `chart (helm template)`."""

from __future__ import annotations

import re

_RENDERED = re.compile(r" \((?:helm|kubectl|kustomize) [a-z]+\)\Z")


def rendered_name(folder: str, title: str) -> str:
    """Return the name of what a tool makes of a folder; the title is the tool's command without arguments."""
    return f"{folder} ({title})"


def is_rendered(name: str) -> bool:
    """Tell whether a text is what a tool made of a folder: nobody has a file with its lines."""
    return _RENDERED.search(name) is not None
