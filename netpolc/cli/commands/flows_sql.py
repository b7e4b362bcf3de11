"""`netpolc flows sql`: the SQL that reduces records where they are."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Annotated

import typer

EXAMPLES = """\b
Examples:
  netpolc flows sql --dialect spark > edges.sql
  netpolc flows sql --dialect trino --flows-format vpc
  netpolc flows --edges edges.parquet             what came of it"""


class Dialect(str, Enum):
    """An engine, and the SQL that it speaks."""

    BIGQUERY = "bigquery"
    CLICKHOUSE = "clickhouse"
    DUCKDB = "duckdb"
    SNOWFLAKE = "snowflake"
    SPARK = "spark"
    TRINO = "trino"


class ReducedLog(str, Enum):
    """A log that engines reduce."""

    HUBBLE = "hubble"
    VPC = "vpc"


def command(
    dialect: Annotated[Dialect, typer.Option("--dialect", help="The engine that is to run it.", show_default=False)],
    log: Annotated[ReducedLog, typer.Option("--flows-format", help="What wrote the records.")] = ReducedLog.HUBBLE,
) -> int:
    """Print the SQL that reduces records of flows to distinct ones, for the engine that has them.

    It reads a table or a view `flows`. What it returns is for `--edges`, as Parquet or CSV.
    """
    from netpolc.flows.reading.edges.statements import statement  # the help takes none

    sys.stdout.write(statement(log.value, dialect.value))
    return 0
