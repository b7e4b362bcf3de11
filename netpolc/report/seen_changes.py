"""What was seen of a change, in the forms of `diff`: what it closes that was used, what it opens that was refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.visible import visible
from netpolc.queries.traffic.changed import SeenChange, pairs_of
from netpolc.queries.traffic.model import latest
from netpolc.report.many_addresses import named, together
from netpolc.report.ports import in_words
from netpolc.report.relation import code, json_ports
from netpolc.report.summary import counted
from netpolc.report.traffic import counts_of, iso, passed_places, places_of, reasons_of
from netpolc.sets.ports import PortInterval, ports_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netpolc.queries.traffic.changed import SeenChanges
    from netpolc.queries.traffic.model import AllowingLine

    NameOf = Callable[[AllowingLine, bool], str]
    """What writes the place of a line, of the new side or else the old one."""

MOST_ROWS = 10
"""The connections of a comment that are listed; a reader of more wants all of them from the command line."""

MOST_LINES = 3


class PairOfEnds(msgspec.Struct, frozen=True):
    """The connections of one pair of ends that a change opens, or closes, on all their ports."""

    changes: tuple[SeenChange, ...]

    @property
    def source(self) -> str:
        """The source, or several where a record may be of each."""
        return named(" or ".join(each.ends[0]) for each in self.changes)

    @property
    def destination(self) -> str:
        """The destination, or several."""
        return named(" or ".join(each.ends[1]) for each in self.changes)

    @property
    def ports(self) -> str:
        """The ports in words."""
        return in_words(ports_of(self._intervals()))

    @property
    def json_ports(self) -> str:
        """The ports as members of an object."""
        return json_ports(ports_of(self._intervals()))

    @property
    def count(self) -> int:
        """How often they were used, or refused."""
        return sum(each.count for each in self.changes)

    @property
    def last(self) -> float | None:
        """When that was last."""
        return latest(each.last for each in self.changes)

    @property
    def lines(self) -> tuple[AllowingLine, ...]:
        """The lines that let them through, on the side that does."""
        return tuple(dict.fromkeys(line for each in self.changes for line in each.lines))

    def _intervals(self) -> Iterator[PortInterval]:
        for each in self.changes:
            for port in {port for _, port in each.joined.targets}:
                yield PortInterval(each.joined.protocol, port, port)


def by_ends(changes: Iterable[SeenChange]) -> list[PairOfEnds]:
    """Put connections of the same ends together, the most frequent first."""
    found: dict[object, list[SeenChange]] = {}
    for each in changes:
        found.setdefault((each.opens, each.ends), []).append(each)
    pairs = [PairOfEnds(tuple(each)) for each in found.values()]
    return sorted(pairs, key=lambda each: (-each.count, each.source, each.destination))


def few(changes: Iterable[SeenChange]) -> list[PairOfEnds]:
    """Put connections together for people, of whom nobody reads a list of a thousand addresses."""
    folded = together(by_ends(changes), lambda each: (each.source, each.destination, each.changes[0].opens))
    pairs = [PairOfEnds(tuple(change for each in several for change in each.changes)) for several in folded]
    return sorted(pairs, key=lambda each: -each.count)


def headline(seen: SeenChanges, today: date) -> str:
    """Say what a change does to what was seen: `closes 2 connections that were used 41,300 times until yesterday`."""
    return "; ".join(_headline(seen, today))


def _headline(seen: SeenChanges, today: date) -> Iterator[str]:
    if seen.used:
        yield f"closes {_counted(seen.used, 'used', today)}"
    else:
        first, last = (_day(each) for each in seen.window)
        when = "" if first is None else f" on {first}" if first == last else f" from {first} to {last}"
        yield f"closes nothing that was used{when}"
    if seen.refused:
        yield f"opens {_counted(seen.refused, 'refused', today)}"


def _counted(changes: Sequence[SeenChange], what: str, today: date) -> str:
    pairs = pairs_of(changes)
    total = sum(each.count for each in changes)
    return (
        f"{counted(pairs, 'connection')} that {'was' if pairs == 1 else 'were'} {what} {counted(total, 'time')}"
        f"{until(latest(each.last for each in changes), today)}"
    )


def until(last: float | None, today: date) -> str:
    """Say until when something was seen, as people speak of it."""
    if last is None:
        return ""
    day = datetime.fromtimestamp(last, UTC).date()
    words = {today: "today", today - timedelta(days=1): "yesterday"}
    return f" until {words.get(day, day.isoformat())}"


def _day(when: float | None) -> str | None:
    return None if when is None else datetime.fromtimestamp(when, UTC).date().isoformat()


def in_text(changes: Iterable[SeenChange], today: date) -> Iterator[str]:
    """Write what was seen of one change: who, on which ports, how often, and until when."""
    for each in few(changes):
        verb = "refused" if each.changes[0].opens else "used"
        times = f"{verb} {counted(each.count, 'time')}{until(each.last, today)}"
        yield visible(f"{times}: {each.source} -> {each.destination} : {each.ports}")


def left_out(seen: SeenChanges) -> Iterator[str]:
    """Say how many records could not be judged, and why."""
    for reason, count in counts_of(seen.unjoined).items():
        yield f"{counted(count, 'record')} could not be judged: {visible(reason)}"


def as_table(seen: SeenChanges, name_of: NameOf, today: date) -> Iterator[str]:
    """Write a table for a comment, of what is closed first."""
    rows = [*few(seen.used), *few(seen.refused)]
    if rows:
        yield "| seen | from | to | ports | let through by |\n|---|---|---|---|---|\n"
    for each in rows[:MOST_ROWS]:
        verb = "**closed**: used" if not each.changes[0].opens else "opened: refused"
        times = f"{verb} {counted(each.count, 'time')}{until(each.last, today)}"
        opens = each.changes[0].opens
        places = "<br>".join(
            f"{code(name_of(line, opens))} {code(line.source.text)}" for line in each.lines[:MOST_LINES]
        )
        yield f"| {times} | {code(each.source)} | {code(each.destination)} | {each.ports} | {places} |\n"
    if len(rows) > MOST_ROWS:
        yield f"\n{counted(len(rows) - MOST_ROWS, 'row')} more would not fit; `netpolc diff` prints all.\n"
    yield "\n" if rows else ""
    for sentence in left_out(seen):
        yield f"{sentence}.\n\n"


def as_object(seen: SeenChanges, name_of: NameOf) -> str:
    """Write all that was seen of a change as an object of a document."""
    first, last = seen.window
    window = json.dumps({"first": iso(first), "last": iso(last)})
    used, refused = (
        ", ".join(_object(each, name_of) for each in by_ends(several)) for several in (seen.used, seen.refused)
    )
    about = {
        "unjoined": reasons_of(counts_of(seen.unjoined), places_of(seen.unjoined)),
        "passed_over": reasons_of(_passed(seen), passed_places(seen.passed_over)),
    }
    return f'{{"window": {window}, "used": [{used}], "refused": [{refused}], {json.dumps(about)[1:]}'


def _passed(seen: SeenChanges) -> dict[str, int]:
    return {each.reason: each.count for each in seen.passed_over}


def _object(each: PairOfEnds, name_of: NameOf) -> str:
    lines = [
        {
            "file": line.source.file,
            "line": line.source.line,
            "text": line.source.text,
            "place": name_of(line, each.changes[0].opens),
        }
        for line in each.lines
    ]
    head = json.dumps({"source": each.source, "destination": each.destination})
    tail = json.dumps({"count": each.count, "last": iso(each.last), "lines": lines})
    return f"{head[:-1]}, {each.json_ports}, {tail[1:]}"


def of_change(changes: Iterable[SeenChange]) -> dict[str, object]:
    """Return what was seen of one change as members of its object: nothing where it was not seen."""
    several = tuple(changes)
    if not several:
        return {}
    about = {"count": sum(each.count for each in several), "last": iso(latest(each.last for each in several))}
    return {"refused" if several[0].opens else "used": about}
