"""What earlier builds wrote below a project's output, where it has no output any more: other environments' folders."""

from __future__ import annotations

import os
from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING

from netpolc.project import inventory
from netpolc.project.config import find
from netpolc.project.discovery import SKIPPED_FOLDERS
from netpolc.project.files import plan_removal
from netpolc.project.filesystem import DISK
from netpolc.project.inventory import FOLDER_BUILD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.project.config import Project
    from netpolc.project.files import Plan


def plans_of_abandoned(
    project: Project, current: Sequence[Plan], *, force: bool = False
) -> tuple[tuple[Plan, ...], tuple[Diagnostic, ...]]:
    """How to remove what no current output claims, and warnings of inventories that cannot be understood.

    `current` are the plans of all outputs. What others built into a folder that is one of these is theirs.
    """
    claimed = {(_identity(plan.folder), plan.key) for plan in current}
    found: list[tuple[Path, str, tuple[str, ...]]] = []
    warnings: list[Diagnostic] = []
    for folder in _folders_of_builds(project):
        place = _identity(folder)
        if (place, FOLDER_BUILD) in claimed:
            continue
        known, warning = inventory.read(folder)
        warnings += [] if warning is None else [warning]
        found += [(folder, key, (*files,)) for key, files in known.outputs.items() if (place, key) not in claimed]
    built = {_identity(plan.folder / name) for plan in current for name in plan.files} if found else set()
    # A folder of an environment may have the name of a namespace, and then a file the name of an old one.
    standing = built - {None}
    plans = (
        plan_removal(folder, key, {name for name in names if _identity(folder / name) in standing}, force=force)
        for folder, key, names in found
    )
    return tuple(plans), tuple(warnings)


def _folders_of_builds(project: Project) -> Iterator[Path]:
    """The folders with an inventory at a project's output and below, but for those of projects inside."""
    if project.output is None:
        return
    for name, inner, files in os.walk(project.root / project.output):
        inner[:] = sorted(each for each in inner if each[0] != "." and each not in SKIPPED_FOLDERS)
        folder = Path(name)
        if inventory.FILE_NAME in files and find(folder) == project.file:
            yield folder


def _identity(path: Path) -> Hashable | None:
    try:
        return DISK.identity(path)
    except OSError:
        return None
