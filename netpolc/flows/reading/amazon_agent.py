"""Lines of Amazon's network policy agent: in its log on the nodes, and in CloudWatch; addresses alone.

Source: pkg/ebpf/events/events.go of aws/aws-network-policy-agent, August 2026. What is allowed is logged at the level
`debug` alone. A line is the message of a JSON object of zap, or stands in text; older agents have the fields as those
of the object. Lines of IPv6 have colons that those of IPv4 have not (`Proto: TCP`, `Proto TCP`), and CloudWatch has
another spelling. A line is of a connection that conntrack did not know, so of no reply.
"""

from __future__ import annotations

import re

import msgspec

from netpolc.flows.reading.fields import Number, outside, port_of, protocol_of, seconds_of
from netpolc.flows.reading.model import DAMAGED, OTHER_PROTOCOLS, Format, NoFlow
from netpolc.flows.reading.remembered import Remembered
from netpolc.flows.record import SeenFlow, Side, VerdictOfLog

_LOGGED = re.compile(
    r"Src IP: *(?P<source>\S+) +Src Port: *\d+ +Dest IP: *(?P<destination>\S+) +Dest Port: *(?P<port>\d+)"
    r" +Proto:? *(?P<protocol>\S+) +Verdict:? *(?P<verdict>[A-Z/]+)(?: +Direction:? *(?P<side>egress|ingress))?"
).search
_CLOUDWATCH = re.compile(
    r"SIP: *(?P<source>[^;\s]+);SPORT: *\d+;DIP: *(?P<destination>[^;\s]+);DPORT: *(?P<port>\d+);"
    r"PROTOCOL: *(?P<protocol>[^;]+);PolicyVerdict: *(?P<verdict>[A-Z/]+)(?P<side>)"
).search
_BEGUN = re.compile(r"Flow Info:|SIP: ").search
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)").search

_VERDICTS: dict[str, VerdictOfLog] = {"ACCEPT": "forwarded", "DENY": "denied"}
_SIDES: dict[str, Side] = {"egress": "egress", "ingress": "ingress"}
_OTHER_LINES = NoFlow("lines of the agent about other things")
_FORGOTTEN = NoFlow("connections that the agent forgot")


class _ZapLine(msgspec.Struct):
    """A line of zap, or an event of CloudWatch."""

    ts: Number = None
    timestamp: Number = None
    msg: str = ""
    message: str = ""
    source: str = msgspec.field(name="Src IP", default="")
    destination: str = msgspec.field(name="Dest IP", default="")
    port: Number = msgspec.field(name="Dest Port", default=None)
    protocol: str = msgspec.field(name="Proto", default="")
    verdict: str = msgspec.field(name="Verdict", default="")
    side: str = msgspec.field(name="Direction", default="")


_ZAP = msgspec.json.Decoder(_ZapLine)


class _AmazonReader:
    """Reads lines, and remembers addresses."""

    def __init__(self) -> None:
        self._ends = Remembered(outside)

    def __call__(self, line: bytes) -> SeenFlow | NoFlow | None:
        try:
            if not line.lstrip().startswith(b"{"):
                return self._text(line.decode(), None)
            found = _ZAP.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return DAMAGED
        time = seconds_of(found.ts or found.timestamp)
        if found.source:
            fields = (found.source, found.destination, str(found.port), found.protocol, found.verdict, found.side)
            return self._flow(*fields, time)
        return self._text(found.msg or found.message, time)

    def _text(self, text: str, time: float | None) -> SeenFlow | NoFlow | None:
        found = _LOGGED(text) or _CLOUDWATCH(text)
        if found is None:
            return DAMAGED if _BEGUN(text) else _OTHER_LINES if text.strip() else None
        if time is None and (stamp := _TIME(text[: found.start()])) is not None:
            time = seconds_of(stamp[0])
        return self._flow(
            *(found["source"], found["destination"], found["port"], found["protocol"], found["verdict"]),
            found["side"] or "",
            time,
        )

    def _flow(
        self, source: str, destination: str, port: str, protocol: str, verdict: str, side: str, time: float | None
    ) -> SeenFlow | NoFlow:
        known = protocol_of(protocol)
        number = port_of(port)
        if verdict == "EXPIRED/DELETED":
            return _FORGOTTEN
        if verdict not in _VERDICTS or not destination:
            return DAMAGED
        if known is None:
            return OTHER_PROTOCOLS
        if not number:
            return DAMAGED
        return SeenFlow(
            source=self._ends[source],
            destination=self._ends[destination],
            protocol=known,
            port=number,
            verdict=_VERDICTS[verdict],
            first=time,
            last=time,
            side=_SIDES.get(side),
        )


def _fits(record: object) -> bool:
    """Tell whether a line, or what an object says, is a flow of the agent."""
    if isinstance(record, dict):
        said = record.get("msg", record.get("message", ""))
        if "Src IP" in record and "Verdict" in record:
            return True
        record = said
    return isinstance(record, str) and (_LOGGED(record) or _CLOUDWATCH(record)) is not None


AMAZON = Format(name="aws", title="Amazon's network policy agent", fits=_fits, start=_AmazonReader)
