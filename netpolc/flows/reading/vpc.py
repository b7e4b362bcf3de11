"""VPC flow logs of AWS: the default format, and custom ones with a heading; addresses alone.

Source: "Flow log records" of the Amazon VPC User Guide, fields of versions 2 to 8. Files in S3 have a heading; without
one, the columns are those of version 2, before which CloudWatch may put the time, and its events have them as their
message; Parquet has the fields with underscores. Where a record has the addresses of the packets (`pkt-srcaddr`,
`pkt-dstaddr`), these are the ends: the others are those of an interface in between.

Both directions of a connection are recorded. Who opened it is told by the flags of TCP (`tcp-flags`), or else by the
ports. What is rejected, is so by security groups and network ACLs, never by a NetworkPolicy.
"""

from __future__ import annotations

import msgspec

from netpolc.flows.reading.direction import is_opening
from netpolc.flows.reading.fields import number_of, outside, port_of, protocol_of, seconds_of
from netpolc.flows.reading.model import DAMAGED, NO_DIRECTION, OTHER_PROTOCOLS, REPLIES, Format, NoFlow
from netpolc.flows.reading.remembered import Remembered
from netpolc.flows.record import SeenFlow, Side, VerdictOfLog

_DEFAULT = (
    *("version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol"),
    *("packets", "bytes", "start", "end", "action", "log-status"),
)
_NEEDED = ("srcaddr", "dstaddr", "srcport", "dstport", "protocol")

_VERDICTS: dict[str, VerdictOfLog] = {"ACCEPT": "forwarded", "REJECT": "dropped", "-": "forwarded", "": "forwarded"}
_SIDES: dict[str, Side] = {"ingress": "ingress", "egress": "egress"}
_NOTHING = NoFlow("intervals without traffic (NODATA)")
_SKIPPED = NoFlow("intervals of which AWS lost records (SKIPDATA)")
_INCOMPLETE = NoFlow(
    "records without addresses, ports or the protocol",
    code="NP868",
    one="record without addresses, ports or the protocol",
    help=f"have the format of the flow log include `{'`, `'.join(_NEEDED)}`",
)

_SYN, _SYN_ACK = 2, 18


_OBJECT = msgspec.json.Decoder(dict[str, object])
"""An event of CloudWatch, with a record as its message, or a row of a log that is delivered as Parquet."""


class _VpcReader:
    """Reads lines below their heading, if there is one."""

    def __init__(self) -> None:
        self._columns: dict[str, int] = {name: at for at, name in enumerate(_DEFAULT)}
        self._width = len(_DEFAULT)
        self._ends = Remembered(outside)

    def __call__(self, line: bytes) -> SeenFlow | NoFlow | None:
        try:
            text = line.decode()
            if line.lstrip().startswith(b"{"):
                found = _OBJECT.decode(line)
                text = str(found.get("message", ""))
                if not found.keys().isdisjoint(_NEEDED):
                    return self._read({key.replace("_", "-"): str(value) for key, value in found.items()})
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return DAMAGED
        cells = text.split()
        if _is_heading(cells):
            self._columns = {name: at for at, name in enumerate(cells)}
            self._width = len(cells)
            return None
        if len(cells) == self._width + 1 and seconds_of(cells[0]) is not None and "T" in cells[0]:
            del cells[0]
        if len(cells) != self._width:
            return DAMAGED
        return self._read({name: cells[at] for name, at in self._columns.items()})

    def _read(self, record: dict[str, str]) -> SeenFlow | NoFlow:
        status = record.get("log-status", "OK")
        if status != "OK":
            return {"NODATA": _NOTHING, "SKIPDATA": _SKIPPED}.get(status, DAMAGED)
        source, destination = (_address(record, f"pkt-{side}addr", f"{side}addr") for side in ("src", "dst"))
        if not source or not destination or any(record.get(name, "-") == "-" for name in _NEEDED[2:]):
            return _INCOMPLETE
        protocol = protocol_of(record["protocol"])
        source_port, port = port_of(record["srcport"]), port_of(record["dstport"])
        verdict = _VERDICTS.get(record.get("action", ""))
        if protocol is None and record["protocol"].isdecimal():
            return OTHER_PROTOCOLS
        if protocol is None or not port or verdict is None or number_of(record["srcport"]) is None:
            return DAMAGED
        opening = _is_opening(record.get("tcp-flags", ""), source_port, port)
        if opening is not True:
            return NO_DIRECTION if opening is None else REPLIES
        return SeenFlow(
            source=self._ends[source],
            destination=self._ends[destination],
            protocol=protocol,
            port=port,
            verdict=verdict,
            first=seconds_of(record.get("start")),
            last=seconds_of(record.get("end")),
            side=_SIDES.get(record.get("flow-direction", "")),
        )


def _address(record: dict[str, str], *names: str) -> str:
    return next((found for name in names if (found := record.get(name, "-")) not in ("-", "")), "")


def _is_opening(flags: str, source_port: int, port: int) -> bool | None:
    bits = int(flags) if flags.isdecimal() and len(flags) <= len("255") else 0
    if bits & _SYN_ACK == _SYN_ACK:
        return False
    return True if bits & _SYN else is_opening(source_port, port)


def _is_heading(cells: list[str]) -> bool:
    return (
        "srcaddr" in cells or ("pkt-srcaddr" in cells and "action" in cells) or cells[:2] == ["version", "account-id"]
    )


def _fits(record: object) -> bool:
    """Tell whether a line is a heading, or has the columns of version 2."""
    if isinstance(record, dict):
        if {"srcaddr", "dstaddr", "srcport", "dstport"} <= record.keys():
            return True
        record = record.get("message")
    if not isinstance(record, str):
        return False
    cells = record.split()
    if _is_heading(cells):
        return True
    if len(cells) == len(_DEFAULT) + 1:
        del cells[0]
    if len(cells) != len(_DEFAULT) or not cells[0].isdecimal() or cells[-1] not in ("OK", "NODATA", "SKIPDATA"):
        return False
    return cells[-2] in ("ACCEPT", "REJECT", "-")


VPC = Format(name="vpc", title="VPC flow logs", fits=_fits, start=_VpcReader)
