"""The manifests below a folder in which a project begins, and the workloads that they seem to have."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.project.discovery import CHART, MANIFEST_SUFFIXES, Search
from netpolc.project.filesystem import Disk
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.project.filesystem import Entry
    from netpolc.project.patterns import Exclusion

MOST_ENTRIES = 50_000
MOST_FILES = 2_000
MOST_CHARACTERS = 16_000_000
"""How much is looked at: this only says what there is to begin with."""

_KINDS = "Deployment|StatefulSet|DaemonSet|CronJob|Job|ReplicaSet|Pod|Rollout"
_WORKLOAD = re.compile(rf"""(?m)^[ \t'-]*kind:[ \t]*["']?(?:{_KINDS})\b|"kind":[ \t]*"(?:{_KINDS})\"""")


class BoundedDisk(Disk):
    """The files of the disk, of which no more folders are listed once so many entries were seen."""

    def __init__(self, entries: int) -> None:
        """Start with all of them left."""
        self.left = entries

    def entries(self, folder: Path) -> list[Entry]:
        """List a folder, or nothing once the bound is reached; raises OSError as any disk does."""
        found = super().entries(folder) if self.left > 0 else []
        self.left -= len(found)
        return found


class FoundManifests(msgspec.Struct, frozen=True):
    """A place with workloads, relative to the folder, and how many there are; of a chart, nobody knows."""

    path: str
    workloads: int
    is_chart: bool = False

    @property
    def said(self) -> str:
        """The place in words."""
        if self.is_chart:
            return f"a chart in {self.path}"
        return f"{self.workloads} workload{'s' * (self.workloads != 1)} in {self.path}"


def manifests_below(folder: Path, exclusion: Exclusion | None = None) -> tuple[FoundManifests, ...]:
    """Return the places below a folder that have workloads, those with most of them first; none are rendered."""
    search = Search(folder, MANIFEST_SUFFIXES, BoundedDisk(MOST_ENTRIES), exclusion)
    search.named(Path())
    found: dict[str, dict[str, int]] = {}
    left = MOST_CHARACTERS
    for file in [*search.files.values()][:MOST_FILES]:
        text = search.disk.source(folder / file.path, file.name, limit=MOST_CHARACTERS)
        if isinstance(text, Source) and left > 0:
            left -= len(text.text)
            count = len(_WORKLOAD.findall(text.text))
            if count:
                found.setdefault(Path(file.name).parts[0], {})[file.name] = count
    places = [FoundManifests(_common(files), sum(files.values())) for files in found.values()]
    places.sort(key=lambda each: -each.workloads)
    charts = [each.name for each in search.rendered.values() if each.marker == CHART]
    return (*places, *(FoundManifests(name, 0, is_chart=True) for name in charts))


def _common(files: Iterable[str]) -> str:
    """Return the folder that some files have in common, or the only file where it is in none."""
    names = [*files]
    folder = os.path.commonpath([os.path.dirname(name) for name in names])  # noqa: PTH120 -- names
    return folder or names[0]
