"""The files of a run: those named, those below folders, those that the project file's patterns match."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.project.bounds import out_of_bounds
from netpolc.project.config import FILE_NAME, Project, literal_parts, place
from netpolc.project.filesystem import DISK, Disk, Entry
from netpolc.project.imports import project_root
from netpolc.project.patterns import Exclusion, matches
from netpolc.project.reading import reason, unreadable
from netpolc.source import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

MANIFEST_SUFFIXES = (".yaml", ".yml", ".json")
CHART = "Chart.yaml"
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
SKIPPED_FOLDERS = frozenset({"node_modules"})
"""Folders of other people's files; hidden ones, such as `.git` and `.venv`, are skipped, too."""


class SourceFile(msgspec.Struct, frozen=True):
    """A file to read, and its name for users: as they wrote it, or relative to their folder.

    One that nobody `named`, but that is below a folder or fits a pattern, may be another tool's.
    """

    path: Path
    name: str
    named: bool = True


class RenderedFolder(msgspec.Struct, frozen=True):
    """A folder that a tool makes manifests of, its name for users, and the name of the file that says so.

    One that nobody `named`, but that is below a folder, may be of no interest.
    """

    path: Path
    name: str
    marker: str
    named: bool = True


class _FoundFile(msgspec.Struct, frozen=True):
    """A file below a folder, whether it is a link, and the marker of the folder that is rendered in its place."""

    path: PurePath
    is_link: bool
    marker: PurePath | None


class Sources(msgspec.Struct, frozen=True):
    """The files of a run in a fixed order, each once, and what was wrong on the way to them (NP805, NP807)."""

    files: tuple[SourceFile, ...]
    diagnostics: tuple[Diagnostic, ...]


def sources_of(
    paths: Sequence[Path],
    cwd: Path,
    project: Project | None = None,
    files: Disk = DISK,
    exclusion: Exclusion | None = None,
) -> Sources:
    """Find the sources at some paths; without paths, those of the project, else all below the working folder.

    Without an `exclusion`, the project's counts.
    """
    search = Search(cwd, files=files, exclusion=exclusion_of(project) if exclusion is None else exclusion)
    if paths or project is None:
        for path in paths or (Path(),):
            search.named(path)
    else:
        for index, pattern in enumerate(project.sources):
            search.pattern(project, "sources", index, pattern)
    if not search.files and not search.problems:
        search.problems.append(nothing_found([*map(str, paths)], search.suffixes, project))
    return Sources(tuple(search.files.values()), tuple(search.problems))


def exclusion_of(project: Project | None, cwd: Path = Path(), patterns: Iterable[str] = ()) -> Exclusion:
    """Return what a project leaves out, with its baseline, and what some patterns do that are relative to a folder."""
    own = [] if project is None else [(project.root, pattern) for pattern in project.exclude]
    if project is not None and project.baseline is not None:
        own.append((project.root, f"./{project.baseline}"))
    return Exclusion((*own, *((cwd, pattern) for pattern in patterns)))


def listed(suffixes: tuple[str, ...]) -> str:
    """Return suffixes as part of a sentence."""
    return " or ".join(f"`*{suffix}`" for suffix in suffixes)


