"""Flow records of Antrea's flow aggregator: CSV in S3 and in its log, and JSON by the names of the fields.

Source: docs/network-flow-visibility.md, pkg/flowaggregator/s3uploader and pkg/flowaggregator/flowlogger of Antrea 2.x,
August 2026; records before 2.3 lack `destinationServiceIP`. A record is of a connection in the direction in which it
was opened, with what both nodes know of it, and is written again while the connection lasts. Its destination is behind
a Service, if it has a pod; labels are there if `recordContents.podLabels` says so.
"""

from __future__ import annotations

import csv

import msgspec

from netpolc.flows.reading.fields import of_pod, outside, policy_name, port_of, protocol_of, seconds_of
from netpolc.flows.reading.labels import Labels, lasting
from netpolc.flows.reading.model import DAMAGED, OTHER_PROTOCOLS, Format, NoFlow
from netpolc.flows.reading.remembered import Remembered
from netpolc.flows.record import FlowEnd, SeenFlow, VerdictOfLog

_ENDS = (
    *("sourcePodName", "sourcePodNamespace", "sourceNodeName"),
    *("destinationPodName", "destinationPodNamespace", "destinationNodeName", "destinationClusterIP"),
    *("destinationServiceIP", "destinationServicePort", "destinationServicePortName"),
    *("ingressNetworkPolicyName", "ingressNetworkPolicyNamespace", "ingressNetworkPolicyRuleName"),
    *("ingressNetworkPolicyRuleAction", "ingressNetworkPolicyType"),
    *("egressNetworkPolicyName", "egressNetworkPolicyNamespace", "egressNetworkPolicyRuleName"),
    *("egressNetworkPolicyRuleAction", "egressNetworkPolicyType"),
)
_CONNECTION = ("sourceIP", "destinationIP", "sourceTransportPort", "destinationTransportPort", "protocolIdentifier")
_LOGGED = ("flowStartSeconds", "flowEndSeconds", *_CONNECTION, *_ENDS)
_UPLOADED = (
    *("flowStartSeconds", "flowEndSeconds", "", "", "flowEndReason", *_CONNECTION, *([""] * 8), *_ENDS),
    *("tcpState", "flowType", "sourcePodLabels", "destinationPodLabels"),
)
"""The columns of the aggregator's log and of what it uploads, as far as they matter."""

_WIDTHS_OF_LOGS = range(24, 32)
_FEWEST_UPLOADED = 42
_SERVICE_ADDRESS = "destinationServiceIP"

_NUMBERS = ("flowStartSeconds", "flowEndSeconds", "sourceTransportPort", "destinationTransportPort")

_REFUSALS = frozenset({"2", "3", "Drop", "Reject"})
_ALLOWANCE = frozenset({"1", "Allow"})
_SPELLINGS = {
    "sourceIP": ("sourceIP", "sourceIPv4Address", "sourceIPv6Address"),
    "destinationIP": ("destinationIP", "destinationIPv4Address", "destinationIPv6Address"),
    "destinationClusterIP": (
        *("destinationClusterIP", "destinationServiceIP", "destinationClusterIPv4", "destinationClusterIPv6"),
    ),
}
"""Fields that IPFIX has once for each family of addresses."""

_OBJECT = msgspec.json.Decoder(dict[str, object])
_LABELS = msgspec.json.Decoder(dict[str, str])
_SIGNS = frozenset({"sourcePodName", "destinationPodName", "destinationTransportPort"})


class _AntreaReader:
    """Reads records, in CSV with or without a heading, and in JSON."""

    def __init__(self) -> None:
        self._heading: tuple[str, ...] | None = None
        self._ends = Remembered(_end)

    def __call__(self, text: bytes) -> SeenFlow | NoFlow | None:
        try:
            if text.lstrip().startswith(b"{"):
                return self._read(_OBJECT.decode(text))
            cells = _cells(text.decode())
            if _is_heading(cells):
                self._heading = tuple(cells)
                return None
            row = _row(cells, self._heading)
            return DAMAGED if row is None else self._read(row)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, csv.Error):
            return DAMAGED

    def _read(self, row: dict[str, object]) -> SeenFlow | NoFlow:
        addresses = [_of_spellings(row, name) for name in ("sourceIP", "destinationIP")]
        named = _text(row, "protocolIdentifier")
        protocol = protocol_of(named)
        if not all(addresses) or not named:
            return DAMAGED
        if protocol is None:
            return OTHER_PROTOCOLS
        port = port_of(_text(row, "destinationTransportPort"))
        if not port:
            return DAMAGED
        source, destination = (
            self._ends[
                address,
                _text(row, f"{side}PodNamespace"),
                _text(row, f"{side}PodName"),
                _text(row, f"{side}PodLabels"),
            ]
            for side, address in zip(("source", "destination"), addresses, strict=True)
        )
        verdict, policies = _verdict(row)
        return SeenFlow(
            source=source,
            destination=destination,
            protocol=protocol,
            port=port,
            verdict=verdict,
            first=seconds_of(_text(row, "flowStartSeconds")),
            last=seconds_of(_text(row, "flowEndSeconds")),
            policies=policies,
            service=_service(row, destination),
        )


