"""Ports as destinations have them: a number of a protocol, and which names the pod gives to it.

Names are resolved for each destination, so a port of a pod that could be any is also a choice of names for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import msgspec

from netpolc.sets.ports import (
    EVERY_PORT,
    FIRST,
    LAST,
    PROTOCOLS,
    NamedPort,
    PortInterval,
    PortSet,
    Protocol,
    intersection,
    ports_of,
)

NO_NAMES: frozenset[str] = frozenset()


class DestinationPorts(msgspec.Struct, frozen=True, gc=False):
    """Numbers of one protocol, where the pod gives them all of some names and none of others."""

    protocol: Protocol
    first: int
    last: int
    named: frozenset[str] = NO_NAMES
    unnamed: frozenset[str] = NO_NAMES


EVERY_PORTS = tuple(DestinationPorts(protocol, FIRST, LAST) for protocol in PROTOCOLS)


def pieces(ports: PortSet) -> Iterator[DestinationPorts]:
    """Yield the parts of a set of ports, each of one protocol; they may overlap."""
    for interval in ports.intervals:
        yield DestinationPorts(interval.protocol, interval.first, interval.last)
    for name in ports.names:
        yield DestinationPorts(name.protocol, FIRST, LAST, frozenset({name.name}))


def met(one: PortSet, other: PortSet) -> PortSet:
    """Return what two sets have in common for pods of which nobody knows what they call their ports."""
    both = intersection(one, other)
    if not (one.names or other.names) or EVERY_PORT in (one, other):
        return both
    items: list[PortInterval | NamedPort] = [*both.intervals, *both.names]
    for mine, yours in ((one, other), (other, one)):
        for name in mine.names:
            items += [
                NamedPort(name.protocol, name.name, max(name.first, each.first), min(name.last, each.last), name.also)
                for each in yours.intervals
                if each.protocol == name.protocol and max(name.first, each.first) <= min(name.last, each.last)
            ]
    for name, also in itertools.product(one.names, other.names):
        if name.protocol == also.protocol:
            first, *more = sorted({name.name, *name.also, also.name, *also.also})
            lowest, highest = max(name.first, also.first), min(name.last, also.last)
            if lowest <= highest:
                items.append(NamedPort(name.protocol, first, lowest, highest, tuple(more)))
    return ports_of(items)


def meet(one: DestinationPorts, other: DestinationPorts) -> DestinationPorts | None:
    """Return what two have in common, or None."""
    if one.protocol != other.protocol:
        return None
    first, last = max(one.first, other.first), min(one.last, other.last)
    named, unnamed = one.named | other.named, one.unnamed | other.unnamed
    return None if first > last or named & unnamed else DestinationPorts(one.protocol, first, last, named, unnamed)


def subtract(one: DestinationPorts, other: DestinationPorts) -> Iterator[DestinationPorts]:
    """Yield what the first holds and the second does not, in parts that have nothing in common."""
    if meet(one, other) is None:
        yield one
        return
    if one.first < other.first:
        yield DestinationPorts(one.protocol, one.first, other.first - 1, one.named, one.unnamed)
    if one.last > other.last:
        yield DestinationPorts(one.protocol, other.last + 1, one.last, one.named, one.unnamed)
    first, last = max(one.first, other.first), min(one.last, other.last)
    named, unnamed = one.named, one.unnamed
    for name in sorted(other.named - named):
        yield DestinationPorts(one.protocol, first, last, named, unnamed | {name})
        named |= {name}
    for name in sorted(other.unnamed - unnamed):
        yield DestinationPorts(one.protocol, first, last, named | {name}, unnamed)
        unnamed |= {name}
