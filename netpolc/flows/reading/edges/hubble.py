"""Rows of Hubble's records as the records that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from netpolc.flows.reading.edges.model import EdgeRow

_FLAGS = {"SYN,ACK": {"SYN": True, "ACK": True}, "SYN": {"SYN": True}}


_ANY_FLOW: dict[str, Any] = {
    "verdict": "FORWARDED",
    "is_reply": False,
    "protocol": "TCP",
    "port": 1,
    "destination_address": "192.0.2.1",
}


def record_of(row: EdgeRow) -> bytes:
    """Return the line of JSON that a row stands for, but for its time; of a stay, one with its pod as the source."""
    if row.record == "stay":
        row = msgspec.structs.replace(row, **_ANY_FLOW)
    flow = {
        "verdict": row.verdict,
        "drop_reason_desc": row.drop_reason,
        "drop_reason": row.drop_number,
        "is_reply": row.is_reply,
        "Type": row.layer,
        "traffic_direction": row.direction,
        "l4": _layer4(row),
        "IP": _kept({"source": row.source_address, "destination": row.destination_address}),
        "source": _end(row, "source"),
        "destination": _end(row, "destination"),
        "source_names": _list(row.source_names),
        "destination_names": _list(row.destination_names),
        "destination_service": _kept({"namespace": row.service_namespace, "name": row.service_name}),
        "egress_allowed_by": _policies(row.egress_allowed_by),
        "ingress_allowed_by": _policies(row.ingress_allowed_by),
        "egress_denied_by": _policies(row.egress_denied_by),
        "ingress_denied_by": _policies(row.ingress_denied_by),
    }
    return msgspec.json.encode({"flow": _kept(flow)})


def _layer4(row: EdgeRow) -> dict[str, Any] | None:
    if row.protocol is None:
        return None
    flags = None if row.tcp_flags is None else _FLAGS.get(row.tcp_flags, {})
    return {row.protocol: _kept({"source_port": row.source_port, "destination_port": row.port, "flags": flags}) or {}}


def _end(row: EdgeRow, side: str) -> dict[str, Any] | None:
    owner = _kept({"name": getattr(row, f"{side}_owner"), "kind": getattr(row, f"{side}_kind")})
    return _kept(
        {
            "namespace": getattr(row, f"{side}_namespace"),
            "pod_name": getattr(row, f"{side}_pod"),
            "labels": _list(getattr(row, f"{side}_labels")),
            "workloads": owner and [owner],
        }
    )


def _list(joined: str | None) -> list[str] | None:
    return None if joined is None else joined.split(",")


def _policies(joined: str | None) -> list[dict[str, str]] | None:
    if joined is None:
        return None
    return [dict(zip(("namespace", "name"), each.split("/", 1), strict=False)) for each in joined.split(",")]


def _kept(members: dict[str, Any]) -> dict[str, Any] | None:
    """Return what is known of some members, or None where nothing is."""
    return {key: value for key, value in members.items() if value is not None} or None
