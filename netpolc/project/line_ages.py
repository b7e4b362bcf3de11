"""When lines of files were written, as far as Git knows: the time of the commit that each is from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.project.git import EndedEarlyError, Git, RevisionError

if TYPE_CHECKING:
    from pathlib import Path

_LINE = b"\t"
_TIME = b"committer-time "
_NOT_COMMITTED = b"0" * 40
NOW = float("inf")
"""The time of a line that no commit has."""


class LineAges:
    """The times of the lines of files, each file asked for once."""

    def __init__(self) -> None:
        """Start with no file."""
        self._files: dict[Path, tuple[float, ...]] = {}

    def written(self, file: Path, line: int) -> float | None:
        """Return when a line was committed, in seconds since 1970, or None where Git does not know the file."""
        if file not in self._files:
            try:
                self._files[file] = _times(file)
            except (RevisionError, EndedEarlyError, OSError):
                self._files[file] = ()
        times = self._files[file]
        return times[line - 1] if line <= len(times) else None


def _times(file: Path) -> tuple[float, ...]:
    """Return the time of each line of a file; none where that is not under version control."""
    if not file.parent.is_dir():
        return ()
    # `blame --line-porcelain` is a heading of fields before each line, which begins with a tab (git-blame(1)).
    answer = Git(file.parent).ask("blame", "--line-porcelain", "--", file.name)
    found: list[float] = []
    time, begins, committed = NOW, True, True
    for row in answer.output.split(b"\n") if answer.done else ():
        if row.startswith(_LINE):
            found.append(time if committed else NOW)
            begins = True
        elif begins:
            committed, begins = not row.startswith(_NOT_COMMITTED), False
        elif row.startswith(_TIME):
            time = float(row.removeprefix(_TIME))
    return tuple(found)
