"""Connections as the lines that say them: each port once, and lines that say the same of several as one with a set."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import msgspec

from netpolc.adopt.importer.model import ANYTHING, BlockEnd, PodsEnd
from netpolc.adopt.suggest.model import Evidence, LibraryEnd, ProposedLine, Topic, places_in
from netpolc.adopt.suggest.traffic import Sightings
from netpolc.sets.ports import ports_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netpolc.adopt.suggest.model import Called, Caller, Port, SeenConnection, Shown

TOPICS: tuple[Topic, ...] = get_args(Topic)

FEW = 3
"""Up to how many lines that records show, and that differ in one end, a person would rather read one by one."""


def lines_of(connections: Iterable[SeenConnection]) -> list[ProposedLine]:
    """Return the lines that say some connections of one section.

    Of what comes from outside, lines of one kind are one with a set of destinations. Calls that texts of the same names
    show are one with a set of callers, and those that the same texts show one with a set of destinations. Those that
    records show are one for each pair of workloads, unless there are many; what was seen once keeps its own.
    """
    found = list(_each(connections))
    seen = [line for line in found if line.traffic is not None]
    calls = [line for line in found if line.traffic is None and line.topic == "call"]
    others = [line for line in found if line.traffic is None and line.topic != "call"]
    return [
        *_with_destinations(others),
        *_with_destinations(_with_callers(calls), alike=True),
        *_of_many(_with_blocks(seen)),
    ]


def _each(connections: Iterable[SeenConnection]) -> Iterator[ProposedLine]:
    """Yield one line for each pair of pods and topic; a port is written once, and one open to `any` only by that."""
    groups: dict[tuple[Caller, Called], dict[Port, list[SeenConnection]]] = {}
    for one in connections:
        groups.setdefault((one.caller, one.destination), {}).setdefault(one.port, []).append(one)
    for (caller, destination), ports in groups.items():
        to_all = groups.get((ANYTHING, destination), {})
        for port in to_all.keys() & ports.keys() if isinstance(caller, BlockEnd | LibraryEnd) else ():
            to_all[port] += [msgspec.structs.replace(one, evidence=_plain(one.evidence)) for one in ports[port]]
    for (caller, destination), ports in groups.items():
        to_all = groups.get((ANYTHING, destination), {})
        topics: dict[Topic, list[Port]] = {}
        for port, behind in ports.items():
            if isinstance(caller, PodsEnd) or caller == ANYTHING or port not in to_all:
                topics.setdefault(min((one.topic for one in behind), key=TOPICS.index), []).append(port)
        for topic, held in topics.items():
            evidence = [one.evidence for port in held for one in ports[port]]
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
        names = frozenset(each.detail for each in line.evidence if isinstance(each, Evidence))
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


def _with_blocks(lines: Iterable[ProposedLine]) -> Iterator[ProposedLine]:
    """Yield lines of which those that differ in the addresses at one end only are one."""
    groups: dict[object, list[ProposedLine]] = {}
    for line in lines:
        ends = (_pods_or_none(line.callers), _pods_or_none(line.destinations))
        groups.setdefault((line.topic, ends, line.ports), []).append(line)
    return map(_together, groups.values())


def _of_many(lines: Iterable[ProposedLine]) -> Iterator[ProposedLine]:
    """Yield lines of which those that differ in one end only, and are many, are one with a set."""
    ends: tuple[Callable[[ProposedLine], object], ...] = (lambda line: line.callers, lambda line: line.destinations)
    left = list(lines)
    for kept in reversed(ends):
        groups: dict[object, list[ProposedLine]] = {}
        for number, line in enumerate(left):
            alone = len(line.callers) == len(line.destinations) == 1 and not _is_single(line)
            groups.setdefault((line.topic, kept(line), line.ports) if alone else number, []).append(line)
        left = [line for held in groups.values() for line in ([_together(held)] if len(held) > FEW else held)]
    return iter(left)


def _pods_or_none(ends: tuple[Called, ...] | tuple[Caller, ...]) -> object:
    """Return ends that are not addresses, or None."""
    return None if isinstance(ends[0], BlockEnd | LibraryEnd) else ends


def _is_single(line: ProposedLine) -> bool:
    return line.traffic is not None and line.traffic.is_single


def _together(lines: Sequence[ProposedLine]) -> ProposedLine:
    """Return lines of one topic and the same ports as one."""
    return ProposedLine(
        lines[0].topic,
        tuple(dict.fromkeys(end for line in lines for end in line.callers)),
        tuple(dict.fromkeys(end for line in lines for end in line.destinations)),
        lines[0].ports,
        _sorted(each for line in lines for each in line.evidence),
    )


def _plain(evidence: Shown) -> Shown:
    """Return traffic without what a line of its own would add to it."""
    return msgspec.structs.replace(evidence, remarks=()) if isinstance(evidence, Sightings) else evidence


def _sorted(evidence: Iterable[Shown]) -> tuple[Shown, ...]:
    """Return evidence in order, all traffic of it and each place once."""
    held = list(evidence)
    return (*(each for each in held if isinstance(each, Sightings)), *places_in(held))
