"""Results of the SQL as files, and what they have to have."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.usage import InputError
from netpolc.flows.reading.edges.model import NEEDED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def lacking(columns: Iterable[str]) -> list[str]:
    """List the columns that each result has, and these have not; engines may write names large."""
    known = {column.lower() for column in columns}
    return [each for each in NEEDED if each not in known]


def unusable(name: str, why: str) -> Diagnostic:
    """Return what to say of a file that is no result."""
    message = f"`{name}` is no result of `netpolc flows sql`: {why}"
    return Diagnostic(code="NP881", severity="error", message=message, file=name)


def csv_rows(path: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of CSV, with a head; `name` is what users call it.

    Raises:
        InputError: it is none, or lacks what each result has.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        reader = csv.DictReader(stream)
        try:
            missing = lacking(reader.fieldnames or ())
            if missing:
                raise InputError([unusable(name, f"it has no column `{missing[0]}`")])
            for row in reader:
                yield {key: value for key, value in row.items() if isinstance(key, str)}
        except csv.Error as error:
            raise InputError([unusable(name, f"line {reader.line_num:,} is no CSV")]) from error
