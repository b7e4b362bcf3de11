"""Tables among logs: results of the SQL as CSV or Parquet, and logs as Parquet, which are reduced on the way."""

from __future__ import annotations

from contextlib import closing
from itertools import chain
from os import SEEK_END
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.usage import InputError
from netpolc.flows.reading.clock import Clock
from netpolc.flows.reading.edges.engine import columns_of, log_of, records_of, reduced, table_of
from netpolc.flows.reading.edges.files import csv_rows, lacking, unusable
from netpolc.flows.reading.edges.model import NEEDED
from netpolc.flows.reading.edges.reading import add_rows
from netpolc.flows.reading.recognition import format_of
from netpolc.flows.record import SeenFlow

if TYPE_CHECKING:
    from pathlib import Path

    from netpolc.flows.reading.tally import Tally
    from netpolc.flows.reduction import Reduction
    from netpolc.project.filesystem import Disk

_PARQUET, _SUFFIX = b"PAR1", ".parquet"
"""How every file of Parquet begins, and how its name ends in the folders that engines write."""

_LONGEST_HEAD = 4096
_COMPARED = 64 * 1024


def is_table(path: Path, files: Disk) -> bool:
    """Tell whether a path is a table: Parquet, a folder of that, or CSV with the columns of a result."""
    if files.is_folder(path):
        return bool(_parts(path))
    head = _head(path, files)
    if head.startswith(_PARQUET):
        return True
    names = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].decode(errors="replace").replace('"', "").split(",")
    return len(lacking(name.strip() for name in names)) < len(NEEDED) - 1


class KnownTables:
    """The tables that were read, of which copies are read once: those of the same size, beginning and end."""

    def __init__(self) -> None:
        """Begin with none."""
        self.diagnostics: list[Diagnostic] = []
        self._names: dict[object, str] = {}

    def has(self, path: Path, name: str, files: Disk) -> bool:
        """Tell whether a table was read before, and say so; else note it."""
        parts = _parts(path) if files.is_folder(path) else [path]
        key = tuple(_print(each, files) for each in parts)
        before = self._names.get(key)
        if before is None:
            self._names[key] = name
            return False
        message = f"`{name}` is the same as `{before}`, and is counted once"
        self.diagnostics.append(Diagnostic(code="NP874", severity="note", message=message, file=name))
        return True


def add_table(reduction: Reduction, tally: Tally, path: Path, name: str, files: Disk) -> None:
    """Count the flows of a table; `name` is what users call it.

    Raises:
        InputError: it is none, or none that is known.
        UsageError: it takes DuckDB, which is not installed.
    """
    parts = _parts(path) if files.is_folder(path) else [path]
    if not _head(parts[0], files).startswith(_PARQUET):
        add_rows(reduction, tally, csv_rows(path, name), name)
        return
    columns = columns_of(parts, name)
    log = log_of(columns)
    if not lacking(columns):
        add_rows(reduction, tally, table_of(parts, name), name)
    elif log is not None:
        add_rows(reduction, tally, reduced(log, parts, name), name)
    else:
        _add_records(reduction, tally, parts, name, f"it has no column `{lacking(columns)[0]}`")


def _add_records(reduction: Reduction, tally: Tally, parts: list[Path], name: str, why: str) -> None:
    """Count the flows of a log that no SQL is written for, row by row; `why` says of others what they are not."""
    with closing(records_of(parts, name)) as records:
        first = next(records, None)
        if first is None:
            return
        its = format_of(first)
        if its is None:
            raise InputError([unusable(name, why)])
        read, clock = its.start(), Clock(tally)
        for number, record in enumerate(chain((first,), records), 1):
            found = read(record)
            if isinstance(found, SeenFlow):
                reduction.add(clock.checked(found, name, number))
            elif found is not None:
                tally.add(found, name, number)


def _head(path: Path, files: Disk) -> bytes:
    try:
        with files.open(path) as stream:
            return stream.read(_LONGEST_HEAD)
    except (OSError, ValueError):
        return b""


def _print(path: Path, files: Disk) -> object:
    """Return what tells a table from others: Parquet has what it holds, and where, at its end."""
    try:
        with files.open(path) as stream:
            head = stream.read(_COMPARED)
            size = stream.seek(0, SEEK_END)
            stream.seek(max(0, size - _COMPARED))
            return size, head, stream.read()
    except (OSError, ValueError):
        return path


def _parts(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.name.endswith(_SUFFIX) and each.is_file())
