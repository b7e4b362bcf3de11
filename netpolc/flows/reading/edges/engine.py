"""DuckDB as the engine that reduces logs on this machine: in bounded memory, with the rest on disk."""

from __future__ import annotations

import re
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.diagnostics.usage import InputError
from netpolc.extras import QUIET, needed
from netpolc.flows.reading.edges.statements import statement

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

MEMORY = "250MB"
"""What DuckDB may take; what does not fit goes to a folder that is gone afterwards."""

_AT_ONCE = 2048

_POLICIES = "STRUCT(name VARCHAR, namespace VARCHAR)[]"
_PORTS = "STRUCT(source_port INTEGER, destination_port INTEGER, flags STRUCT(SYN BOOLEAN, ACK BOOLEAN))"
_END = "STRUCT(namespace VARCHAR, pod_name VARCHAR, labels VARCHAR[], workloads STRUCT(name VARCHAR, kind VARCHAR)[])"

_FLOW = (
    'STRUCT(verdict VARCHAR, drop_reason_desc VARCHAR, drop_reason INTEGER, "time" VARCHAR, is_reply BOOLEAN, '
    f'"Type" VARCHAR, traffic_direction VARCHAR, l4 STRUCT(TCP {_PORTS}, UDP {_PORTS}, SCTP {_PORTS}), '
    f'IP STRUCT("source" VARCHAR, destination VARCHAR), "source" {_END}, destination {_END}, '
    "source_names VARCHAR[], destination_names VARCHAR[], "
    "destination_service STRUCT(name VARCHAR, namespace VARCHAR), "
    f"egress_allowed_by {_POLICIES}, ingress_allowed_by {_POLICIES}, egress_denied_by {_POLICIES}, "
    f"ingress_denied_by {_POLICIES})"
)

TYPES = {
    "hubble": {"flow": _FLOW},
    "vpc": {
        **dict.fromkeys(("srcaddr", "dstaddr", "pkt_srcaddr", "pkt_dstaddr"), "VARCHAR"),
        **dict.fromkeys(("srcport", "dstport", "protocol", "tcp_flags", "start", "end"), "BIGINT"),
        **dict.fromkeys(("action", "log_status", "flow_direction"), "VARCHAR"),
    },
}
"""The columns that the SQL of a log reads. A file may hold more; what it does not have is null."""

_SIGNS = {"hubble": ("flow",), "vpc": ("srcaddr", "dstaddr", "srcport", "dstport", "protocol")}
"""The columns by which a log is told."""

_NUMBERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
"""The types of columns that hold a whole number; there are tables with texts and times instead."""


def log_of(columns: Mapping[str, str]) -> str | None:
    """Return the log that a table holds, by its columns and their types, where there is SQL for such a table."""
    known = {name.lower(): "BIGINT" if kind in _NUMBERS else kind for name, kind in columns.items()}
    for log, signs in _SIGNS.items():
        types = TYPES[log].items()
        if known.keys() >= {*signs} and all(kind in (_FLOW, known.get(name, kind)) for name, kind in types):
            return log
    return None


def columns_read(log: str, columns: Iterable[str]) -> str:
    """Return what to select of a table with these columns for the SQL of a log."""
    known = {name.lower() for name in columns}
    return ", ".join(
        f"CAST({_quoted(name) if name in known else 'NULL'} AS {kind}) AS {_quoted(name)}"
        for name, kind in TYPES[log].items()
    )


def reduced(log: str, paths: Sequence[Path], name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows to which a log in files of Parquet reduces; `name` is what users call it.

    Raises:
        InputError: it is damaged, or a column has another type than that of the log.
        UsageError: DuckDB is not installed.
    """
    with _table(paths, name) as (connection, table):
        table.project(columns_read(log, table.columns)).create_view("flows")
        # In an order, or else the same log would be told differently each time.
        connection.sql(statement(log, "duckdb")).create_view("reduced")
        yield from _rows(connection.execute("SELECT * FROM reduced ORDER BY ALL"))


def table_of(paths: Sequence[Path], name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of files of Parquet, as they are; `name` is what users call them.

    Raises:
        InputError: it is damaged.
        UsageError: DuckDB is not installed.
    """
    with _table(paths, name) as (connection, table):
        table.create_view("edges")
        yield from _rows(connection.execute("SELECT * FROM edges"))


def records_of(paths: Sequence[Path], name: str) -> Generator[bytes]:
    """Yield the rows of files of Parquet as records in JSON, without what is null.

    Raises:
        InputError: it is damaged.
        UsageError: DuckDB is not installed.
    """
    with _table(paths, name) as (connection, table):
        table.create_view("log")
        for row in _rows(connection.execute("SELECT to_json(log) AS record FROM log")):
            yield msgspec.json.encode(_known(msgspec.json.decode(row["record"])))


def columns_of(paths: Sequence[Path], name: str) -> dict[str, str]:
    """Return the columns of files of Parquet, and their types.

    Raises:
        InputError: it is damaged.
        UsageError: DuckDB is not installed.
    """
    with _table(paths, name) as (_, table):
        return dict(zip(table.columns, map(str, table.types), strict=True))


@contextmanager
def _table(paths: Sequence[Path], name: str) -> Iterator[tuple[Any, Any]]:
    """Open files in a database of their own; their names are arguments, and never part of SQL."""
    duckdb = needed("duckdb", "flows", f"`{name}`")
    with TemporaryDirectory(prefix="netpolc-") as folder:
        settings = {"memory_limit": MEMORY, "temp_directory": folder, "preserve_insertion_order": "false"}
        with duckdb.connect(config=settings) as connection:
            try:
                connection.execute(QUIET)
                yield connection, connection.read_parquet([*map(_to_the_letter, paths)], union_by_name=True)
            except duckdb.Error as error:
                message = f"`{name}` cannot be read as Parquet: {str(error).splitlines()[0]}"
                raise InputError([Diagnostic(code="NP882", severity="error", message=message, file=name)]) from error


def _quoted(name: str) -> str:
    return f'"{name}"'


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _known(each) for key, each in value.items() if each is not None}
    return value


def _to_the_letter(path: Path) -> str:
    """Return a path without what DuckDB would take for a pattern."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def _rows(found: Any) -> Iterator[dict[str, Any]]:
    columns = [column[0] for column in found.description]
    while rows := found.fetchmany(_AT_ONCE):
        yield from (dict(zip(columns, row, strict=True)) for row in rows)
