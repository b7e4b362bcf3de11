"""The stream of a Helm post-renderer: all manifests of a release in, the same with policies after them out."""

from __future__ import annotations

SEPARATOR = "---\n"


def appended(given: str, policies: str) -> str:
    """Return the text that goes after manifests, for policies that are a header and documents behind separators."""
    header, _, documents = policies.partition(SEPARATOR)
    if not documents:
        return ""
    end = "" if not given or given.endswith("\n") else "\n"
    return f"{end}{SEPARATOR}{header}{documents}"
