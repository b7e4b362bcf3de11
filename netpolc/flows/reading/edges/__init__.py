"""Logs that an SQL engine has reduced to distinct records, and DuckDB as such an engine."""
