"""Programs that connect to a host that their arguments name, and the ports that they use without being told."""

from __future__ import annotations

CLIENTS = {
    "clickhouse-client": 9000,
    "mariadb": 3306,
    "mariadb-admin": 3306,
    "mongo": 27017,
    "mongosh": 27017,
    "mysql": 3306,
    "mysqladmin": 3306,
    "pg_dump": 5432,
    "pg_isready": 5432,
    "psql": 5432,
    "redis-cli": 6379,
}
"""Programs that take `-h HOST` or `--host HOST`, and a port by `-p`, `-P` or `--port` (the manual of each)."""
