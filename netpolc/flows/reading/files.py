"""The files of logs: told from other files by their shape, and read to distinct flows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.flows.reading import hubble
from netpolc.flows.reduction import DistinctFlows, Reduction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from netpolc.project.filesystem import Disk

LARGEST_LOG = 1 << 32
_LONGEST_HEAD = 1 << 16


class ToldApart(msgspec.Struct, frozen=True):
    """Paths, those of logs and those of all else."""

    logs: tuple[str, ...]
    others: tuple[str, ...]


def told_apart(paths: Sequence[str], cwd: Path, files: Disk) -> ToldApart:
    """Tell the paths of logs from those of other inputs."""
    logs = tuple(path for path in paths if _is_log(path, cwd, files))
    return ToldApart(logs, tuple(path for path in paths if path not in logs))


def _is_log(path: str, cwd: Path, files: Disk) -> bool:
    if path.endswith((".netpol", ".yaml", ".yml")) or not files.is_file(cwd / path):
        return False
    data = files.read(cwd / path, path, limit=LARGEST_LOG)
    if isinstance(data, Diagnostic):
        return False
    first, _, _ = data[:_LONGEST_HEAD].lstrip().partition(b"\n")
    return hubble.is_hubble(first)


def read_logs(paths: Sequence[str], cwd: Path, files: Disk) -> DistinctFlows | Diagnostic:
    """Read logs, and return their distinct flows, or what is wrong with one of them."""
    reduction = Reduction()
    for path in paths:
        data = files.read(cwd / path, path, limit=LARGEST_LOG)
        if isinstance(data, Diagnostic):
            return data
        reduction.add_all(hubble.read(data.split(b"\n"), path))
    return reduction.distinct()
