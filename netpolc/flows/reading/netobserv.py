"""Flows of NetObserv: JSON as flowlogs-pipeline writes it to files, to Kafka and to Loki.

Source: "Network Flows format reference" of network-observability-operator, and flowlogs-pipeline of August 2026.
Packets of both directions are recorded, the replies with the ports the other way round. Who opened a connection is
told by conversation tracking (`_RecordType`), or else by the flags of TCP, in which the agent has those of a reply as
one (SYN+ACK, 0x100); or else by the ports. Pods have no labels, but their owners, whatever is above ReplicaSets. A
Service as the destination is what was asked for, with its port. Network events of OVN-Kubernetes have the policy that
allowed or dropped; other drops are those of the kernel, where no packet came through.
"""

from __future__ import annotations

import msgspec

from netpolc.flows.reading.direction import is_opening
from netpolc.flows.reading.fields import (
    Number,
    number_of,
    of_pod,
    outside,
    policy_name,
    port_of,
    protocol_of,
    seconds_of,
)
from netpolc.flows.reading.model import DAMAGED, NO_DIRECTION, OTHER_PROTOCOLS, REPLIES, Format, NoFlow
from netpolc.flows.reading.remembered import Remembered
from netpolc.flows.record import FlowEnd, SeenFlow, Side, VerdictOfLog

_DUPLICATES = NoFlow("records of packets that another interface had, too")
_INCOMPLETE = NoFlow(
    "records without addresses, protocol and ports",
    code="NP868",
    one="record without addresses, protocol and ports",
    help="export all fields of flows",
)

_CONVERSATIONS = frozenset({"newConnection", "heartbeat", "endConnection"})
_SYN, _ACK, _SYN_ACK = 0x02, 0x10, 0x100
_BITS = {"SYN": _SYN, "ACK": _ACK, "SYN_ACK": _SYN_ACK, "SYN+ACK": _SYN_ACK}
_DIGITS = 10
_SIGNS = frozenset({"SrcAddr", "DstAddr", "SrcPort", "DstPort", "Proto"})
_FEWEST_SIGNS = 4
_SIDES: dict[str, Side] = {"0": "ingress", "1": "egress"}


class _NetworkEvent(msgspec.Struct, rename="pascal"):
    action: str = ""
    name: str = ""
    namespace: str = ""
    type: str = ""


class _NetObservRecord(msgspec.Struct, rename="pascal"):
    src_addr: str = ""
    dst_addr: str = ""
    src_port: Number = 0
    dst_port: Number = 0
    proto: Number = None
    src_namespace: str = msgspec.field(name="SrcK8S_Namespace", default="")
    src_name: str = msgspec.field(name="SrcK8S_Name", default="")
    src_type: str = msgspec.field(name="SrcK8S_Type", default="")
    src_owner_name: str = msgspec.field(name="SrcK8S_OwnerName", default="")
    src_owner_type: str = msgspec.field(name="SrcK8S_OwnerType", default="")
    dst_namespace: str = msgspec.field(name="DstK8S_Namespace", default="")
    dst_name: str = msgspec.field(name="DstK8S_Name", default="")
    dst_type: str = msgspec.field(name="DstK8S_Type", default="")
    dst_owner_name: str = msgspec.field(name="DstK8S_OwnerName", default="")
    dst_owner_type: str = msgspec.field(name="DstK8S_OwnerType", default="")
    flags: int | str | list[str] | None = None
    flow_direction: Number = None
    record_type: str = msgspec.field(name="_RecordType", default="")
    duplicate: bool | str = False
    packets: Number = None
    dropped: Number = msgspec.field(name="PktDropPackets", default=0)
    network_events: list[_NetworkEvent] | None = None
    start: Number = msgspec.field(name="TimeFlowStartMs", default=None)
    end: Number = msgspec.field(name="TimeFlowEndMs", default=None)
    received: Number = msgspec.field(name="TimeReceived", default=None)


_RECORD = msgspec.json.Decoder(_NetObservRecord)


