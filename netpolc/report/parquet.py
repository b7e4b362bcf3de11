"""Rows as Parquet, which DuckDB writes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from netpolc.extras import QUIET, needed
from netpolc.report.rows import columns
from netpolc.report.table import ndjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.report.rows import TableRow

_AT_ONCE = 1 << 20
"""The bytes of a file that are handed on in one piece."""


def parquet(rows: Iterable[TableRow]) -> Iterator[bytes]:
    """Write rows as a file of Parquet, by way of files that are gone afterwards.

    Raises:
        UsageError: DuckDB is not installed.
    """
    duckdb = needed("duckdb", "flows", "Parquet")
    with TemporaryDirectory(prefix="netpolc-") as folder:
        lines, written = Path(folder, "rows.ndjson"), Path(folder, "rows.parquet")
        with lines.open("wb") as stream:
            stream.writelines(ndjson(rows))
        # What a column holds is said, or else it would be what the first rows hold.
        with duckdb.connect() as connection:
            connection.execute(QUIET)
            held = connection.read_json(str(lines), format="newline_delimited", columns=columns())
            held.write_parquet(str(written), compression="zstd")
        with written.open("rb") as stream:
            while piece := stream.read(_AT_ONCE):
                yield piece
