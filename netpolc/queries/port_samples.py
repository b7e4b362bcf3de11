"""Samples of ports that decide a question about many: between them, no rule tells one from the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.rows import resolved
from netpolc.engine.verdicts import Address, Pod, PodPort
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.ports import FIRST, LAST, PortInterval, PortSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.engine.verdicts import End, Evaluator
    from netpolc.sets.ports import NamedPort, Protocol


def port_samples(
    evaluator: Evaluator, source: End, destination: End, ports: PortSet
) -> Iterator[tuple[Protocol, int, End]]:
    """Yield numbers that are allowed exactly if all of some ports are, each with the destination to evaluate it for.

    A name is resolved on the destination; one that could exist is taken to give the name to a number that no rule tells
    apart or, where rules have all numbers, to each that they tell apart.
    """
    intervals = _distinguished(evaluator, source, destination)
    for asked in ports.intervals:
        starts = {start for each in intervals for start in _starts(each) if each.protocol == asked.protocol}
        for number in sorted({asked.first} | {start for start in starts if asked.first < start <= asked.last}):
            yield asked.protocol, number, destination
    for name in ports.names:
        yield from _by_name(name, destination, intervals, tiered=evaluator.is_tiered)


def _by_name(
    name: NamedPort, destination: End, intervals: set[PortInterval], *, tiered: bool
) -> Iterator[tuple[Protocol, int, End]]:
    if isinstance(destination, Address):
        return
    if destination.hypothetical:
        taken = [each for each in intervals if each.protocol == name.protocol and each.last - each.first < LAST - FIRST]
        starts = sorted(
            {name.first, *(start for each in taken for start in _starts(each) if name.first <= start <= name.last)}
        )
        # Rules only add: what is let through on a number that none of them has is let through on each. Tiers also deny.
        free = [number for number in starts if not any(each.first <= number <= each.last for each in taken)]
        for number in starts if tiered else free[:1] or starts:
            given = tuple(PodPort(each, name.protocol, number) for each in name.names)
            yield name.protocol, number, msgspec.structs.replace(destination, ports=(*destination.ports, *given))
        return
    for interval in resolved(PortSet(names=(name,)), destination).intervals:
        yield name.protocol, interval.first, destination


def _distinguished(evaluator: Evaluator, source: End, destination: End) -> set[PortInterval]:
    """Return the intervals that rules at both ends name, or that the destination names itself."""
    allow_rules = (*evaluator.allow_rules("egress", source), *evaluator.allow_rules("ingress", destination))
    found = {interval for allow_rule in allow_rules for interval in allow_rule.ports.intervals}
    for direction in DIRECTIONS if evaluator.is_tiered else ():
        for tiers in evaluator.tiers(direction, source if direction == "egress" else destination):
            found |= {each for tier in tiers for decision in tier.decisions for each in decision.ports.intervals}
    if isinstance(destination, Pod):
        found |= {PortInterval(each.protocol, each.number, each.number) for each in destination.ports}  # type: ignore[arg-type]  # checked when read
    return found


def _starts(interval: PortInterval) -> tuple[int, int]:
    return interval.first, interval.last + 1