def _text(row: dict[str, object], name: str) -> str:
    found = row.get(name)
    if isinstance(found, dict):
        return msgspec.json.encode(found).decode()
    return "" if found is None else str(found)


def _of_spellings(row: dict[str, object], name: str) -> str:
    found = (_text(row, each) for each in _SPELLINGS[name])
    return next((each for each in found if each not in ("", "0.0.0.0", "::")), "")  # noqa: S104 - what is no address


def _cells(line: str) -> list[str]:
    return next(csv.reader((line,), quotechar="'"), [])


def _is_heading(cells: list[str]) -> bool:
    return len(_SIGNS.intersection(cells)) == len(_SIGNS)


def _row(cells: list[str], heading: tuple[str, ...] | None = None) -> dict[str, object] | None:
    """Return the cells of a line by the names of their columns, or None where it is of no known form."""
    columns = heading
    if columns is None:
        is_logged = len(cells) in _WIDTHS_OF_LOGS
        columns = _LOGGED if is_logged else _UPLOADED if len(cells) >= _FEWEST_UPLOADED else ()
        at = columns.index(_SERVICE_ADDRESS) if columns else 0
        if columns and cells[at].isdecimal():
            columns = (*columns[:at], *columns[at + 1 :])
    elif len(cells) != len(columns):
        return None
    row: dict[str, object] = dict(zip(columns, cells, strict=False))
    is_row = heading is not None or all(_text(row, name).isdecimal() for name in _NUMBERS)
    return row if is_row else None


def _end(key: tuple[str, str, str, str]) -> FlowEnd:
    """Return an end by its address, and the namespace, name and labels of the pod that has that."""
    address, namespace, pod, labels = key
    if not namespace or not pod:
        return outside(address)
    return of_pod(namespace, pod=pod, labels=_labels(labels), address=address)


def _labels(text: str) -> Labels | None:
    try:
        return lasting(_LABELS.decode(text)) if text else None
    except msgspec.MsgspecError:
        return None


def _verdict(row: dict[str, object]) -> tuple[VerdictOfLog, tuple[str, ...]]:
    """Return what became of a connection, and the policies that decided so."""
    sides = [(side, _text(row, f"{side}NetworkPolicyRuleAction")) for side in ("egress", "ingress")]
    refused = [side for side, action in sides if action in _REFUSALS]
    deciding = refused or [side for side, action in sides if action in _ALLOWANCE]
    names = [
        policy_name(_text(row, f"{side}NetworkPolicyNamespace"), name)
        for side in deciding
        if (name := _text(row, f"{side}NetworkPolicyName"))
    ]
    return "denied" if refused else "forwarded", tuple(dict.fromkeys(names))


def _service(row: dict[str, object], destination: FlowEnd) -> tuple[str | None, str] | None:
    """Return the Service that was asked for, where the address is still that of the Service."""
    name = _text(row, "destinationServicePortName").partition(":")[0]
    if not name or destination.namespace or destination.address != _of_spellings(row, "destinationClusterIP"):
        return None
    namespace, _, own = name.rpartition("/")
    return namespace or None, own


def _fits(record: object) -> bool:
    """Tell whether a line or a JSON value is a record, or a line is a heading."""
    if isinstance(record, dict):
        return _is_heading([*record])
    if not isinstance(record, str):
        return False
    try:
        cells = _cells(record)
    except csv.Error:
        return False
    if _is_heading(cells):
        return True
    return _row(cells) is not None


ANTREA = Format(name="antrea", title="Antrea", fits=_fits, start=_AntreaReader)
