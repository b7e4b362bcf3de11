"""The rows to which the SQL of netpolc reduces logs, whatever engine ran it.

SQL only groups: what a record means is for the reader of its log to say, of one for all that are alike. A row with the
`record` `flow` stands for a number of these; one with `stay` is a pod that had an address for some time.
"""

from __future__ import annotations

from typing import Any

import msgspec


class EdgeRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row: columns of any log, of which each has its own, and None stands for what it does not know.

    `seen` is how many records there were, `first_seen` and `last_seen` are microseconds since 1970 in UTC. Labels,
    names and policies are joined by commas.
    """

    record: str
    log: str
    status: str | None = None
    verdict: str | None = None
    drop_reason: str | None = None
    drop_number: int | None = None
    is_reply: bool | None = None
    layer: str | None = None
    direction: str | None = None
    protocol: str | None = None
    port: int | None = None
    source_port: int | None = None
    tcp_flags: str | None = None
    egress_allowed_by: str | None = None
    ingress_allowed_by: str | None = None
    egress_denied_by: str | None = None
    ingress_denied_by: str | None = None
    service_namespace: str | None = None
    service_name: str | None = None
    source_namespace: str | None = None
    source_pod: str | None = None
    source_owner: str | None = None
    source_kind: str | None = None
    source_labels: str | None = None
    source_address: str | None = None
    source_names: str | None = None
    destination_namespace: str | None = None
    destination_pod: str | None = None
    destination_owner: str | None = None
    destination_kind: str | None = None
    destination_labels: str | None = None
    destination_address: str | None = None
    destination_names: str | None = None
    seen: int = 0
    first_seen: int | None = None
    last_seen: int | None = None


NEEDED = ("record", "log", "seen", "first_seen", "last_seen")
"""The columns without which a table is no result of the SQL."""

_NUMBERS = frozenset({"drop_number", "port", "source_port", "seen", "first_seen", "last_seen"})


def row_of(values: dict[str, Any]) -> EdgeRow | None:
    """Return a row from its values, which may all be text, as in CSV; None where they cannot be meant so."""
    try:
        return msgspec.convert(_known(values), EdgeRow)
    except (msgspec.ValidationError, ValueError, LookupError, OverflowError):
        return None


def _known(values: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a row; engines may write the names of columns large."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        column = name.lower()
        if value is None or value == "":
            continue
        if column in _NUMBERS:
            value = int(value)  # noqa: PLW2901 -- the same value, read
        elif column == "is_reply" and isinstance(value, str):
            value = {"true": True, "false": False}[value.lower()]  # noqa: PLW2901 -- as above
        found[column] = value
    return found
