"""What was seen against what is allowed, in its forms."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from netpolc.diagnostics.paint import in_black
from netpolc.diagnostics.visible import visible
from netpolc.queries.traffic.model import earliest, latest
from netpolc.report.many_addresses import named, together
from netpolc.report.ports import in_words, ranges
from netpolc.report.relation import cell, code
from netpolc.report.summary import counted
from netpolc.sets.ports import PortInterval, ports_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netpolc.diagnostics.paint import Paint
    from netpolc.flows.record import PassedOver, Place, VerdictOfLog
    from netpolc.queries.traffic.model import AllowingLine, Connection, JudgedTraffic, Unjoined
    from netpolc.sets.ports import PortSet


def as_text(traffic: JudgedTraffic, paint: Paint = in_black) -> Iterator[str]:
    """Write lines by their use, what is refused, and what could not be joined."""
    return (f"{line}\n" for line in _lines(traffic, paint))


def _lines(traffic: JudgedTraffic, paint: Paint) -> Iterator[str]:
    yield visible(summary(traffic))
    if traffic.used:
        yield paint("used:", "allowed")
    for number, connections in traffic.used.items():
        yield f"  {_line(traffic.lines[number], paint)}"
        for each in Together.few(connections):
            yield f"    {visible(each.text)}"
    if traffic.unused:
        yield paint("never used:", "warning")
        yield from (f"  {_line(traffic.lines[number], paint)}" for number in traffic.unused)
    if traffic.refused:
        yield paint("seen and not allowed:", "error")
        yield from (f"  {visible(each.text)}" for each in Together.few(traffic.refused))
    if traffic.open:
        yield paint("allowed, as nothing closes them:", "warning")
        yield from (f"  {visible(each.text)}" for each in Together.few(traffic.open))
    yield from _apart(traffic, paint)


def _apart(traffic: JudgedTraffic, paint: Paint) -> Iterator[str]:
    """Yield what could not be joined, with the places of the first records, and what was passed over."""
    places = places_of(traffic.unjoined)
    for title, reasons in (("not joined:", counts_of(traffic.unjoined)), ("passed over:", passed_reasons(traffic))):
        if reasons:
            yield paint(title, "help")
        for reason, count in reasons.items():
            yield f"  {count:,}: {visible(reason)}"
            if title == "not joined:" and reason in places:
                yield f"    first  {', '.join(visible(f'{file}:{line}') for file, line in places[reason])}"


def summary(traffic: JudgedTraffic) -> str:
    """Return in one line how much was seen, and when."""
    total = sum(each.count for each in traffic.connections)
    refused = sum(each.count for each in traffic.refused)
    first, last = traffic.window
    when = "" if first is None else f" from {iso(first)} to {iso(last)}"
    return f"{counted(total, 'connection')} seen{when}, {refused:,} of them not allowed; {_unused(traffic)}"


def _unused(traffic: JudgedTraffic) -> str:
    known = " by what could be joined" if traffic.unused and traffic.unjoined else ""
    return f"{len(traffic.unused)} of {counted(len(traffic.lines), 'line')} never used{known}"


def _line(line: AllowingLine, paint: Paint) -> str:
    place = f"{line.source.file}:{line.source.line}:"
    return f"{paint(visible(place), 'gutter')} {visible(line.source.text)}"


class Together:
    """Connections of one pair of ends and one verdict, with all their ports."""

    def __init__(self, connections: Sequence[Connection]) -> None:
        """Join connections that have these in common."""
        self.connections = connections
        self.first_of_all = connections[0]
        self.sources = named(" or ".join(each.sources) for each in connections)
        self.destinations = named(" or ".join(each.destinations) for each in connections)
        self.count = sum(each.count for each in connections)
        self.first = earliest(each.first for each in connections)
        self.last = latest(each.last for each in connections)

    @classmethod
    def of(cls, connections: Iterable[Connection]) -> list[Together]:
        """Join connections, the most frequent first."""
        found: dict[tuple[object, ...], list[Connection]] = {}
        for each in connections:
            found.setdefault((each.sources, each.destinations, each.verdict), []).append(each)
        return sorted(map(cls, found.values()), key=lambda each: (-each.count, each.sources, each.destinations))

    @classmethod
    def few(cls, connections: Iterable[Connection]) -> list[Together]:
        """Join connections for people, of whom nobody reads a list of a thousand addresses."""
        folded = together(cls.of(connections), lambda each: (each.sources, each.destinations, each.verdict))
        pairs = [cls([connection for each in several for connection in each.connections]) for several in folded]
        return sorted(pairs, key=lambda each: -each.count)

    @property
    def verdict(self) -> VerdictOfLog:
        """What became of them by the log."""
        return self.first_of_all.verdict

    @property
    def ports(self) -> PortSet:
        """Their ports."""
        return ports_of(PortInterval(each.protocol, each.port, each.port) for each in self.connections)

    @property
    def text(self) -> str:
        """The connections in words."""
        last = "" if self.last is None else f", last {iso(self.last)}"
        was = "" if self.verdict == "forwarded" else f", {VERDICTS[self.verdict]} when seen"
        times = counted(self.count, "time")
        return f"{self.sources} -> {self.destinations} : {in_words(self.ports)}  {times}{last}{was}"


VERDICTS: Mapping[VerdictOfLog, str] = {
    "forwarded": "let through",
    "denied": "denied",
    "dropped": "dropped, not by a policy,",
}


def counts_of(unjoined: Iterable[Unjoined]) -> dict[str, int]:
    """Return how many records could not be judged, by why, the most frequent first."""
    found: Counter[str] = Counter()
    for each in unjoined:
        found[each.reason] += each.flow.count
    return dict(found.most_common())


MOST_PLACES = 3
"""The places that are told of records with one reason."""


def places_of(unjoined: Iterable[Unjoined]) -> dict[str, tuple[Place, ...]]:
    """Return where the first records are that could not be judged, by why, in the order of their files."""
    found: dict[str, list[Place]] = {}
    for each in unjoined:
        if each.place is not None:
            found.setdefault(each.reason, []).append(each.place)
    return {reason: tuple(sorted(places)[:MOST_PLACES]) for reason, places in found.items()}


def passed_places(passed_over: Iterable[PassedOver]) -> dict[str, tuple[Place, ...]]:
    """Return where the first record is that was passed over, by why."""
    return {each.reason: ((each.file, each.line),) for each in passed_over if each.file}


def reasons_of(counts: Mapping[str, int], places: Mapping[str, Sequence[Place]]) -> dict[str, object]:
    """Return such counts as an object of a document, with the places that are known."""
    first = {reason: [{"file": file, "line": line} for file, line in found] for reason, found in places.items()}
    return {"records": sum(counts.values()), "reasons": counts} | ({"first": first} if first else {})


def passed_reasons(traffic: JudgedTraffic) -> dict[str, int]:
    """Return how many records were passed over, by why."""
    return {each.reason: each.count for each in traffic.passed_over}


def iso(when: float | None) -> str | None:
    """Return a time in UTC, to the second."""
    return None if when is None else datetime.fromtimestamp(int(when), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_json(traffic: JudgedTraffic) -> Iterator[str]:
    """Write the same as a document."""
    first, last = traffic.window
    document = {
        "format_version": "1",
        "window": {"first": iso(first), "last": iso(last)},
        "used": [
            {
                "line": _line_object(traffic.lines[number]),
                "count": sum(each.count for each in connections),
                "first": iso(earliest(each.first for each in connections)),
                "last": iso(latest(each.last for each in connections)),
                "connections": [_connections(each) for each in Together.of(connections)],
            }
            for number, connections in traffic.used.items()
        ],
        "unused": [{"line": _line_object(traffic.lines[number])} for number in traffic.unused],
        "refused": [_connections(each) for each in Together.of(traffic.refused)],
        "open": [_connections(each) for each in Together.of(traffic.open)],
        "unjoined": reasons_of(counts_of(traffic.unjoined), places_of(traffic.unjoined)),
        "passed_over": reasons_of(passed_reasons(traffic), passed_places(traffic.passed_over)),
    }
    yield json.dumps(document, indent=1) + "\n"


def _line_object(line: AllowingLine) -> dict[str, object]:
    source = line.source
    written: dict[str, object] = {"file": source.file, "line": source.line, "text": source.text}
    return written if line.policy is None else {**written, "policy": line.policy, "path": line.path}


def _connections(each: Together) -> dict[str, object]:
    return {
        "source": each.sources,
        "destination": each.destinations,
        "ports": [{"protocol": one.protocol, "first": one.first, "last": one.last} for one in ranges(each.ports)],
        "count": each.count,
        "first": iso(each.first),
        "last": iso(each.last),
        "verdict": "forwarded" if each.verdict == "forwarded" else "dropped",
        **({} if each.verdict == "forwarded" else {"by_policy": each.verdict == "denied"}),
    }


def as_csv(traffic: JudgedTraffic) -> Iterator[str]:
    """Write a row for each line and each pair of ends, with a header."""
    yield "what,file,line,text,source,destination,ports,count,first,last,verdict\n"
    for row in _rows(traffic):
        yield ",".join(map(cell, row)) + "\n"


def _rows(traffic: JudgedTraffic) -> Iterator[tuple[str, ...]]:
    for number, connections in traffic.used.items():
        for each in Together.of(connections):
            yield ("used", *_place(traffic.lines[number]), *_seen(each))
    for number in traffic.unused:
        yield ("unused", *_place(traffic.lines[number]), *("",) * 7)
    for what, connections in (("refused", traffic.refused), ("open", traffic.open)):
        for each in Together.of(connections):
            yield (what, "", "", "", *_seen(each))
    for reason, count in counts_of(traffic.unjoined).items():
        yield ("unjoined", "", "", reason, "", "", "", str(count), "", "", "")
    for reason, count in passed_reasons(traffic).items():
        yield ("passed over", "", "", reason, "", "", "", str(count), "", "", "")


def _place(line: AllowingLine) -> tuple[str, str, str]:
    return line.source.file, str(line.source.line), line.source.text


def _seen(each: Together) -> tuple[str, ...]:
    verdict = "forwarded" if each.verdict == "forwarded" else each.verdict
    first, last = iso(each.first) or "", iso(each.last) or ""
    return each.sources, each.destinations, in_words(each.ports), str(each.count), first, last, verdict


def as_markdown(traffic: JudgedTraffic) -> Iterator[str]:
    """Write tables of what is used, never used and refused."""
    yield f"**{visible(summary(traffic))}**\n"
    if traffic.refused:
        yield "\n| seen and not allowed | to | ports | count | last | by the log |\n|---|---|---|---|---|---|\n"
        yield from (f"| {_cells(each)} |\n" for each in Together.few(traffic.refused))
    if traffic.unused:
        yield "\n| never used | |\n|---|---|\n"
        yield from (f"| {_where(traffic.lines[number])} |\n" for number in traffic.unused)
    if traffic.used:
        yield "\n| used | | count | last |\n|---|---|---|---|\n"
        for number, connections in traffic.used.items():
            count = sum(each.count for each in connections)
            last = iso(latest(each.last for each in connections)) or ""
            yield f"| {_where(traffic.lines[number])} | {count:,} | {last} |\n"
    for title, reasons in (("Not joined", counts_of(traffic.unjoined)), ("Passed over", passed_reasons(traffic))):
        if reasons:
            told = "; ".join(f"{count:,}: {visible(reason)}" for reason, count in reasons.items())
            yield f"\n{title}: {told}.\n"


def _where(line: AllowingLine) -> str:
    return f"{code(f'{line.source.file}:{line.source.line}')} | {code(line.source.text)}"


def _cells(each: Together) -> str:
    ends = f"{code(each.sources)} | {code(each.destinations)} | {in_words(each.ports)}"
    return f"{ends} | {each.count:,} | {iso(each.last) or ''} | {VERDICTS[each.verdict].rstrip(',')}"


FORMS: Mapping[str, Callable[[JudgedTraffic], Iterable[str]]] = {
    "text": as_text,
    "json": as_json,
    "csv": as_csv,
    "md": as_markdown,
}
