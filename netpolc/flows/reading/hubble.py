"""Flows of Cilium's Hubble, as `hubble observe -o json` and its exporter write them: an object a line.

Source: cilium/cilium, api/v1/flow/flow.proto.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.ecosystem.added_labels import without_added
from netpolc.flows.record import FlowEnd, PassedOver, SeenFlow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.flows.record import VerdictOfLog

_PROTOCOLS = ("TCP", "UDP", "SCTP")
_VERDICTS: dict[str, VerdictOfLog] = {"FORWARDED": "forwarded", "REDIRECTED": "forwarded", "AUDIT": "forwarded"}
_BY_POLICY = ("POLICY_DENIED", "POLICY_DENY")
_OF_NAMESPACE = "io.cilium.k8s.namespace.labels."
_FROM_KUBERNETES = "k8s:"
_RESERVED_HOST = "reserved:host"


def is_hubble(line: bytes) -> bool:
    """Tell whether a line is one of Hubble's."""
    record = _object(line)
    return record is not None and isinstance(record.get("flow"), dict)


def read(lines: Iterable[bytes], name: str) -> Iterator[SeenFlow | PassedOver]:
    """Yield what the lines of a file record, `name` being what users call it."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            record = _object(line)
            if record is None:
                yield PassedOver("the line cannot be read", 1, name, number)
            elif isinstance(flow := record.get("flow"), dict):
                found = _flow(flow)
                yield PassedOver(found, 1, name, number) if isinstance(found, str) else found


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return None
    return found if isinstance(found, dict) else None


def _flow(flow: dict[str, Any]) -> SeenFlow | str:
    """Return a flow, or why it is none of policies."""
    if flow.get("is_reply"):
        return "replies"
    verdict = _VERDICTS.get(flow.get("verdict", ""))
    if verdict is None:
        reason = str(flow.get("drop_reason_desc", ""))
        if flow.get("verdict") != "DROPPED":
            return "records without a verdict"
        verdict = "denied" if reason.startswith(_BY_POLICY) else "dropped"
    layer = flow.get("l4") or {}
    protocol = next((each for each in _PROTOCOLS if each in layer), None)
    if protocol is None:
        return "connections of other protocols than TCP, UDP and SCTP"
    addresses = flow.get("IP") or {}
    when = _time(flow.get("time"))
    port = (layer[protocol] or {}).get("destination_port")
    if not isinstance(port, int):
        return "records without a port"
    return SeenFlow(
        source=_end(flow.get("source") or {}, addresses.get("source")),
        destination=_end(flow.get("destination") or {}, addresses.get("destination")),
        protocol=protocol,  # type: ignore[arg-type]  # one of the three
        port=port,
        verdict=verdict,
        first=when,
        last=when,
        side={"EGRESS": "egress", "INGRESS": "ingress"}.get(flow.get("traffic_direction", "")),  # type: ignore[arg-type]  # as above
    )


def _end(end: dict[str, Any], address: str | None) -> FlowEnd:
    labels = end.get("labels") or ()
    own = [each.removeprefix(_FROM_KUBERNETES).partition("=") for each in labels if each.startswith(_FROM_KUBERNETES)]
    pairs = {key: value for key, _, value in own}
    kept = without_added({key: value for key, value in pairs.items() if not key.startswith("io.cilium.")})
    kept.pop("io.kubernetes.pod.namespace", None)
    space = {k.removeprefix(_OF_NAMESPACE): value for k, value in pairs.items() if k.startswith(_OF_NAMESPACE)}
    workload: dict[str, Any] = next(iter(end.get("workloads") or ()), {})
    namespace = end.get("namespace") or None
    return FlowEnd(
        namespace=namespace,
        pod=end.get("pod_name") or None,
        owner=workload.get("name") or None,
        kind=workload.get("kind") or None,
        labels=tuple(sorted(kept.items())) if namespace and own else None,
        namespace_labels=tuple(sorted(space.items())) if space else None,
        address=address,
        is_node=_RESERVED_HOST in labels,
    )


def _time(text: object) -> float | None:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return None
