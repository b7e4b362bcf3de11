"""Which files a run is about: those named, those below folders, those that the project file's patterns match."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.project.config import FILE_NAME, Project, literal_parts, place
from netpolc.project.reading import reason, unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIX = ".netpol"
SKIPPED_FOLDERS = frozenset({"node_modules"})
"""Folders of other people's files; hidden ones, such as `.git` and `.venv`, are skipped, too."""


class SourceFile(msgspec.Struct, frozen=True):
    """A file to read, and its name for users: as they wrote it, or relative to their folder."""

    path: Path
    name: str


class Sources(msgspec.Struct, frozen=True):
    """The files of a run in a fixed order, each once, and what was wrong on the way to them (NP805, NP807)."""

    files: tuple[SourceFile, ...]
    diagnostics: tuple[Diagnostic, ...]


def sources_of(paths: Sequence[Path], cwd: Path, project: Project | None = None) -> Sources:
    """The files that paths stand for; without paths, those of the project, else all below the working folder."""
    search = Search(cwd)
    if paths or project is None:
        for path in paths or (Path(),):
            search.named(path)
    else:
        for index, pattern in enumerate(project.sources):
            search.pattern(project, "sources", index, pattern)
    if not search.files and not search.problems:
        search.problems.append(_no_sources(paths, project))
    return Sources(tuple(search.files.values()), tuple(search.problems))


def listed(suffixes: tuple[str, ...]) -> str:
    """Suffixes as part of a sentence."""
    return " or ".join(f"`*{suffix}`" for suffix in suffixes)


def identity(path: Path) -> tuple[int, int]:
    """A key that two paths share exactly when they lead to the same file; raises OSError where there is none."""
    found = path.stat()
    return found.st_dev, found.st_ino


class Search:
    """Files in the order in which they were found, by identity; in folders, those with one of some suffixes."""

    def __init__(self, cwd: Path, suffixes: tuple[str, ...] = (SUFFIX,)) -> None:
        """Begin with nothing found."""
        self.cwd = cwd
        self.suffixes = suffixes
        self.files: dict[tuple[int, int], SourceFile] = {}
        self.problems: list[Diagnostic] = []

    def named(self, path: Path) -> None:
        """A file stands for itself, a folder for the sources below it."""
        actual = self.cwd / path
        if _is_folder(actual):
            for found in self._below(actual):
                self._add(actual / found, str(path / found))
        else:
            self._add(actual, str(path))

    def pattern(self, project: Project, key: str, index: int, pattern: str) -> None:
        """A path without wildcards is as if named; else the files that match, of which there must be one."""
        parts = PurePath(pattern).parts
        literal = literal_parts(pattern)
        base = project.root.joinpath(*literal)
        if literal == parts:
            self.named(Path(self._display(base)))
            return
        matching = [found for found in self._below(base) if _matches(found.parts, parts[len(literal) :])]
        for found in matching:
            self._add(base / found, self._display(base / found))
        if not matching:
            self.problems.append(
                Diagnostic(
                    code="NP807",
                    severity="error",
                    message=f"no file matches `{pattern}`",
                    location=place(project, key, index),
                    help=f"correct the pattern, or remove it; only {listed(self.suffixes)} files can match",
                )
            )

    def _add(self, path: Path, name: str) -> None:
        try:
            self.files.setdefault(identity(path), SourceFile(path, name))
        except (OSError, ValueError) as error:
            self.problems.append(unreadable(name, reason(error)))

    def _display(self, path: Path) -> str:
        try:
            return os.path.relpath(path, self.cwd)
        except ValueError:  # another drive of Windows
            return str(path)

    def _below(self, folder: Path) -> list[PurePath]:
        """The files below a folder, relative to it and sorted; links to folders are not followed, so it ends."""
        found: list[PurePath] = []
        pending = [PurePath()]
        while pending:
            current = pending.pop()
            try:
                with os.scandir(folder / current) as entries:
                    visible = [entry for entry in entries if not entry.name.startswith(".")]
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                self.problems.append(unreadable(self._display(folder / current), reason(error)))
                continue
            for entry in visible:
                if not entry.is_dir():
                    found += [current / entry.name] if entry.name.endswith(self.suffixes) else []
                elif not entry.is_symlink() and entry.name not in SKIPPED_FOLDERS:
                    pending.append(current / entry.name)
        return sorted(found, key=lambda path: path.parts)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _matches(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Whether a relative path fits a pattern, where `**` is any number of folders; at most their product of steps."""
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


def _no_sources(paths: Sequence[Path], project: Project | None) -> Diagnostic:
    if paths:
        places = ", ".join(f"`{path}`" for path in paths)
    else:
        places = "the working folder" if project is None else f"the sources of `{FILE_NAME}`"
    return Diagnostic(
        code="NP807",
        severity="error",
        message=f"no `*{SUFFIX}` file in {places}",
        help="name a file or a folder, or begin a project with `netpolc init`",
    )
