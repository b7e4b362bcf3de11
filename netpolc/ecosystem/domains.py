"""How the names of domains end, by which one knows them from names within a cluster."""

from __future__ import annotations

PUBLIC_ENDINGS = frozenset(
    (
        "app",
        "arpa",
        "biz",
        "cloud",
        "com",
        "dev",
        "edu",
        "example",
        "gov",
        "info",
        "int",
        "mil",
        "net",
        "online",
        "org",
        "site",
        "tech",
        "xyz",
    )
)
"""Top-level domains of more than two letters that services are found below (IANA, "Root Zone Database"; RFC 2606)."""

PRIVATE_ENDINGS = frozenset(
    ("corp", "home", "internal", "intranet", "invalid", "lan", "localdomain", "private", "test")
)
"""What organisations end their own names in (ICANN's `internal`; RFC 6762, appendix G; RFC 6761)."""

COUNTRY = 2
"""The letters of the top-level domain of a country."""


def is_domain(host: str) -> bool:
    """Tell whether a name with a dot is that of a domain rather than of a service and its namespace."""
    labels = host.lower().split(".")
    last = labels[-1]
    return len(labels) > 2 or len(last) == COUNTRY or last in PUBLIC_ENDINGS | PRIVATE_ENDINGS  # noqa: PLR2004 -- said
