"""Connections as the lines that say them: each port once, and lines that say the same of several as one with a set."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from netpolc.adopt.importer.model import ANYTHING, PodsEnd
from netpolc.adopt.suggest.model import ProposedLine, Topic
from netpolc.sets.ports import ports_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.adopt.suggest.model import Caller, Evidence, Port, SeenConnection

TOPICS: tuple[Topic, ...] = get_args(Topic)


def lines_of(connections: Iterable[SeenConnection]) -> list[ProposedLine]:
    """Return the lines that say some connections of one section.

    Of what comes from outside, lines of one kind are one with a set of destinations. Calls that texts of the same names
    show are one with a set of callers, and those that the same texts show one with a set of destinations.
    """
    found = list(_each(connections))
    calls = [line for line in found if line.topic == "call"]
    others = [line for line in found if line.topic != "call"]
    return [*_with_destinations(others), *_with_destinations(_with_callers(calls), alike=True)]


def _each(connections: Iterable[SeenConnection]) -> Iterator[ProposedLine]:
    """Yield one line for each pair of pods and topic; a port is written once, and one open to `any` only by that."""
    groups: dict[tuple[Caller, PodsEnd], dict[Port, list[SeenConnection]]] = {}
    for one in connections:
        groups.setdefault((one.caller, one.destination), {}).setdefault(one.port, []).append(one)
    for (caller, destination), ports in groups.items():
        to_all = groups.get((ANYTHING, destination), {})
        topics: dict[Topic, list[Port]] = {}
        for port, behind in ports.items():
            if isinstance(caller, PodsEnd) or caller == ANYTHING or port not in to_all:
                topics.setdefault(min((one.topic for one in behind), key=TOPICS.index), []).append(port)
        for topic, held in topics.items():
            evidence = dict.fromkeys(one.evidence for port in held for one in ports[port])
            yield ProposedLine(topic, (caller,), (destination,), ports_of(held), _sorted(evidence))


def _with_destinations(lines: Iterable[ProposedLine], *, alike: bool = False) -> list[ProposedLine]:
    """Join lines that differ in their destinations only; if `alike`, those that the same texts show."""
    groups: dict[object, list[ProposedLine]] = {}
    for line in lines:
        shown = line.evidence if alike else None
        groups.setdefault((line.topic, line.callers, line.ports, shown), []).append(line)
    return [
        ProposedLine(
            held[0].topic,
            held[0].callers,
            tuple(end for line in held for end in line.destinations),
            held[0].ports,
            _sorted(each for line in held for each in line.evidence),
        )
        for held in groups.values()
    ]


def _with_callers(lines: Iterable[ProposedLine]) -> list[ProposedLine]:
    """Join lines that differ in their callers only, and that texts of the same names show."""
    groups: dict[object, list[ProposedLine]] = {}
    for line in lines:
        names = frozenset(each.detail for each in line.evidence)
        groups.setdefault((line.destinations, line.ports, names), []).append(line)
    return [
        ProposedLine(
            "call",
            tuple(end for line in held for end in line.callers),
            held[0].destinations,
            held[0].ports,
            _sorted(each for line in held for each in line.evidence),
        )
        for held in groups.values()
    ]


def _sorted(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(sorted(set(evidence), key=lambda each: (each.file, each.line, each.detail)))
