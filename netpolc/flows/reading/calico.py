"""Flows of Calico: of Goldmane and of Whisker, and the flow logs of Calico Enterprise and Calico Cloud.

Source: goldmane/proto/api.proto and whisker-backend/pkg/apis/v1/flows.go of Calico, August 2026 (3.31); "Flow log data
types" of Calico Enterprise 3.23. Goldmane is written by grpcurl, with names as protojson or as the proto has them;
Enterprise's logs stand in /var/log/calico/flowlogs/flows.log, or in Elasticsearch as the `_source` of a document.

Records are sums over some time, of the pods of one `generateName`: `web-7d9f-*`, which is that of their ReplicaSet. Of
these, labels are what all of them have. The destination and its port are those behind a Service. Addresses are kept by
Enterprise alone, where nothing is summed up over them: of what is outside of the cluster, Goldmane knows no more than
whether it is public. Replies belong to their connections, which conntrack knows.
"""

from __future__ import annotations

import re

import msgspec

from netpolc.flows.reading.fields import (
    Number,
    count_of,
    of_pod,
    outside,
    policy_name,
    port_of,
    protocol_of,
    seconds_of,
)
from netpolc.flows.reading.labels import Labels, lasting
from netpolc.flows.reading.model import DAMAGED, OTHER_PROTOCOLS, Format, NoFlow
from netpolc.flows.reading.remembered import Remembered
from netpolc.flows.record import FlowEnd, SeenFlow, Side, VerdictOfLog

_NO_PORT = NoFlow("records without a port")
_NO_ADDRESS = NoFlow("records of ends outside of the cluster, whose addresses the log leaves out")

_VERDICTS: dict[str, VerdictOfLog] = {"allow": "forwarded", "deny": "denied", "1": "forwarded", "2": "denied"}
_SIDES: dict[str, Side] = {"src": "egress", "dst": "ingress", "1": "egress", "2": "ingress"}
_NOTHING = frozenset({"", "-", "Global"})
_PODS = frozenset({"", "wep", "WorkloadEndpoint", "1"})
_NOWHERE = frozenset({"", "-", "0.0.0.0", "::"})  # noqa: S104 - as Elasticsearch has no address
_OF_CALICO = "projectcalico.org/"
_BETWEEN_LABELS = " | "
_KUBERNETES_POLICY = "knp.default."
_PROFILE = "__PROFILE__"
_PROFILES = frozenset({"Profile", "9"})
_ENDS_OF_TIERS = frozenset({"EndOfTier", "10"})
_ACTIONS = {"forwarded": "allow", "denied": "deny", "dropped": "deny"}
_FEWEST_PARTS = 4
_CAPITAL = re.compile(r"(?<=[a-z0-9])[A-Z]").sub


class _CalicoRecord(msgspec.Struct):
    """A record in the names of the proto, which Whisker and Enterprise share."""

    source_name: str | None = ""
    source_name_aggr: str | None = ""
    source_namespace: str | None = ""
    source_type: str | int = ""
    source_ip: str | None = None
    source_labels: msgspec.Raw = msgspec.Raw()
    dest_name: str | None = ""
    dest_name_aggr: str | None = ""
    dest_namespace: str | None = ""
    dest_type: str | int = ""
    dest_ip: str | None = None
    dest_labels: msgspec.Raw = msgspec.Raw()
    dest_port: Number = None
    proto: Number = None
    protocol: Number = None
    action: str | int = ""
    reporter: str | int = ""
    policies: msgspec.Raw = msgspec.Raw()
    start_time: Number = None
    end_time: Number = None
    num_flows_started: Number = None
    num_connections_started: Number = None


class _CalicoHit(msgspec.Struct):
    """A policy that a record went through; at the end of a tier, the one is the trigger because of which it ended."""

    name: str = ""
    namespace: str = ""
    kind: str | int = ""
    action: str | int = ""
    trigger: _CalicoHit | None = None


class _CalicoHits(msgspec.Struct):
    """The policies of a record, of Whisker or of Goldmane, and the texts that Enterprise has for them."""

    enforced: list[_CalicoHit] | None = None
    enforced_policies: list[_CalicoHit] | None = None
    of_protojson: list[_CalicoHit] | None = msgspec.field(name="enforcedPolicies", default=None)
    all_policies: list[str] | None = None


_RECORD = msgspec.json.Decoder(_CalicoRecord)
_HITS = msgspec.json.Decoder(_CalicoHits | None)