class _NetObservReader:
    """Reads records, and remembers the ends that it met."""

    def __init__(self) -> None:
        self._ends = Remembered(_end)

    def __call__(self, text: bytes) -> SeenFlow | NoFlow | None:
        try:
            record = _RECORD.decode(text)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return DAMAGED
        return self._read(record)

    def _read(self, record: _NetObservRecord) -> SeenFlow | NoFlow:
        protocol = protocol_of(record.proto)
        port = port_of(record.dst_port)
        if protocol is None and record.proto is not None:
            return OTHER_PROTOCOLS
        if protocol is None or not port or not record.src_addr or not record.dst_addr:
            return _INCOMPLETE if record.src_addr or record.dst_addr else DAMAGED
        if record.duplicate in (True, "true"):
            return _DUPLICATES
        opening = _is_opening(record, port)
        if opening is not True:
            return NO_DIRECTION if opening is None else REPLIES
        first, last = seconds_of(record.start), seconds_of(record.end)
        received = seconds_of(record.received)
        verdict, policies = _verdict(record)
        is_service = record.dst_type == "Service"
        return SeenFlow(
            source=self._ends[
                record.src_addr,
                record.src_namespace,
                record.src_name,
                record.src_type,
                record.src_owner_name,
                record.src_owner_type,
            ],
            destination=self._ends[
                record.dst_addr,
                record.dst_namespace,
                record.dst_name,
                record.dst_type,
                record.dst_owner_name,
                record.dst_owner_type,
            ],
            protocol=protocol,
            port=port,
            verdict=verdict,
            first=first or last or received,
            last=last or first or received,
            policies=policies,
            side=_SIDES.get(str(record.flow_direction)),
            service=(record.dst_namespace or None, record.dst_name) if is_service and record.dst_name else None,
        )


def _is_opening(record: _NetObservRecord, port: int) -> bool | None:
    """Tell whether a record is of the direction in which its connection was opened, if that can be told."""
    if record.record_type in _CONVERSATIONS:
        return True
    flags = _flags(record.flags)
    if flags & _SYN_ACK:
        return False
    if flags & _SYN and not flags & _ACK:
        return True
    opening = is_opening(port_of(record.src_port), port)
    # Collected as IPFIX, replies have SYN and ACK as well.
    return True if opening is None and flags & _SYN else opening


def _flags(field: int | str | list[str] | None) -> int:
    if isinstance(field, list):
        return sum(_BITS.get(each.upper(), 0) for each in set(field))
    return int(field) if isinstance(field, int) or (field and field.isdecimal() and len(field) < _DIGITS) else 0


def _verdict(record: _NetObservRecord) -> tuple[VerdictOfLog, tuple[str, ...]]:
    """Return what became of a flow, and the policies that are known to have decided."""
    events = [each for each in record.network_events or () if each.name]
    dropping = [each for each in events if each.action.lower().startswith("drop")]
    allowing = [each for each in events if each.action.lower().startswith("allow")]
    if dropping or allowing:
        names = (policy_name(each.namespace, each.name) for each in dropping or allowing)
        return "denied" if dropping else "forwarded", tuple(dict.fromkeys(names))
    is_dropped = bool(number_of(record.dropped)) and not number_of(record.packets)
    return "dropped" if is_dropped else "forwarded", ()


def _end(key: tuple[str, str, str, str, str, str]) -> FlowEnd:
    """Return an end by its address, and the namespace, name, kind, owner and owner's kind of what has that."""
    address, namespace, name, kind, owner, owner_kind = key
    if kind not in ("", "Pod") or not namespace:
        return outside(address)
    if owner_kind == "Pod" or not owner:
        owner = owner_kind = ""
    return of_pod(namespace, pod=name, owner=owner, kind=owner_kind, address=address)


def _fits(record: object) -> bool:
    """Tell whether a JSON value is a record."""
    return isinstance(record, dict) and len(_SIGNS & record.keys()) >= _FEWEST_SIGNS


NETOBSERV = Format(name="netobserv", title="NetObserv", fits=_fits, start=_NetObservReader)
