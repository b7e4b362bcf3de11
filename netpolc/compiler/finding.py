"""The files that inputs stand for: those that are named, or found below folders, or the project's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.project.discovery import MANIFEST_SUFFIXES, Search, nothing_found
from netpolc.source import SUFFIX, in_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.compiler.workspace import Workspace
    from netpolc.project.config import Project

SUFFIXES = (SUFFIX, *MANIFEST_SUFFIXES)


def find_inputs(
    paths: Sequence[str], workspace: Workspace, *, alone: bool, beside: Sequence[str] | None = None
) -> Search:
    """Find the files that are named, or those of the project if nothing else is given, and manifests beside them."""
    search = Search(workspace.cwd, SUFFIXES, workspace.files, workspace.leaves_out)
    barren = [path for path in paths if not search.named(Path(path))]
    if barren and len(barren) < len(paths):
        search.problems.append(msgspec.structs.replace(nothing_found(barren, SUFFIXES), severity="warning"))
    if not paths and alone:
        _find_project(search, workspace.project, with_manifests=beside is None)
    search.suffixes = MANIFEST_SUFFIXES
    for path in beside or ():
        if in_files(path):
            search.named(Path(path))
    if not search.files and not search.rendered and not search.problems and alone:
        search.problems.append(nothing_found(paths, SUFFIXES))
    return search


def _find_project(search: Search, project: Project | None, *, with_manifests: bool) -> None:
    search.suffixes = (SUFFIX,)
    if project is None:
        search.named(Path())
        return
    for index, pattern in enumerate(project.sources):
        search.pattern(project, "sources", index, pattern)
    search.suffixes = MANIFEST_SUFFIXES
    for index, pattern in enumerate(project.manifests if with_manifests else ()):
        search.pattern(project, "manifests", index, pattern)
