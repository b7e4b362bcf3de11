"""Network policy logs of GKE Dataplane V2, as Cloud Logging exports them, and as nodes have them in policy_action.log.

Source: "Use network policy logging", and policylogger of GoogleCloudPlatform/gke-cilium 1.13 (the documents' own
lines of 2020 have fewer fields). A record is of a connection that policies allowed, which the replies belong to, or of
attempts in some seconds that they denied, with their `count`. There are no labels; a workload is what owns the pod,
which may be a ReplicaSet. Cloud Logging has the record as the `jsonPayload` of an entry, and its numbers may be written
as fractions.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from netpolc.flows.reading.fields import of_pod, outside, policy_name
from netpolc.flows.reading.model import DAMAGED, OTHER_PROTOCOLS, Format, NoFlow
from netpolc.flows.reading.remembered import Remembered
from netpolc.flows.record import FlowEnd, SeenFlow, VerdictOfLog

_PROTOCOLS: dict[str, Literal["TCP", "UDP", "SCTP"]] = {"tcp": "TCP", "udp": "UDP", "sctp": "SCTP"}
_VERDICTS: dict[str, VerdictOfLog] = {"allow": "forwarded", "deny": "denied"}
_LAST_PORT = 65535


class _GkeConnection(msgspec.Struct):
    src_ip: str = ""
    dest_ip: str = ""
    dest_port: float = 0
    protocol: str = ""
    direction: Literal["ingress", "egress"] | None = None


class _GkeEnd(msgspec.Struct):
    namespace: str = ""
    pod_namespace: str = ""
    pod_name: str = ""
    workload_kind: str = ""
    workload_name: str = ""


class _GkePolicy(msgspec.Struct):
    name: str = ""
    namespace: str = ""


class _GkeRecord(msgspec.Struct):
    connection: _GkeConnection
    disposition: str
    src: msgspec.Raw = msgspec.Raw(b"{}")
    dest: msgspec.Raw = msgspec.Raw(b"{}")
    policies: list[_GkePolicy] | None = None
    count: float = 1
    timestamp: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class _GkeEntry(msgspec.Struct):
    record: _GkeRecord = msgspec.field(name="jsonPayload")


_ENTRY = msgspec.json.Decoder(_GkeEntry)
_RECORD = msgspec.json.Decoder(_GkeRecord)
_END = msgspec.json.Decoder(_GkeEnd | None)


class _GkeReader:
    """Reads records, in entries or alone."""

    def __init__(self) -> None:
        self._ends = Remembered(_end)

    def __call__(self, text: bytes) -> SeenFlow | NoFlow | None:
        try:
            record = _ENTRY.decode(text).record if b'"jsonPayload"' in text else _RECORD.decode(text)
            return self._read(record)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError):
            return DAMAGED

    def _read(self, record: _GkeRecord) -> SeenFlow | NoFlow:
        connection = record.connection
        verdict = _VERDICTS.get(record.disposition)
        protocol = _PROTOCOLS.get(connection.protocol.lower())
        if protocol is None and connection.protocol:
            return OTHER_PROTOCOLS
        source = self._ends[bytes(record.src), connection.src_ip]
        destination = self._ends[bytes(record.dest), connection.dest_ip]
        port = int(connection.dest_port)
        if verdict is None or protocol is None or source is None or destination is None or not 0 < port <= _LAST_PORT:
            return DAMAGED
        time = None if record.timestamp is None else record.timestamp.timestamp()
        return SeenFlow(
            source=source,
            destination=destination,
            protocol=protocol,
            port=port,
            verdict=verdict,
            first=time,
            last=time,
            count=max(1, int(record.count)),
            policies=tuple(policy_name(each.namespace, each.name) for each in record.policies or ()),
            side=connection.direction,
        )


def _end(key: tuple[bytes, str]) -> FlowEnd | None:
    """Return an end from its record and its address; nodes and what is outside have no namespace."""
    text, address = key
    end = _END.decode(text) or _GkeEnd()
    namespace = end.namespace or end.pod_namespace
    if not namespace:
        return outside(address) if address else None
    if not (end.pod_name or end.workload_name or address):
        return None
    return of_pod(namespace, pod=end.pod_name, owner=end.workload_name, kind=end.workload_kind, address=address)


def _fits(record: object) -> bool:
    """Tell whether a JSON value is a record, or an entry of Cloud Logging with one."""
    if not isinstance(record, dict):
        return False
    record = record.get("jsonPayload", record)
    return isinstance(record, dict) and isinstance(record.get("connection"), dict) and "disposition" in record


GKE = Format(name="gke", title="GKE", fits=_fits, start=_GkeReader)
