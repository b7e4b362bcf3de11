"""Schemes of URLs: the ports that they leave out, and those that name no host."""

from __future__ import annotations

USUAL_PORTS = {
    "amqp": 5672,
    "amqps": 5671,
    "bolt": 7687,
    "clickhouse": 9000,
    "ftp": 21,
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
    "neo4j": 7687,
    "postgres": 5432,
    "postgresql": 5432,
    "pulsar": 6650,
    "redis": 6379,
    "redis-sentinel": 26379,
    "rediss": 6379,
    "sftp": 22,
    "smtp": 25,
    "smtps": 465,
    "sqlserver": 1433,
    "ssh": 22,
    "stomp": 61613,
    "ws": 80,
    "wss": 443,
    "zookeeper": 2181,
}
"""Ports that URLs leave out, by scheme (IANA, "Service Name and Transport Protocol Port Number Registry"; of
ClickHouse, Kafka, NATS, Neo4j, Pulsar, Redis, STOMP's brokers and ZooKeeper, what each documents as its default)."""

NO_HOSTS = frozenset(
    (
        "abfs",
        "classpath",
        "containerd",
        "cri-dockerd",
        "docker",
        "env",
        "file",
        "gs",
        "jar",
        "kubernetes",
        "mem",
        "memory",
        "s3",
        "s3a",
        "secret",
        "spiffe",
        "sqlite",
        "static",
        "unix",
        "urn",
    )
)
"""Schemes after which no host stands, but a path, a bucket or a name."""
