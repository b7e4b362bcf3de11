"""Tables among logs: results of the SQL as CSV or Parquet, and logs as Parquet: of Hubble reduced on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.usage import InputError
from netpolc.flows.reading.edges.engine import columns_of, reduced, table_of
from netpolc.flows.reading.edges.files import csv_rows, lacking, unusable
from netpolc.flows.reading.edges.model import NEEDED
from netpolc.flows.reading.edges.reading import add_rows
from netpolc.flows.reading.edges.records import add_records, format_with

if TYPE_CHECKING:
    from pathlib import Path

    from netpolc.flows.reading.tally import Tally
    from netpolc.flows.reduction import Reduction
    from netpolc.project.filesystem import Disk

_PARQUET, _SUFFIX = b"PAR1", ".parquet"
"""How every file of Parquet begins, and how its name ends in the folders that engines write."""

_LONGEST_HEAD = 4096

_LOGS = {"hubble": "flow"}
"""The column by which each log is told."""


def is_table(path: Path, files: Disk) -> bool:
    """Tell whether a path is a table: Parquet, a folder of that, or CSV with the columns of a result."""
    if files.is_folder(path):
        return bool(_parts(path))
    head = _head(path, files)
    if head.startswith(_PARQUET):
        return True
    names = head.removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].decode(errors="replace").replace('"', "").split(",")
    return len(lacking(name.strip() for name in names)) < len(NEEDED) - 1


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
    log = next((each for each, column in _LOGS.items() if column in columns), None)
    if not lacking(columns):
        add_rows(reduction, tally, table_of(parts, name), name)
    elif log is not None:
        add_rows(reduction, tally, reduced(log, parts, name), name)
    elif (its := format_with(columns)) is not None:
        add_records(reduction, tally, table_of(parts, name), its, name)
    else:
        raise InputError([unusable(name, f"it has no column `{lacking(columns)[0]}`")])


def _head(path: Path, files: Disk) -> bytes:
    try:
        with files.open(path) as stream:
            return stream.read(_LONGEST_HEAD)
    except (OSError, ValueError):
        return b""


def _parts(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.name.endswith(_SUFFIX) and each.is_file())
