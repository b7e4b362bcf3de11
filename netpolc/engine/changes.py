"""Changes between two sets of policies, in terms of peers.

The comparison finds whole boxes of connections that one side allows and the other does not, for every pod that could
exist. Peers are looked up in these, so the work grows with the change; a box that holds no peer yet becomes one. Where
pods themselves differ, or have addresses that blocks may hold, both relations are compared instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.comparison import differences
from netpolc.engine.members import Members
from netpolc.engine.model import RuleSet
from netpolc.engine.peers import Peer, peer_of
from netpolc.engine.regions import Namespaces, PodSet
from netpolc.engine.relation import connections
from netpolc.engine.verdicts import Address, Pod
from netpolc.sets.ports import NamedPort, PortInterval, PortSet, difference, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.engine.comparison import BoxDifference
    from netpolc.engine.ports import DestinationPorts
    from netpolc.engine.regions import Region
    from netpolc.engine.verdicts import End

Key = tuple[bool, int, int]
"""Whether a change is a widening, and the numbers of its ends."""


class ConnectionChange(msgspec.Struct, frozen=True, kw_only=True):
    """Ports of a destination that a source may reach on one side only; `widened` where that is the new one."""

    widened: bool
    source: Peer
    destination: Peer
    ports: PortSet


class View(msgspec.Struct, frozen=True):
    """One side: its policies, and the peers as they are there; both sides have the same peers, in the same order."""

    peers: tuple[Peer, ...]
    ruleset: RuleSet


def changes(old: View, new: View) -> list[ConnectionChange]:
    """List what changed between each ordered pair of peers, once for each way in which it changed, sorted."""
    found: dict[Key, list[PortInterval | NamedPort]] = {}
    survey = _Survey(old, new)
    boxes = list(differences(survey.ruleset(old), new.ruleset))
    if survey.pods_alike:
        for box in boxes:
            for source, destination, ports in survey.pairs(box):
                found.setdefault((box.allowed_by == "other", source, destination), []).extend(ports)
    else:
        for box in boxes:
            survey.add_peers(box)
        found = survey.compared()
    return sorted((survey.change(key, ports) for key, ports in found.items()), key=_order)


def _order(change: ConnectionChange) -> tuple[str, str, bool]:
    return change.source.id, change.destination.id, change.widened


class _Survey:
    """The peers of both sides, and those that differences turn out to need besides."""

    def __init__(self, old: View, new: View) -> None:
        self._views = (old, new)
        self._namespaces = Namespaces(new.ruleset.namespaces)
        self._peers = ([*old.peers], [*new.peers])
        self._members = Members([peer.end for peer in new.peers])
        self._numbers: dict[Region, tuple[int, ...]] = {}
        self.pods_alike = all(
            one.end == other.end
            and not (isinstance(other.end, Pod) and (other.end.addresses or other.end.host_network))
            for one, other in zip(*self._peers, strict=True)
        )

    def ruleset(self, view: View) -> RuleSet:
        """Return the policies of a side among the namespaces of the new one."""
        return RuleSet(view.ruleset.ingress, view.ruleset.egress, self._namespaces.known)

    def pairs(self, found: BoxDifference) -> Iterator[tuple[int, int, list[PortInterval | NamedPort]]]:
        """Yield the pairs of peers that a difference is about, and the ports that it has there."""
        for destination in self._in(found.box.destination):
            ports = list(_resolved(found.box.ports, self._peers[1][destination].end))
            for source in self._in(found.box.source) if ports else ():
                yield source, destination, ports

    def add_peers(self, found: BoxDifference) -> None:
        """Add a peer for either end of a difference that holds none."""
        self._in(found.box.source)
        self._in(found.box.destination)

    def compared(self) -> dict[Key, list[PortInterval | NamedPort]]:
        """Return the differences between both relations."""
        numbers = {peer.id: number for number, peer in enumerate(self._peers[1])}
        related: list[dict[tuple[int, int], PortSet]] = []
        for peers, view in zip(self._peers, self._views, strict=True):
            related.append(
                {
                    (numbers[each.source.id], numbers[each.destination.id]): each.ports
                    for each in connections(peers, view.ruleset)
                }
            )
        found: dict[Key, list[PortInterval | NamedPort]] = {}
        for source, destination in related[0].keys() | related[1].keys():
            before, after = (each.get((source, destination), PortSet()) for each in related)
            for widened, ports in ((True, difference(after, before)), (False, difference(before, after))):
                if ports != PortSet():
                    found[widened, source, destination] = [*ports.intervals, *ports.names]
        return found

    def change(self, key: Key, ports: list[PortInterval | NamedPort]) -> ConnectionChange:
        """Return the change of a key, with its peers and ports."""
        widened, source, destination = key
        peers = self._peers[1]
        return ConnectionChange(
            widened=widened, source=peers[source], destination=peers[destination], ports=ports_of(ports)
        )

    def _in(self, region: Region) -> tuple[int, ...]:
        """Return the numbers of the peers of a region; for pods without any, a peer is added."""
        found = self._numbers.get(region)
        if found is None:
            found = tuple(self._members.of(region))
            if not found and isinstance(region, PodSet):
                peer = peer_of(region, self._namespaces)
                for peers in self._peers:
                    peers.append(peer)
                found = (len(self._peers[1]) - 1,)
            self._numbers[region] = found
        return found


def _resolved(ports: DestinationPorts, destination: End) -> Iterator[PortInterval | NamedPort]:
    """Yield the ports of a box as a destination has them: numbers, or a name that a pod which could exist may give."""
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
