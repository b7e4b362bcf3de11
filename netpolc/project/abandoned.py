"""Leftovers of earlier builds below a project's output, such as the folders of environments that are gone."""

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
    """Plan to remove what no current output claims; return the plans, and warnings of unusable inventories.

    `current` are the plans of all outputs. Files of other outputs in a folder of one of these are left to those.
    """
    claimed = {(_identity(plan.folder), plan.key) for plan in current}
    found: list[tuple[Path, str, tuple[str, ...]]] = []
    warnings: list[Diagnostic] = []
    for folder in _folders_of_builds(project):
        here = _identity(folder)
        if (here, FOLDER_BUILD) in claimed:
            continue
        recorded, warning = inventory.read(folder)
        warnings += [] if warning is None else [warning]
        found += [(folder, key, (*files,)) for key, files in recorded.outputs.items() if (here, key) not in claimed]
    built = {_identity(plan.folder / name) for plan in current for name in plan.files} if found else set()
    # A folder of an environment may have the name of a namespace, and then a file the name of an old one.
    current_files = built - {None}
    plans = (
        plan_removal(folder, key, {name for name in names if _identity(folder / name) in current_files}, force=force)
        for folder, key, names in found
    )
    return tuple(plans), tuple(warnings)


def _folders_of_builds(project: Project) -> Iterator[Path]:
    """Yield the folders with an inventory at and below a project's output, except those of inner projects."""
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
