"""Logs as Parquet that are read record by record, as the same logs are in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.flows.reading.formats import FORMATS
from netpolc.flows.record import SeenFlow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.flows.reading.model import Format
    from netpolc.flows.reading.tally import Tally
    from netpolc.flows.reduction import Reduction


def format_with(columns: Iterable[str]) -> Format | None:
    """Return the format whose records have some columns, if there is one."""
    record = dict.fromkeys(columns)
    return next((each for each in FORMATS if each.fits(record)), None)


def add_records(reduction: Reduction, tally: Tally, rows: Iterable[dict[str, Any]], its: Format, name: str) -> None:
    """Count the flows of the rows of a log, in which null is what a record leaves out."""
    read = its.start()
    for number, row in enumerate(rows, 1):
        record = {key: value for key, value in row.items() if value is not None}
        found = read(msgspec.json.encode(record))
        if isinstance(found, SeenFlow):
            reduction.add(found)
        elif found is not None:
            tally.add(found, name, number)
