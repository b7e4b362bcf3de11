"""The SQL that reduces logs, for each engine, as it ships in sql/."""

from __future__ import annotations

from netpolc.resources import bundled

LOGS = ("hubble", "vpc")
DIALECTS = ("bigquery", "clickhouse", "duckdb", "snowflake", "spark", "trino")


def statement(log: str, dialect: str) -> str:
    """Return the reduction of a log in a dialect, of a table or view `flows`."""
    return bundled("sql", f"{log}.{dialect}.sql").read_text("utf-8")
