"""Revisions that the repository around the working folder has names for."""

from __future__ import annotations

from pathlib import Path

from netpolc.project.git import Git

PATIENCE_SECONDS = 2.0
MOST = 500
_NAMES = ("for-each-ref", "--format=%(refname:short)", f"--count={MOST}", "--sort=-creatordate")
_PLACES = ("refs/heads", "refs/tags", "refs/remotes")


def revisions(incomplete: str) -> list[str]:
    """List the branches and tags that begin so, the latest first."""
    answer = Git(Path.cwd(), PATIENCE_SECONDS).ask(*_NAMES, *_PLACES)
    names = answer.output.decode(errors="replace").split() if answer.done else []
    return [name for name in names if name.startswith(incomplete)]
