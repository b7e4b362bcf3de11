"""Schemes of URLs: the ports that they leave out, and those that name no host."""

from __future__ import annotations

USUAL_PORTS = {
    "amqp": 5672,
    "amqps": 5671,
    "clickhouse": 9000,
    "http": 80,
    "https": 443,
    "kafka": 9092,
    "ldap": 389,
    "ldaps": 636,
    "mariadb": 3306,
    "memcached": 11211,
    "mongodb": 27017,
    "mqtt": 1883,
    "mysql": 3306,
    "nats": 4222,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
    "smtp": 25,
    "sqlserver": 1433,
    "ws": 80,
    "wss": 443,
}
"""Ports that URLs leave out, by scheme (IANA, "Service Name and Transport Protocol Port Number Registry"; of
ClickHouse, Kafka, NATS and Redis, what each documents as its default)."""

NO_HOSTS = frozenset(
    ("abfs", "containerd", "docker", "file", "gs", "mem", "memory", "s3", "s3a", "secret", "spiffe", "sqlite", "unix")
)
"""Schemes after which no host stands, but a path, a bucket or a name."""
