"""Ports as destinations have them: numbers of a protocol, and which names the pod gives to them.

Names are resolved for each destination, so a port of a pod that could be any is also a choice of names for it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator

import msgspec

from netpolc.sets.port_model import FIRST, LAST, PROTOCOLS, NamedPort, PortInterval, PortSet, Protocol

NO_NAMES: frozenset[str] = frozenset()

MOST_CHOICES = 64
"""The ways to choose names beyond which a set of them is not brought to the shortest form; it says the same."""


class DestinationPorts(msgspec.Struct, frozen=True, gc=False):
    """Numbers of one protocol, where the pod gives them all of some names and none of others."""

    protocol: Protocol
    first: int
    last: int
    named: frozenset[str] = NO_NAMES
    unnamed: frozenset[str] = NO_NAMES


Choice = tuple[frozenset[str], frozenset[str]]
"""Names that a port has, and names that it does not have."""
ANY_NAMES: Choice = NO_NAMES, NO_NAMES

EVERY_PORTS = tuple(DestinationPorts(protocol, FIRST, LAST) for protocol in PROTOCOLS)


def pieces(ports: PortSet) -> Iterator[DestinationPorts]:
    """Yield the parts of a set of ports, each of one protocol; they may overlap."""
    for interval in ports.intervals:
        yield DestinationPorts(interval.protocol, interval.first, interval.last)
    for each in ports.names:
        yield DestinationPorts(each.protocol, each.first, each.last, frozenset(each.names), frozenset(each.but))


def written(piece: DestinationPorts) -> PortInterval | NamedPort:
    """Return a piece as an item of a set."""
    if not piece.named and not piece.unnamed:
        return PortInterval(piece.protocol, piece.first, piece.last)
    name, *also = sorted(piece.named) or ("",)
    return NamedPort(piece.protocol, name, piece.first, piece.last, tuple(also), tuple(sorted(piece.unnamed)))


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


def without(some: Iterable[DestinationPorts], others: Iterable[DestinationPorts]) -> list[DestinationPorts]:
    """Return what is left of some pieces without others."""
    left = list(some)
    for other in others:
        left = [part for each in left for part in subtract(each, other)]
    return left


def common(some: Iterable[DestinationPorts], others: Iterable[DestinationPorts]) -> list[DestinationPorts]:
    """Return what some pieces have in common with others."""
    return [both for one, other in itertools.product(some, tuple(others)) if (both := meet(one, other)) is not None]


def normal_form(some: Iterable[DestinationPorts]) -> list[DestinationPorts]:
    """Return the same ports in one form, whatever pieces they come in: every choice of names that cannot be wider.

    Each choice stands at the longest ranges of numbers on which it is held.
    """
    of_protocol: dict[Protocol, list[DestinationPorts]] = {}
    for each in some:
        of_protocol.setdefault(each.protocol, []).append(each)
    return [part for protocol, held in of_protocol.items() for part in _normal_form(protocol, held)]


def _normal_form(protocol: Protocol, held: list[DestinationPorts]) -> Iterator[DestinationPorts]:
    starts = sorted({start for each in held for start in (each.first, each.last + 1)})
    widest = [
        _widest(frozenset((each.named, each.unnamed) for each in held if each.first <= start <= each.last))
        for start in starts[:-1]
    ]
    for choice in dict.fromkeys(itertools.chain.from_iterable(widest)):
        at = [any(_holds(whole, choice) for whole in there) for there in widest]
        for is_held, run in itertools.groupby(range(len(widest)), at.__getitem__):
            numbers = list(run)
            # Where something wider is held all along, it is said by that.
            if is_held and any(choice in widest[number] for number in numbers):
                first, last = starts[numbers[0]], starts[numbers[-1] + 1] - 1
                yield DestinationPorts(protocol, first, last, *choice)


@functools.lru_cache(maxsize=4096)
def _widest(choices: frozenset[Choice]) -> tuple[Choice, ...]:
    """Return the prime implicants of choices, found by consensus: those of which no name can be left out."""
    found = _maximal(choices)
    pending = list(itertools.combinations(found, 2))
    while pending and len(found) <= MOST_CHOICES:
        (named, unnamed), (others, no_others) = pending.pop()
        opposed = (named & no_others) | (unnamed & others)
        if len(opposed) != 1:
            continue
        both = (named | others) - opposed, (unnamed | no_others) - opposed
        if not any(_holds(each, both) for each in found):
            found = {each for each in found if not _holds(both, each)}
            pending += [(both, each) for each in found]
            found.add(both)
    return tuple(sorted(found, key=lambda choice: (sorted(choice[0]), sorted(choice[1]))))


def _maximal(choices: Iterable[Choice]) -> set[Choice]:
    return {each for each in choices if not any(other != each and _holds(other, each) for other in choices)}


def _holds(whole: Choice, part: Choice) -> bool:
    """Tell whether one choice asks for nothing that another does not ask for."""
    return whole[0] <= part[0] and whole[1] <= part[1]