class _CalicoReader:
    """Reads records, and remembers the ends and policies that it met."""

    def __init__(self) -> None:
        self._ends = Remembered(_end)
        self._policies = Remembered(_policies)

    def __call__(self, text: bytes) -> SeenFlow | NoFlow | None:
        try:
            return self._read(_RECORD.decode(_flat(text) if _is_nested(text) else text))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return DAMAGED

    def _read(self, record: _CalicoRecord) -> SeenFlow | NoFlow:
        named = record.proto if record.protocol is None else record.protocol
        protocol = protocol_of(named)
        verdict = _VERDICTS.get(str(record.action).lower())
        port = port_of(record.dest_port)
        if verdict is None or named is None or not (record.source_name or record.source_name_aggr):
            return DAMAGED
        if protocol is None:
            return OTHER_PROTOCOLS
        if not port:
            return _NO_PORT
        source = self._ends[
            bytes(record.source_labels),
            record.source_namespace or "",
            record.source_name or "",
            record.source_name_aggr or "",
            str(record.source_type),
            record.source_ip or "",
        ]
        destination = self._ends[
            bytes(record.dest_labels),
            record.dest_namespace or "",
            record.dest_name or "",
            record.dest_name_aggr or "",
            str(record.dest_type),
            record.dest_ip or "",
        ]
        if source is None or destination is None:
            return _NO_ADDRESS
        return SeenFlow(
            source=source,
            destination=destination,
            protocol=protocol,
            port=port,
            verdict=verdict,
            first=seconds_of(record.start_time),
            last=seconds_of(record.end_time),
            count=count_of(record.num_flows_started, record.num_connections_started),
            policies=self._policies[bytes(record.policies), verdict],
            side=_SIDES.get(str(record.reporter).lower()),
        )


def _is_nested(text: bytes) -> bool:
    return b'"Key"' in text or b'"_source"' in text


def _flat(text: bytes) -> bytes:
    """Return a record without what it stands in, and with the names of the proto."""
    found = msgspec.json.decode(text)
    inner = _inner(found)
    if inner is None:
        return text
    key = inner.get("Key")
    return msgspec.json.encode({**_renamed(inner), **(_renamed(key) if isinstance(key, dict) else {})})


def _inner(found: object) -> dict[str, object] | None:
    """Return the flow of a result of Goldmane, or the source of a document of Elasticsearch."""
    if not isinstance(found, dict):
        return None
    inner = found.get("_source", found.get("flow", found))
    return inner if isinstance(inner, dict) else None


def _renamed(record: dict[str, object]) -> dict[str, object]:
    return {_CAPITAL(lambda found: f"_{found[0].lower()}", key): value for key, value in record.items()}


def _end(key: tuple[bytes, str, str, str, str, str]) -> FlowEnd | None:
    """Return an end from its labels, namespace, name, summed-up name, type and address; None if these tell nobody."""
    labels, namespace, name, summed_up, kind, address = key
    if namespace in _NOTHING or kind not in _PODS:
        known = address if address not in _NOWHERE else ""
        return outside(known) if known else None
    summed_up = summed_up or name
    owner = summed_up.removesuffix("*").removesuffix("-") if summed_up.endswith(("*", "-")) else ""
    pod = name if name not in _NOTHING and not name.endswith(("*", "-")) else "" if owner else summed_up
    known = address if address not in _NOWHERE else ""
    return of_pod(namespace, pod=pod, owner=owner, labels=_labels(labels), address=known)


def _labels(text: bytes) -> Labels | None:
    """Return what all pods of an end have; where that is nothing, it says nothing about any of them."""
    found = msgspec.json.decode(text) if text else None
    if isinstance(found, dict):
        found = found.get("labels")
    texts = found.split(_BETWEEN_LABELS) if isinstance(found, str) else found
    if not isinstance(texts, list):
        return None
    pairs = (each.partition("=") for each in texts if isinstance(each, str) and not each.startswith(_OF_CALICO))
    return lasting({key: value for key, _, value in pairs if key}) or None


def _policies(key: tuple[bytes, VerdictOfLog]) -> tuple[str, ...]:
    """Return the policies of a record that decided as it ended."""
    text, verdict = key
    hits = (_HITS.decode(text) if text else None) or _CalicoHits()
    found = [*(hits.enforced or ()), *(hits.enforced_policies or ()), *(hits.of_protojson or ())]
    names = [_named(each) for each in found if _VERDICTS.get(str(each.action).lower()) == verdict]
    names += [_written(each.split("|")) for each in hits.all_policies or () if f"|{_ACTIONS[verdict]}" in each]
    return tuple(dict.fromkeys(filter(None, names)))


def _named(hit: _CalicoHit) -> str:
    if str(hit.kind) in _ENDS_OF_TIERS:
        return "" if hit.trigger is None else _named(hit.trigger)
    name = hit.name.removeprefix(_KUBERNETES_POLICY)
    return "" if str(hit.kind) in _PROFILES else policy_name(hit.namespace, name)


def _written(parts: list[str]) -> str:
    """Return the name of a policy from `0|tier|namespace/tier.name|allow|0`."""
    if len(parts) < _FEWEST_PARTS or parts[1] == _PROFILE or "staged:" in parts[2]:
        return ""
    namespace, _, name = parts[2].rpartition("/")
    return policy_name(namespace, name.removeprefix(_KUBERNETES_POLICY))


def _fits(record: object) -> bool:
    """Tell whether a JSON value is a record of any of these."""
    inner = _inner(record)
    if inner is None:
        return False
    key = inner.get("Key")
    names = set(_renamed(key if isinstance(key, dict) else inner))
    return {"source_namespace", "dest_namespace", "action", "reporter"} <= names


CALICO = Format(name="calico", title="Calico", fits=_fits, start=_CalicoReader)
