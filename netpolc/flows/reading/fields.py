"""Fields that several formats have, in the spellings that there are: protocols, ports, times, counts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from netpolc.flows.record import FlowEnd

if TYPE_CHECKING:
    from netpolc.flows.reading.labels import Labels

Protocol = Literal["TCP", "UDP", "SCTP"]

_PROTOCOLS: dict[str, Protocol] = {
    "tcp": "TCP",
    "6": "TCP",
    "udp": "UDP",
    "17": "UDP",
    "sctp": "SCTP",
    "132": "SCTP",
}

_LAST_PORT = 65535

_MILLISECONDS = 1e11
"""Numbers from here on are milliseconds: as seconds, they would be of the year 5138."""

_END_OF_DATES = 253_402_300_800
"""The seconds until the year 10000, which no date has."""

Number = int | float | str | None
"""A number as JSON has it: protojson writes those of 64 bits as texts."""


def protocol_of(field: Number) -> Protocol | None:
    """Return a protocol by its name or its number, or None for one without ports."""
    return _PROTOCOLS.get(str(field).lower())


def port_of(field: Number) -> int:
    """Return a port, or 0 for what is none."""
    found = number_of(field)
    return int(found) if found is not None and 0 < found <= _LAST_PORT else 0


def number_of(field: Number) -> float | None:
    """Return a number, or None for what is none, or is not finite."""
    try:
        found = float(field or 0)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) < _MILLISECONDS**2 else None


def count_of(*fields: Number) -> int:
    """Return the first count that is not 0, or 1: a record is of something."""
    counts = (number_of(field) for field in fields)
    return next((int(count) for count in counts if count is not None and count >= 1), 1)


def seconds_of(field: Number) -> float | None:
    """Return a time in seconds since 1970: from such a number, from milliseconds, or from a date in ISO 8601."""
    if not field:
        return None
    found = number_of(field)
    if found is not None:
        seconds = found / 1000 if found >= _MILLISECONDS else found
        return seconds if 0 < seconds < _END_OF_DATES else None
    try:
        read = datetime.fromisoformat(str(field))
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def policy_name(namespace: str | None, name: str) -> str:
    """Return what a policy is called; one of the whole cluster has no namespace."""
    return f"{namespace}/{name}" if namespace else name


def outside(address: str) -> FlowEnd:
    """Return an end of which the log has no more than its address."""
    return FlowEnd(address=address)


def of_pod(
    namespace: str, *, pod: str = "", owner: str = "", kind: str = "", labels: Labels | None = None, address: str = ""
) -> FlowEnd:
    """Return an end in a namespace; what is empty is not known."""
    return FlowEnd(
        namespace=namespace,
        pod=pod or None,
        owner=owner or None,
        kind=kind or None,
        labels=labels,
        address=address or None,
    )
