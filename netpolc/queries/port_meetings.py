"""Whether sets of ports have any port in common at some destination, by number or by what the destination calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.row_algebra import NOTHING
from netpolc.engine.rows import resolved
from netpolc.sets.named_ports import meet, pieces
from netpolc.sets.ports import EVERY_PORT, intersection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.engine.peers import Peer
    from netpolc.sets.named_ports import DestinationPorts
    from netpolc.sets.ports import PortSet


class PortMeetings:
    """The ports of some peers, who are numbered as they are given."""

    def __init__(self, peers: Sequence[Peer]) -> None:
        """Take the peers that are destinations."""
        self._peers = peers
        self._numbered: dict[PortSet, list[tuple[PortSet, int]]] = {}
        self._shared: dict[tuple[PortSet, ...], bool] = {}
        self._sets = 0
        for number, peer in enumerate(peers):
            if peer.pods is not None:
                self._sets |= 1 << number

    def any(self, shown: PortSet, several: Sequence[PortSet], destinations: int) -> bool:
        """Tell whether any of the ports that are shown is in each of several sets, at one of some destinations.

        Of pods that could exist, nobody knows what they call their ports: a name is met by the same name, and by all
        the numbers that it may stand for.
        """
        if not destinations:
            return False
        if not (shown.names or any(each.names for each in several)):
            return self._in_all(shown, several)
        if destinations & self._sets and all(_share(shown, each) for each in several):
            return True
        return self._at_any(destinations & ~self._sets, shown, several)

    def _in_all(self, shown: PortSet, several: Sequence[PortSet]) -> bool:
        key = (shown, *several)
        found = self._shared.get(key)
        if found is None:
            left = shown
            for each in several:
                left = intersection(left, each)
            found = self._shared[key] = left != NOTHING
        return found

    def _at_any(self, destinations: int, left: PortSet, several: Sequence[PortSet]) -> bool:
        if not destinations or left == NOTHING:
            return False
        if not several:
            return True
        return any(
            self._at_any(destinations & having, intersection(left, ports), several[1:])
            for ports, having in self._resolved(several[0])
        )

    def _resolved(self, ports: PortSet) -> list[tuple[PortSet, int]]:
        """List the numbers that ports have, each with the destinations that have them."""
        if not ports.names:
            return [(ports, -1)]
        found = self._numbered.get(ports)
        if found is None:
            by_numbers: dict[PortSet, int] = {}
            for number, peer in enumerate(self._peers):
                if peer.pods is None:
                    mine = resolved(ports, peer.end)
                    by_numbers[mine] = by_numbers.get(mine, 0) | 1 << number
            found = self._numbered[ports] = list(by_numbers.items())
        return found


def _share(shown: PortSet, ports: PortSet) -> bool:
    """Tell whether a set has any of the ports that are shown of pods that could exist."""
    return ports == EVERY_PORT or any(_meet(one, other) for one in pieces(shown) for other in pieces(ports))


def _meet(shown: DestinationPorts, other: DestinationPorts) -> bool:
    """Tell whether they share a name or, where only one of them has any, that one holds all that the names may be."""
    if meet(shown, other) is None:
        return False
    if shown.named and other.named:
        return not shown.named.isdisjoint(other.named)
    return not other.named and (not shown.named or (other.first <= shown.first and shown.last <= other.last))
