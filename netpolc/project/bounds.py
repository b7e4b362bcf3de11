"""The bounds of what is read without being named on the command line: what files name, and folders and patterns find.

Whoever may add a file to a project, as in a pull request, can add a link, or a line that names a path. What is read is
quoted where it has a mistake, so neither may lead to files that only the machine has: out of the project, into what
Git keeps for itself, to hidden files such as `.env`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from netpolc.project.filesystem import Disk

GIT = ".git"


def out_of_bounds(path: Path, root: Path, files: Disk, suffixes: tuple[str, ...] = ()) -> str | None:
    """Return why a path below a root may not be read, as the end of a sentence, or None where it may.

    A link may lead to files that have one of the suffixes, if any are given, and that is asked of hidden files, too.
    Where links go in a circle or lead nowhere, that is for the reader to say.
    """
    try:
        real, base = files.real(path), files.real(root)
    except (OSError, RuntimeError, ValueError):
        return None
    if not real.is_relative_to(base):
        return "it is a link that leads out of the project"
    if any(part.casefold() == GIT for part in real.relative_to(base).parts):
        return "it belongs to Git"
    if not suffixes or real.name.endswith(suffixes):
        return None
    if real.name != path.name:
        return "it is a link to another kind of file"
    return "it is hidden" if real.name.startswith(".") else None
