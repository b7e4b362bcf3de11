"""Logs of flows among the inputs of a command: told from these by what is in them, and read to distinct flows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from netpolc.flows.reading.edges.tables import KnownTables, add_table, is_table
from netpolc.flows.reading.front import Reading
from netpolc.flows.reading.opening import NeedsExtraError, UnpackError, in_utf8, unpacked
from netpolc.flows.reading.recognition import recognized
from netpolc.flows.reading.tally import Tally
from netpolc.flows.reduction import DistinctFlows, Reduction
from netpolc.project.discovery import MANIFEST_SUFFIXES, Search
from netpolc.source import STREAM, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netpolc.project.filesystem import Disk

_OF_OTHERS = (SUFFIX, *(suffix for suffix in MANIFEST_SUFFIXES if suffix != ".json"))
"""How files end that no log is looked for in."""

_MOST_LOOKED_AT = 100
"""The files of a folder that are looked at before it is taken for one without logs."""


class ToldApart(msgspec.Struct, frozen=True):
    """Paths, those of logs and those of all else."""

    logs: tuple[str, ...]
    others: tuple[str, ...]


def told_apart(
    paths: Sequence[str], cwd: Path, files: Disk, stdin: BinaryIO | None = None, *, format_name: str | None = None
) -> ToldApart:
    """Tell the paths of logs, and of folders with nothing else, from those of other inputs.

    Where their format is said, what begins with something else may be a log as well.
    """
    begins = _begins_log if format_name is None else _is_no_manifest
    logs = tuple(path for path in paths if _is_log(path, cwd, files, stdin, begins))
    return ToldApart(logs, tuple(path for path in paths if path not in logs))


def read_logs(
    paths: Sequence[str],
    cwd: Path,
    files: Disk,
    *,
    stdin: BinaryIO | None = None,
    format_name: str | None = None,
) -> DistinctFlows:
    """Read logs, and return their distinct flows."""
    tables = [path for path in paths if path != STREAM and is_table(cwd / path, files)]
    others = [path for path in paths if path not in tables]
    reading = Reading(others, cwd, files, stdin=stdin, format_name=format_name)
    reduction, tally = Reduction(), Tally()
    where = reading.where
    for flow in reading:
        reduction.add(flow, where)
    known = KnownTables()
    for path in tables:
        if not known.has(cwd / path, path, files):
            add_table(reduction, tally, cwd / path, path, files)
    for each in (*reading.passed_over, *tally.passed_over()):
        reduction.pass_over(each)
    said = (*reading.diagnostics, *known.diagnostics, *tally.diagnostics())
    return msgspec.structs.replace(reduction.distinct(), diagnostics=said)


def _is_log(path: str, cwd: Path, files: Disk, stdin: BinaryIO | None, begins: Callable[[bytes], bool]) -> bool:
    if path == STREAM:
        return stdin is not None and begins(_peeked(stdin))
    if is_table(cwd / path, files):
        return True
    if not files.is_folder(cwd / path):
        return not path.endswith(_OF_OTHERS) and _holds_log(cwd / path, files, begins)
    search = Search(cwd, suffixes=("",), files=files)
    search.named(Path(path))
    found = [each.path for each in search.files.values()]
    if any(each.name.endswith(_OF_OTHERS) for each in found):
        return False
    return any(_holds_log(each, files, begins) for each in found[:_MOST_LOOKED_AT])


def _holds_log(path: Path, files: Disk, begins: Callable[[bytes], bool]) -> bool:
    try:
        with files.open(path) as stream:
            return begins(next(in_utf8(unpacked(stream)), b""))
    except (OSError, ValueError, UnpackError):
        return False
    except NeedsExtraError:
        # Manifests are not packed, so that this is one, and what to do about it can be said.
        return True


def _begins_log(head: bytes) -> bool:
    return bool(head.strip()) and recognized(head)[0] is not None


def _is_no_manifest(head: bytes) -> bool:
    return b'"apiVersion"' not in head


def _peeked(stream: BinaryIO) -> bytes:
    """Return the beginning of a stream, which is left to be read."""
    peek = getattr(stream, "peek", None)
    if peek is not None:
        return bytes(peek())
    head = stream.read(1 << 16)
    stream.seek(0)
    return head
