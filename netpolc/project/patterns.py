"""Patterns of paths: `**` is any number of folders, and `*`, `?` and `[...]` are within one name."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def matches(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Tell whether a path fits a pattern, where `**` is any number of folders; takes at most their product of steps."""
    at = wanted = retry = 0
    deep = -1
    while at < len(parts):
        if wanted < len(pattern) and pattern[wanted] == "**":
            deep, retry = wanted, at
            wanted += 1
        elif wanted < len(pattern) and fnmatchcase(parts[at], pattern[wanted]):
            at += 1
            wanted += 1
        elif deep >= 0:
            retry += 1
            at, wanted = retry, deep + 1
        else:
            return False
    return all(part == "**" for part in pattern[wanted:])


class Exclusion:
    """Files and folders that are left out where they are only found.

    A pattern without `/` is a name at any depth. Any other is a path relative to its own folder. What fits is left out
    with all that is below it, so that `/` or `/**` at the end of a pattern say nothing more.
    """

    def __init__(self, patterns: Iterable[tuple[Path, str]] = ()) -> None:
        """Take patterns, each with the folder that it is relative to."""
        self._patterns = [(Path(os.path.normpath(folder)).parts, _steps(text)) for folder, text in patterns]

    def __bool__(self) -> bool:
        """Tell whether there is any pattern."""
        return bool(self._patterns)

    def also(self, folder: Path, pattern: str) -> Exclusion:
        """Return an exclusion that leaves out what one more pattern fits, which is relative to a folder."""
        extended = Exclusion([(folder, pattern)])
        extended._patterns += self._patterns
        return extended

    def excludes(self, path: Path) -> bool:
        """Tell whether an absolute path is left out."""
        parts = Path(os.path.normpath(path)).parts
        return any(
            len(parts) > len(folder) and parts[: len(folder)] == folder and matches(parts[len(folder) :], steps)
            for folder, steps in self._patterns
        )

    def has_any_below(self, folder: Path) -> bool:
        """Tell whether anything below a folder of the disk, other than what is hidden, is left out."""
        if not self:
            return False
        for place, folders, files in os.walk(folder):
            if any(self.excludes(Path(place, name)) for name in (*folders, *files)):
                return True
            folders[:] = [name for name in folders if not name.startswith(".")]
        return False


def _steps(pattern: str) -> tuple[str, ...]:
    steps = PurePosixPath(pattern).parts
    while len(steps) > 1 and steps[-1] == "**":
        steps = steps[:-1]
    return steps if "/" in pattern.rstrip("/") else ("**", *steps)
