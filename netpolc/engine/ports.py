"""Ports as destinations have them: a number of a protocol, and which names the pod gives to it.

Names are resolved for each destination, so a port of a pod that could be any is also a choice of names for it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from netpolc.sets.ports import FIRST, LAST, PROTOCOLS, PortSet, Protocol

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
