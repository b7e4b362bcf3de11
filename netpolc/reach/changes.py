"""What two sets of policies allow differently, in terms of peers.

The comparison finds whole boxes of connections that one side allows and the other does not, for every pod that could
exist. Peers are looked up in these, so the work grows with the change. A box that holds no peer yet becomes one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.program.model import Direction
from netpolc.reach.comparison import differences
from netpolc.reach.members import Members
from netpolc.reach.peers import Peer, peer_of
from netpolc.reach.regions import Namespaces, PodSet
from netpolc.reach.verdicts import Address, Judge, Pod
from netpolc.sets.ports import NamedPort, PortInterval, PortSet, Protocol, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.reach.comparison import Difference
    from netpolc.reach.model import Cause, Halves
    from netpolc.reach.ports import Ports
    from netpolc.reach.regions import Region
    from netpolc.reach.verdicts import End

Side = Literal["old", "new"]


class Because(msgspec.Struct, frozen=True):
    """What on one side makes a change: a rule that it has, or what closes an end there."""

    cause: Cause
    side: Side


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Ports of a destination that a source may reach on one side only; `widened` where that is the new one.

    `direction` is the end at which the other side denies them, and `assumed` says that only pods that could exist
    stand for an end.
    """

    widened: bool
    source: Peer
    destination: Peer
    ports: PortSet
    directions: tuple[Direction, ...]
    because: tuple[Because, ...]


def changes(peers: Sequence[Peer], old: Halves, new: Halves) -> list[Change]:
    """Every ordered pair of peers between which something changed, once for each way in which it did."""
    survey = _Survey(peers, new)
    found: dict[tuple[bool, int, int], _Found] = {}
    for difference in differences(old, new):
        widened = difference.allowed_by == "other"
        for source, destination, ports in survey.pairs(difference):
            entry = found.setdefault((widened, source, destination), _Found())
            entry.ports += ports
            entry.directions[difference.direction] = None
    judges = Judge(old), Judge(new)
    return [survey.change(key, entry, judges) for key, entry in found.items()]


class _Found:
    __slots__ = ("directions", "ports")

    def __init__(self) -> None:
        self.ports: list[PortInterval | NamedPort] = []
        self.directions: dict[Direction, None] = {}


class _Survey:
    """The peers, and those that differences turn out to need besides."""

    def __init__(self, peers: Sequence[Peer], halves: Halves) -> None:
        self._peers = list(peers)
        self._namespaces = Namespaces(halves.namespaces)
        self._members = Members([peer.end for peer in peers])
        self._known: dict[Region, tuple[int, ...]] = {}

    def pairs(self, difference: Difference) -> Iterator[tuple[int, int, list[PortInterval | NamedPort]]]:
        """The pairs of peers that a difference is about, and the ports that it has there."""
        box = difference.box
        for destination in self._in(box.destination):
            ports = list(_resolved(box.ports, self._peers[destination].end))
            for source in self._in(box.source) if ports else ():
                ends = self._peers[source].end, self._peers[destination].end
                if not all(isinstance(end, Address) for end in ends):
                    yield source, destination, ports

    def change(self, key: tuple[bool, int, int], found: _Found, judges: tuple[Judge, Judge]) -> Change:
        widened, source, destination = key
        ends = self._peers[source], self._peers[destination]
        ports = ports_of(found.ports)
        return Change(
            widened=widened,
            source=ends[0],
            destination=ends[1],
            ports=ports,
            directions=tuple(sorted(found.directions)),
            because=tuple(_because(widened, ends, ports, tuple(found.directions), judges)),
        )

    def _in(self, region: Region) -> tuple[int, ...]:
        """The peers of a region, of which there is at least one."""
        found = self._known.get(region)
        if found is None:
            found = tuple(self._members.of(region))
            if not found and isinstance(region, PodSet):
                self._peers.append(peer_of(region, self._namespaces))
                found = (len(self._peers) - 1,)
            self._known[region] = found
        return found


def _because(
    widened: bool,  # noqa: FBT001 -- one of two kinds of change
    ends: tuple[Peer, Peer],
    ports: PortSet,
    directions: tuple[Direction, ...],
    judges: tuple[Judge, Judge],
) -> Iterator[Because]:
    """The rules of the side that allows; where nothing closes an end there, what closes it on the other."""
    protocol, port, source, destination = _sample(ends, ports)
    allowing, denying = (judges[1], judges[0]) if widened else judges
    allowing_side: Side = "new" if widened else "old"
    denying_side: Side = "old" if widened else "new"
    seen: set[int] = set()
    for direction in directions:
        side = allowing.side(direction, source, destination, protocol, port)
        rules = side.rules if side.closed else denying.side(direction, source, destination, protocol, port).closed
        for cause in rules:
            if cause is not None and id(cause) not in seen:
                seen.add(id(cause))
                yield Because(cause, allowing_side if side.closed else denying_side)


def _sample(ends: tuple[Peer, Peer], ports: PortSet) -> tuple[Protocol, int, End, End]:
    """One port of a change, and its ends; a pod that could exist gives it the name that the change is about."""
    source, destination = ends[0].end, ends[1].end
    if ports.intervals:
        interval = ports.intervals[0]
        return interval.protocol, interval.first, source, destination
    name = ports.names[0]
    if isinstance(destination, Pod):
        from netpolc.reach.verdicts import PodPort  # noqa: PLC0415 -- rarely needed

        destination = msgspec.structs.replace(destination, ports=(PodPort(name.name, name.protocol, 1),))
    return name.protocol, 1, source, destination


def _resolved(ports: Ports, destination: End) -> Iterator[PortInterval | NamedPort]:
    """The ports of a box as a destination has them: numbers, or a name that a pod which could exist may give."""
    if isinstance(destination, Address) or (destination.hypothetical and not ports.named):
        yield PortInterval(ports.protocol, ports.first, ports.last)
        return
    if destination.hypothetical:
        yield from (NamedPort(ports.protocol, name) for name in sorted(ports.named))
        return
    numbers: dict[int, set[str]] = {}
    for port in destination.ports:
        if port.protocol == ports.protocol and ports.first <= port.number <= ports.last:
            numbers.setdefault(port.number, set()).add(port.name)
    if ports.named:
        fitting = [number for number, names in numbers.items() if ports.named <= names and not ports.unnamed & names]
        yield from (PortInterval(ports.protocol, number, number) for number in sorted(fitting))
        return
    first = ports.first
    for number in sorted(number for number, names in numbers.items() if ports.unnamed & names):
        if first < number:
            yield PortInterval(ports.protocol, first, number - 1)
        first = number + 1
    if first <= ports.last:
        yield PortInterval(ports.protocol, first, ports.last)
