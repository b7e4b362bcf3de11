"""Flows of Cilium's Hubble: `hubble observe -o json`, and the files of its exporter, with and without a field mask.

Source: `flow.proto` of Cilium 1.19.4. JSON is written by protojson with the names of the proto, where what has its
default is left out. Until Hubble 0.7, flows stood alone; since then they are the `flow` of a line.

Hubble has a record for each point at which a packet is seen, and several packets of a connection, so `count` is of
records. What is seen before an address is translated (`TRACED`, `TRANSLATED`) has no verdict yet and is passed over.
`is_reply` is not known of what was dropped, nor at some points (pkg/hubble/parser/threefour, decodeIsReply): then the
flags of TCP tell, or else the ports. What a policy denied is no reply, as policies are not asked of these, unless its
flags say that it is of a connection that is no longer known. Policies deny as `POLICY_DENIED`, by a missing allow rule,
and as `POLICY_DENY`, by a deny rule. Labels are those that Cilium keeps for identities; a cluster may keep fewer.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from netpolc.flows.reading.direction import is_opening
from netpolc.flows.reading.fields import of_pod, policy_name
from netpolc.flows.reading.hubble_records import (
    LEFT_OUT,
    HubbleAddresses,
    HubbleEnd,
    HubbleFlags,
    HubbleFlow,
    HubbleLayer4,
    HubbleLine,
    HubbleObject,
    HubblePorts,
    HubbleWorkload,
)
from netpolc.flows.reading.labels import Labels, lasting
from netpolc.flows.reading.model import DAMAGED, NO_DIRECTION, OTHER_PROTOCOLS, REPLIES, Format, NoFlow
from netpolc.flows.reading.remembered import Remembered
from netpolc.flows.record import FlowEnd, SeenFlow, Side, VerdictOfLog

_FORWARDED: dict[str | None, VerdictOfLog] = dict.fromkeys(("FORWARDED", "REDIRECTED", "AUDIT"), "forwarded")
"""Let through: at once, by way of a proxy, or in spite of a policy that only audits."""

_DENIED = frozenset({"POLICY_DENIED", "POLICY_DENY"})
_DENIED_NUMBERS = frozenset({133, 181})
"""The same two reasons in the field that `drop_reason_desc` replaces."""

_NOT_YET = frozenset({"TRACED", "TRANSLATED", "VERDICT_UNKNOWN"})
_SIDES: dict[str, Side] = {"EGRESS": "egress", "INGRESS": "ingress"}
_LAST_PORT = 65535
_NOWHERE = HubbleAddresses()
_NOBODY = HubbleEnd()
_NOTHING = HubbleWorkload()

_OF_KUBERNETES = "k8s:"
_OF_CILIUM = "io.cilium."
_OF_NAMESPACE = "io.cilium.k8s.namespace.labels."
_NAMESPACE = "io.kubernetes.pod.namespace"
"""How a label begins that a pod has in Kubernetes, and what Cilium adds to these."""

_OWN_NODE = "reserved:host"
"""The identity of the node on which a packet is seen; others are `reserved:remote-node`."""

_SIGNS = frozenset({"verdict", "l4", "IP", "is_reply", "event_type", "traffic_direction", "Type"})
_MESSAGES = frozenset({"lost_events", "node_status"})
"""Fields by which a flow can be told, and what else a line may hold."""

_MASK = "add `{}` to `fieldMask` of the exporter, or to `--experimental-field-mask`"


def _masked(text: str, one: str, *fields: str) -> NoFlow:
    return NoFlow(text, code="NP868", one=one, help=_MASK.format("`, `".join(fields)))


_UNDECIDED = NoFlow("records from before a verdict, as of sockets")
_LOST = NoFlow("messages of events that Hubble lost")
_STATUS = NoFlow("messages of Hubble about its nodes")
_MASKED_DIRECTION = _masked(NO_DIRECTION.text, "record that may be a reply, and does not say so", "is_reply")
_NO_VERDICT = _masked("records without a verdict", "record without a verdict", "verdict")
_NO_PORT = _masked("records without a protocol or its port", "record without a protocol or its port", "l4")
_NO_CAUSE = _masked(
    "records of drops that do not say why", "record of a drop that does not say why", "drop_reason_desc"
)
_NO_END = _masked(
    "records that name an end neither by its pod nor by its address",
    "record that names an end neither by its pod nor by its address",
    *("source.namespace", "source.pod_name", "destination.namespace", "destination.pod_name", "IP"),
)

_LINE = msgspec.json.Decoder(HubbleLine)
_FLOW = msgspec.json.Decoder(HubbleFlow)
_ENDPOINT = msgspec.json.Decoder(HubbleEnd | None)
_FLAGS = msgspec.json.Decoder(HubbleFlags | None)
_NAMES = msgspec.json.Decoder(list[str] | None)
_POLICIES = msgspec.json.Decoder(list[HubbleObject] | None)


class _HubbleReader:
    """Reads records of one file, and remembers the ends and policies that it met by the text that they have there."""

    def __init__(self) -> None:
        self._ends = Remembered(_end)
        self._policies = Remembered(_policies)

    def __call__(self, record: bytes) -> SeenFlow | NoFlow | None:
        try:
            line = _LINE.decode(record)
            flow = line.flow
            if flow is None:
                if line.lost_events:
                    return _LOST
                if line.node_status:
                    return _STATUS
                flow = _FLOW.decode(record)
            return self._read(flow)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return DAMAGED

    def _read(self, flow: HubbleFlow) -> SeenFlow | NoFlow:
        verdict = _FORWARDED.get(flow.verdict) or _verdict(flow)
        if isinstance(verdict, NoFlow):
            return verdict
        if flow.l4 is None:
            return _NO_PORT
        protocol, ports = _port(flow.l4)
        if ports is None:
            return OTHER_PROTOCOLS
        if not 0 < ports.destination_port <= _LAST_PORT:
            return _NO_PORT
        if flow.is_reply is not False and (reason := _reply(flow, ports, verdict)) is not None:
            return reason
        at = flow.addresses or _NOWHERE
        ends, its, their = self._ends, flow.source_names, flow.destination_names
        source = ends[bytes(flow.source), at.source, b"" if its is LEFT_OUT else bytes(its)]
        destination = ends[bytes(flow.destination), at.destination, b"" if their is LEFT_OUT else bytes(their)]
        if source is None or destination is None:
            return _NO_END
        time = None if flow.time is None else flow.time.timestamp()
        return SeenFlow(
            source=source,
            destination=destination,
            protocol=protocol,
            port=ports.destination_port,
            verdict=verdict,
            first=time,
            last=time,
            policies=self._deciding(flow, verdict),
            side=_SIDES.get(flow.traffic_direction),
            service=_service(flow, destination),
        )

    def _deciding(self, flow: HubbleFlow, verdict: VerdictOfLog) -> tuple[str, ...]:
        if verdict == "denied":
            egress, ingress = flow.egress_denied_by, flow.ingress_denied_by
        else:
            egress, ingress = flow.egress_allowed_by, flow.ingress_allowed_by
        if egress is LEFT_OUT and ingress is LEFT_OUT:
            return ()
        return tuple(dict.fromkeys((*self._policies[bytes(egress)], *self._policies[bytes(ingress)])))


def _verdict(flow: HubbleFlow) -> VerdictOfLog | NoFlow:
    """Return what became of a flow that was not forwarded, if that is known."""
    if flow.verdict in _NOT_YET:
        return _UNDECIDED
    if flow.verdict is None:
        return _NO_VERDICT if flow.l4 or flow.source or flow.destination else DAMAGED
    if flow.drop_reason_desc in _DENIED or flow.drop_reason in _DENIED_NUMBERS:
        return "denied"
    if flow.egress_denied_by or flow.ingress_denied_by:
        return "denied"
    # Proxies drop and fail without a reason; all else has one.
    if flow.drop_reason_desc or flow.drop_reason or flow.kind == "L7" or flow.verdict == "ERROR":
        return "dropped"
    return _NO_CAUSE if flow.verdict == "DROPPED" else DAMAGED


def _port(l4: HubbleLayer4) -> tuple[Literal["TCP", "UDP", "SCTP"], HubblePorts | None]:
    if l4.tcp is not None:
        return "TCP", l4.tcp
    if l4.udp is not None:
        return "UDP", l4.udp
    return "SCTP", l4.sctp


def _reply(flow: HubbleFlow, ports: HubblePorts, verdict: VerdictOfLog) -> NoFlow | None:
    """Return why a record is not taken that does not say that it is no reply, if it is not taken."""
    if flow.is_reply or flow.reply:
        return REPLIES
    flags = _FLAGS.decode(ports.flags) if ports.flags else None
    if flags is not None and flags.syn:
        return REPLIES if flags.ack else None
    if verdict == "denied" and flags is None:
        return None
    opening = is_opening(ports.source_port, ports.destination_port)
    if opening is None:
        return NO_DIRECTION if flow.kind else _MASKED_DIRECTION
    return None if opening else REPLIES


def _service(flow: HubbleFlow, destination: FlowEnd) -> tuple[str | None, str] | None:
    """Return the Service that was asked for, unless the record knows the pod behind it, whose port it has then."""
    service = flow.destination_service
    if service is None or not service.name or destination.namespace is not None:
        return None
    return service.namespace or None, service.name


def _end(key: tuple[bytes, str, bytes]) -> FlowEnd | None:
    """Return an end from its record, its address and its DNS names, or None where these tell nobody."""
    text, address, dns = key
    endpoint = (_ENDPOINT.decode(text) if text else None) or _NOBODY
    names = tuple(_NAMES.decode(dns) or ()) if dns else ()
    labels = None if endpoint.labels is None else _labels(endpoint.labels)
    namespace = endpoint.namespace or (labels or {}).get(_NAMESPACE)
    if not namespace:
        is_node = _OWN_NODE in (endpoint.labels or ())
        return FlowEnd(address=address or None, names=names, is_node=is_node) if address or is_node else None
    owner = endpoint.workloads[0] if endpoint.workloads else _NOTHING
    if not (endpoint.pod_name or owner.name or labels or address):
        return None
    found = of_pod(
        namespace,
        pod=endpoint.pod_name,
        owner=owner.name,
        kind=owner.kind,
        labels=_lasting(labels) if labels else None,
        address=address,
    )
    namespace_labels = _of_namespace(labels) if labels else None
    return msgspec.structs.replace(found, namespace_labels=namespace_labels, names=names)


def _labels(texts: list[str]) -> dict[str, str]:
    pairs = (text.removeprefix(_OF_KUBERNETES).partition("=") for text in texts if text.startswith(_OF_KUBERNETES))
    return {key: value for key, _, value in pairs}


def _lasting(labels: dict[str, str]) -> Labels:
    return lasting({k: v for k, v in labels.items() if not k.startswith(_OF_CILIUM) and k != _NAMESPACE})


def _of_namespace(labels: dict[str, str]) -> Labels | None:
    found = sorted((k.removeprefix(_OF_NAMESPACE), v) for k, v in labels.items() if k.startswith(_OF_NAMESPACE))
    return tuple(found) or None


def _policies(text: bytes) -> tuple[str, ...]:
    policies = (_POLICIES.decode(text) if text else None) or ()
    return tuple(policy_name(each.namespace, each.name) for each in policies)


def _fits(record: object) -> bool:
    """Tell whether a JSON value is a line of Hubble, or a flow alone, of which a mask may have left little."""
    if not isinstance(record, dict):
        return False
    flow = record.get("flow", record)
    if isinstance(flow, dict) and len(_SIGNS & flow.keys()) > 1:
        return True
    return "node_name" in record and not _MESSAGES.isdisjoint(record)


HUBBLE = Format(name="hubble", title="Hubble", fits=_fits, start=_HubbleReader)