class Search:
    """The files found so far, in order and by identity; in folders, those with one of some suffixes.

    Where the suffixes include those of manifests, a chart is rendered in place of its files, and so is a kustomization
    that is named itself. One below a named folder is only noted: others may build on it, and what it lists would be
    read twice. `parts` are the files below rendered folders. What an `exclusion` has is left out, unless it is named.
    """

    def __init__(
        self,
        cwd: Path,
        suffixes: tuple[str, ...] = (SUFFIX,),
        files: Disk = DISK,
        exclusion: Exclusion | None = None,
    ) -> None:
        """Create an empty search."""
        self.cwd = cwd
        self.suffixes = suffixes
        self.disk = files
        self.exclusion = exclusion or Exclusion()
        self.files: dict[Hashable, SourceFile] = {}
        self.rendered: dict[Hashable, RenderedFolder] = {}
        self.parts: list[Path] = []
        self.unapplied: dict[Path, str] = {}
        self.problems: list[Diagnostic] = []

    def named(self, path: Path) -> bool:
        """Add a file, or all sources below a folder, and tell whether there is anything."""
        return self._named(path, self.cwd / path, None)

    def _named(self, path: Path, actual: Path, root: Path | None) -> bool:
        """Add what a path of the command line, or of a project with its root, leads to."""
        if self.disk.is_folder(actual):
            found = self._below(actual, named=True)
            self._take(found, lambda inner: (actual / inner, str(path / inner)), root or self._root_of(actual))
            return bool(found)
        if root is None or self._is_in_bounds(actual, str(path), root, self.suffixes):
            self._add(actual, str(path), named=True)
        return True

    def pattern(self, project: Project, key: str, index: int, pattern: str) -> None:
        """Add a path without wildcards like a named one, or else the files that match, of which there must be one."""
        parts = PurePath(pattern).parts
        literal = literal_parts(pattern)
        base = project.root.joinpath(*literal)
        if literal == parts:
            self._named(Path(self._display(base)), base, project.root)
            return
        matching = [found for found in self._below(base) if matches(found.path.parts, parts[len(literal) :])]
        self._take(matching, lambda inner: (base / inner, self._display(base / inner)), project.root)
        if not matching:
            self.problems.append(
                Diagnostic(
                    code="NP807",
                    severity="error",
                    message=f"no file matches `{pattern}`",
                    location=place(project, key, index, files=self.disk),
                    help=f"correct the pattern, or remove it; only {listed(self.suffixes)} files can match",
                )
            )

    def _take(self, found: Sequence[_FoundFile], locate: Callable[[PurePath], tuple[Path, str]], root: Path) -> None:
        """Add files by their paths and names, but for links that leave a root; what has one is not rendered either."""
        links = {each: () if each.marker else self.suffixes for each in found if each.is_link}
        refused = {
            each for each, suffixes in links.items() if not self._is_in_bounds(*locate(each.path), root, suffixes)
        }
        markers = {each.marker for each in refused} - {None}
        for each in found:
            if each not in refused and each.marker not in markers:
                self._take_one(each, locate)

    def _take_one(self, found: _FoundFile, locate: Callable[[PurePath], tuple[Path, str]]) -> None:
        """Add a file, or the folder that is rendered in its place, by their paths and names."""
        if found.marker is None:
            self._add(*locate(found.path), named=False)
            return
        folder, name = locate(found.marker.parent)
        self.parts.append(locate(found.path)[0])
        try:
            named = found.marker.parent == PurePath()
            rendered = RenderedFolder(folder, name, found.marker.name, named)
            if not self.rendered.setdefault(identity := self.disk.identity(folder), rendered).named:
                self.rendered[identity] = rendered
        except OSError as error:
            self.problems.append(unreadable(name, reason(error)))

    def _add(self, path: Path, name: str, *, named: bool) -> None:
        try:
            file = self.files.setdefault(identity := self.disk.identity(path), SourceFile(path, name, named))
            if named and not file.named:
                self.files[identity] = msgspec.structs.replace(file, named=True)
        except (OSError, ValueError) as error:
            self.problems.append(unreadable(name, reason(error)))

    def _is_in_bounds(self, path: Path, name: str, root: Path, suffixes: tuple[str, ...]) -> bool:
        """Tell whether a path may be read that nobody named on the command line; say so where it may not.

        A link to nothing hides no manifest; a source that is one would be missed in what is built.
        """
        if path.suffix != SUFFIX and self._is_nothing(path):
            found = unreadable(name, "it is a link that leads nowhere")
            advice = "remove it, or leave it out with `--exclude`"
            self.problems.append(msgspec.structs.replace(found, severity="warning", help=advice))
            return False
        why = out_of_bounds(path, root, self.disk, suffixes)
        if why is not None:
            advice = f"put the file itself below `{self._display(root)}`, or name it on the command line"
            self.problems.append(msgspec.structs.replace(unreadable(name, why), help=advice))
        return why is None

    def _is_nothing(self, path: Path) -> bool:
        try:
            self.disk.identity(path)
        except OSError:
            return True
        return False

    def _root_of(self, folder: Path) -> Path:
        """Return the folder that links below a folder of the command line may not leave."""
        try:
            return project_root(self.disk.real(folder) / "any", self.cwd, self.disk)
        except (OSError, RuntimeError):
            return folder

    def _display(self, path: Path) -> str:
        try:
            return os.path.relpath(path, self.cwd)
        except ValueError:  # another drive of Windows
            return str(path)

    def _below(self, folder: Path, *, named: bool = False) -> list[_FoundFile]:
        """Return the files below a folder, relative to it and sorted; links to folders are not followed, so it ends."""
        found: list[_FoundFile] = []
        pending: list[tuple[PurePath, PurePath | None]] = [(PurePath(), None)]
        while pending:
            current, marker = pending.pop()
            entries = self._entries(folder / current)
            if marker is None:
                marker = self._marker(folder, current, entries, named=named and current == PurePath())
            for entry in entries:
                if not entry.is_folder:
                    found += self._found(current / entry.name, marker, is_link=entry.is_link)
                elif entry.is_link:
                    found += [] if marker is None else [_FoundFile(current / entry.name, entry.is_link, marker)]
                elif entry.name not in SKIPPED_FOLDERS:
                    pending.append((current / entry.name, marker))
        return sorted(found, key=lambda each: each.path.parts)

    def _entries(self, folder: Path) -> list[Entry]:
        """Return the entries of a folder that are neither hidden nor excluded."""
        try:
            entries = [entry for entry in self.disk.entries(folder) if not entry.name.startswith(".")]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            self.problems.append(unreadable(self._display(folder), reason(error)))
            return []
        if not self.exclusion:
            return entries
        return [entry for entry in entries if not self.exclusion.excludes(folder / entry.name)]

    def _marker(self, folder: Path, current: PurePath, entries: Sequence[Entry], *, named: bool) -> PurePath | None:
        """Return the file for which a folder is rendered, or None."""
        if not self._renders:
            return None
        markers = {entry.name for entry in entries if entry.name in (CHART, *KUSTOMIZATIONS) and not entry.is_folder}
        if CHART in markers:
            return current / CHART
        name = next((name for name in KUSTOMIZATIONS if name in markers), None)
        if name is None or named:
            return None if name is None else current / name
        self.unapplied[folder / current / name] = self._display(folder / current)
        return None

    def _found(self, path: PurePath, marker: PurePath | None, *, is_link: bool) -> list[_FoundFile]:
        """Return a file with its marker in a list, or an empty list where it is not to be read."""
        if marker is not None and not path.name.endswith(SUFFIX):
            return [_FoundFile(path, is_link, marker)]
        is_read = path.name.endswith(self.suffixes) and not (self._renders and path.name in KUSTOMIZATIONS)
        return [_FoundFile(path, is_link, None)] if is_read else []

    @property
    def _renders(self) -> bool:
        return any(suffix in MANIFEST_SUFFIXES for suffix in self.suffixes)


def nothing_found(paths: Sequence[str], suffixes: tuple[str, ...], project: Project | None = None) -> Diagnostic:
    """Return NP807, saying that none of the named paths, or of the project's patterns, has a file to read."""
    if paths:
        places = ", ".join(f"`{path}`" for path in paths)
    else:
        places = "the working folder" if project is None else f"the sources of `{FILE_NAME}`"
    return Diagnostic(
        code="NP807",
        severity="error",
        message=f"no {listed(suffixes)} file in {places}",
        help="name a file or a folder, or begin a project with `netpolc init`",
    )
