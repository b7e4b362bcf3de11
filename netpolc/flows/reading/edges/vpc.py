"""Rows of VPC flow logs as the records that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from netpolc.flows.reading.edges.model import EdgeRow

_FLAGS = {"SYN,ACK": "18", "SYN": "2"}
_PROTOCOLS = {"TCP": "6", "UDP": "17", "SCTP": "132", "other": "1"}
_LEFT_OUT = "-"
_ANY_ADDRESS = "0.0.0.0"  # noqa: S104 -- nothing is bound to it
"""That of records which are only counted: the SQL leaves theirs out."""


def record_of(row: EdgeRow) -> bytes:
    """Return the row of a log in JSON that a row stands for, but for its time."""
    record = {
        "srcaddr": row.source_address or _ANY_ADDRESS,
        "dstaddr": row.destination_address or _ANY_ADDRESS,
        "srcport": _LEFT_OUT if row.source_port is None else str(row.source_port),
        "dstport": _LEFT_OUT if row.port is None else str(row.port),
        "protocol": _PROTOCOLS.get(row.protocol or "", _LEFT_OUT),
        "action": row.verdict or _LEFT_OUT,
        "log-status": row.status or "OK",
        "tcp-flags": _FLAGS.get(row.tcp_flags or "", _LEFT_OUT),
        "flow-direction": row.direction or _LEFT_OUT,
    }
    return msgspec.json.encode(record)
