"""The manifests below a folder in which a project begins, and the workloads that they seem to have."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.project.discovery import CHART, MANIFEST_SUFFIXES, Search
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.project.patterns import Exclusion

MOST_FILES = 2_000
MOST_CHARACTERS = 16_000_000
"""How much is looked at: this only says what there is to begin with."""

_KINDS = "Deployment|StatefulSet|DaemonSet|CronJob|Job|ReplicaSet|Pod|Rollout"
_WORKLOAD = re.compile(rf"""(?m)^[ \t'-]*kind:[ \t]*["']?(?:{_KINDS})\b|"kind":[ \t]*"(?:{_KINDS})\"""")


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
    search = Search(folder, MANIFEST_SUFFIXES, exclusion=exclusion)
    search.named(Path())
    found: dict[str, dict[str, int]] = {}
    left = MOST_CHARACTERS
    for file in [*search.files.values()][:MOST_FILES]:
        text = search.disk.source(folder / file.path, file.name)
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
