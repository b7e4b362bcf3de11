"""What a run is to look at: netpol sources and manifests, in files, in folders and on standard input."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.loading import Loaded, load_files, load_text
from netpolc.manifests.model import Manifests
from netpolc.project.discovery import SUFFIX, Search, SourceFile, listed
from netpolc.project.reading import read_source, read_stdin
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.cache import Cache
    from netpolc.project.config import Project

STDIN = "-"
MANIFEST_SUFFIXES = (".yaml", ".yml", ".json")
SUFFIXES = (SUFFIX, *MANIFEST_SUFFIXES)
LARGEST_MANIFEST = 32 * 1024 * 1024
"""The bytes that a file of manifests may have: `kubectl get` of a large cluster."""

_MANIFEST = r"""(?m)^[\s{\-\["']*(?:apiVersion|kind)["']?\s*:|"(?:apiVersion|kind)"\s*:"""
"""What no netpol source has."""


class Inputs(msgspec.Struct, frozen=True):
    """What was read: the sources, None where there are none, the manifests, and what was wrong on the way to both.

    What is wrong in the sources themselves is left to their compilation.
    """

    loaded: Loaded | None
    manifests: Manifests
    diagnostics: tuple[Diagnostic, ...]


class Place(msgspec.Struct, frozen=True):
    """Where a run stands: its folder, its project if there is one, and the cache."""

    cwd: Path
    project: Project | None = None
    cache: Cache | None = None


def read_inputs(paths: Sequence[str], place: Place, stdin: BinaryIO | None = None) -> Inputs:
    """Read what paths stand for, `-` being standard input; without any, the sources and manifests of the project."""
    search = find_inputs([path for path in paths if path != STDIN], place, alone=STDIN not in paths)
    reading = _Reading(place)
    reading.diagnostics += search.problems
    for file in reading.without_output(tuple(search.files.values()), paths):
        reading.file(file)
    if STDIN in paths:
        reading.text(read_stdin(stdin, limit=LARGEST_MANIFEST))
    return reading.inputs()


def find_inputs(paths: Sequence[str], place: Place, *, alone: bool) -> Search:
    """The files that are named, or those of the project if nothing else is given."""
    search = Search(place.cwd, SUFFIXES)
    for path in paths:
        search.named(Path(path))
    if not paths and alone:
        _find_project(search, place.project)
    if not search.files and not search.problems and alone:
        where = ", ".join(f"`{path}`" for path in paths) or "the working folder"
        message = f"no {listed(SUFFIXES)} file in {where}"
        search.problems.append(
            Diagnostic(code="NP807", severity="error", message=message, help="name a file or a folder")
        )
    return search


def _find_project(search: Search, project: Project | None) -> None:
    search.suffixes = (SUFFIX,)
    if project is None:
        search.named(Path())
        return
    for index, pattern in enumerate(project.sources):
        search.pattern(project, "sources", index, pattern)
    search.suffixes = MANIFEST_SUFFIXES
    for index, pattern in enumerate(project.manifests):
        search.pattern(project, "manifests", index, pattern)


class _Reading:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.sources: list[SourceFile] = []
        self.given: Loaded | None = None
        self.manifests: list[Source] = []
        self.diagnostics: list[Diagnostic] = []

    def without_output(self, files: Sequence[SourceFile], paths: Iterable[str]) -> Sequence[SourceFile]:
        """The files but for those that the project builds from sources among them, unless they are named."""
        real = {folder: _real(folder) for folder in {file.path.parent for file in files}}
        outputs = _outputs(self.place.project, [real[file.path.parent] for file in files if file.path.suffix == SUFFIX])
        named = [path for each in paths if _is_below(path := _real(self.place.cwd / each), outputs)]
        kept = [
            file
            for file in files
            if file.path.suffix not in MANIFEST_SUFFIXES
            or not _is_below(path := real[file.path.parent] / file.path.name, outputs)
            or _is_below(path, named)
        ]
        if len(kept) < len(files):
            count = len(files) - len(kept)
            self.diagnostics.append(
                Diagnostic(
                    code="NP809",
                    severity="note",
                    message=f"{count} file{'s' * (count != 1)} of the project's output {_are(count)} left out",
                    help="their sources are read instead; to read the output, name its folder",
                )
            )
        return kept

    def file(self, file: SourceFile) -> None:
        """Take a file for what its name says that it is, else for what it holds."""
        if file.path.suffix == SUFFIX:
            self.sources.append(file)
            return
        found = read_source(self.place.cwd / file.path, file.name, limit=LARGEST_MANIFEST)
        if isinstance(found, Diagnostic):
            self.diagnostics.append(found)
        elif file.path.suffix in MANIFEST_SUFFIXES or _are_manifests(found):
            self.manifests.append(found)
        else:
            self.sources.append(file)

    def text(self, found: Source | Diagnostic) -> None:
        """Take a text that is in no file for what it holds."""
        if isinstance(found, Diagnostic):
            self.diagnostics.append(found)
        elif _are_manifests(found):
            self.manifests.append(found)
        else:
            self.given = load_text(found, self.place.cwd, self.place.cache)

    def inputs(self) -> Inputs:
        """Everything, parsed."""
        loaded = self.given
        if self.sources:
            files = load_files(self.sources, self.place.cwd, self.place.cache, spread=True)
            loaded = files if loaded is None else _together(files, loaded)
        manifests = Manifests()
        if self.manifests:
            from netpolc.manifests.combining import combine  # noqa: PLC0415 -- many runs have none
            from netpolc.manifests.reading import read_manifests  # noqa: PLC0415

            manifests = combine(map(read_manifests, self.manifests))
        return Inputs(loaded, manifests, (*self.diagnostics, *manifests.diagnostics))


def _are_manifests(source: Source) -> bool:
    return re.search(_MANIFEST, source.text) is not None


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _outputs(project: Project | None, folders: Iterable[Path]) -> list[Path]:
    """Where a project's output goes, if any of its sources is in one of some folders."""
    if project is None or not any(_is_below(folder, [_real(project.root)]) for folder in folders):
        return []
    places = (project.output_of(environment) for environment in (None, *project.environments))
    return [_real(place) for place in places if place is not None]


def _is_below(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _together(one: Loaded, other: Loaded) -> Loaded:
    """The files of both; one that is a source of either is a source."""
    files = {file.key: file for file in (*one.files, *other.files)}
    files |= {file.key: file for file in (*one.files, *other.files) if file.is_source}
    return Loaded(
        tuple(files.values()),
        {**one.comments, **other.comments},
        {**one.paths, **other.paths},
        (*one.diagnostics, *other.diagnostics),
    )
