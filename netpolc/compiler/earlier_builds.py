"""Where projects write to: what they built is no input beside the sources that it was built from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.project import config

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.compiler.workspace import Workspace


def outputs_beside(folders: Iterable[Path], workspace: Workspace, *, named: bool) -> list[Path]:
    """Return where the projects of some folders with sources write to: the workspace's, and where files are named, all.

    A project that names its sources itself has none of another one among them.
    """
    written: list[Path] = []
    folders = [*dict.fromkeys(folders)]
    for project in _projects(folders if named else (), workspace):
        if any(is_below(folder, [real(project.root)]) for folder in folders):
            places = (project.output_of(environment) for environment in (None, *project.environments))
            written += [real(place) for place in places if place is not None]
    return written


def _projects(folders: Iterable[Path], workspace: Workspace) -> Iterator[config.Project]:
    """Yield the project of a run, and those that stand in the files of folders; what is wrong with these is theirs."""
    own = workspace.project
    if own is not None:
        yield own
    files = dict.fromkeys(config.find(folder, workspace.files) for folder in folders)
    for file in files:
        if file is not None and (own is None or workspace.files.real(file) != workspace.files.real(own.file)):
            project, _ = config.load(file, files=workspace.files)
            if project is not None:
                yield project


def is_below(path: Path, folders: Iterable[Path]) -> bool:
    """Tell whether a path is one of some folders, or below one."""
    return any(path.is_relative_to(folder) for folder in folders)


def real(path: Path) -> Path:
    """Return where a path leads."""
    return Path(os.path.realpath(path))
