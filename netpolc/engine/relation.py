"""The whole relation: who may reach whom, and on which ports, as groups of peers that nothing tells apart."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.groups import group_rows
from netpolc.engine.index import Index
from netpolc.engine.peers import Peer
from netpolc.engine.regions import PodSet, is_within
from netpolc.engine.rows import NOTHING, Rows, add, resolved
from netpolc.sets.ports import PortSet, intersection

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netpolc.engine.groups import BitGroup
    from netpolc.engine.model import RuleSet
    from netpolc.engine.peers import Population
    from netpolc.engine.rows import Row
    from netpolc.ir.model import Direction


class PeerConnection(msgspec.Struct, frozen=True):
    """The ports of a destination that a source may reach, resolved to numbers where they are known."""

    source: Peer
    destination: Peer
    ports: PortSet


class Group(msgspec.Struct, frozen=True):
    """Peers of which each source may reach each destination on these ports; no pair stands in two groups.

    Nothing is said of two addresses, between which no policy decides.
    """

    sources: tuple[Peer, ...]
    destinations: tuple[Peer, ...]
    ports: PortSet


class Relation(msgspec.Struct, frozen=True):
    """Peers in the order of their numbers, and the rows of those who may reach any: sources as bits, and their row."""

    peers: tuple[Peer, ...]
    rows: tuple[tuple[int, Row], ...]

    def connections(self) -> Iterator[PeerConnection]:
        """Yield every two peers, like ones too, that may talk: by source, then destination, in their order."""
        of_source = {source: row for sources, row in self.rows for source in numbers(sources)}
        for source in sorted(of_source):
            pairs = [(number, ports) for ports, bits in of_source[source].items() for number in numbers(bits)]
            pairs.sort(key=lambda pair: pair[0])
            for destination, ports in pairs:
                yield PeerConnection(self.peers[source], self.peers[destination], ports)

    def shown(self) -> list[Peer]:
        """List the peers that there are, and of those that could exist the ones that stand in any group."""
        related = 0
        for sources, row in self.rows:
            related |= sources
            for bits in row.values():
                related |= bits
        return [peer for number, peer in enumerate(self.peers) if peer.pods is None or related >> number & 1]

    def bit_groups(self) -> list[BitGroup]:
        """List the groups, their members as bits."""
        return group_rows(self.rows)

    def groups(self) -> list[Group]:
        """List the groups, sorted by their first source, then destination."""
        return [
            Group(self.members(each.sources), self.members(each.destinations), each.ports) for each in self.bit_groups()
        ]

    def members(self, bits: int) -> tuple[Peer, ...]:
        """Return peers by their bits."""
        return tuple(self.peers[number] for number in numbers(bits))

    def between(self, sources: int, destinations: int) -> Relation:
        """Return the part that is from some sources to some destinations."""
        return Relation(
            self.peers,
            tuple(
                (kept, left)
                for held, row in self.rows
                if (kept := held & sources)
                and (left := {ports: both for ports, bits in row.items() if (both := bits & destinations)})
            ),
        )

    def on(self, ports: PortSet) -> Relation:
        """Return the part that is on some ports."""
        asked = _Asked(self.peers, ports)
        rows: dict[frozenset[tuple[PortSet, int]], int] = {}
        for sources, row in self.rows:
            left = frozenset(asked.row(row).items())
            if left:
                rows[left] = rows.get(left, 0) | sources
        return Relation(self.peers, tuple((bits, dict(row)) for row, bits in rows.items()))


def relate(
    peers: Sequence[Peer],
    ruleset: RuleSet,
    open_pods: Mapping[Direction, tuple[PodSet, ...]] | None = None,
    sources: int | None = None,
    destinations: int | None = None,
) -> Relation:
    """Relate peers; pods that could exist are open where they are within `open_pods`.

    `sources` and `destinations` are bits, and leave out all others.
    """
    rows = Rows(peers, ruleset, open_pods)
    alike: dict[frozenset[tuple[PortSet, int]], int] = {}
    for number in range(len(peers)) if sources is None else numbers(sources):
        row = rows.of(number)
        if destinations is not None:
            row = {ports: both for ports, bits in row.items() if (both := bits & destinations)}
        if row:
            key = frozenset(row.items())
            alike[key] = alike.get(key, 0) | 1 << number
    return Relation(tuple(peers), tuple((bits, dict(row)) for row, bits in alike.items()))


def relation_of(population: Population, ruleset: RuleSet) -> Relation:
    """Relate a population: sets of pods that add nothing to others are left out."""
    found = relate(population.peers, ruleset, population.open_pods, population.sources, population.destinations)
    sets = bits_of(number for number, peer in enumerate(population.peers) if peer.pods is not None)
    may_go = sets & ~population.called
    return without_contained(found, may_go) if may_go else found


def connections(
    peers: Sequence[Peer], ruleset: RuleSet, open_pods: Mapping[Direction, tuple[PodSet, ...]] | None = None
) -> Iterator[PeerConnection]:
    """Yield every two peers, like ones too, that may talk: by source, then destination, in the order of the peers."""
    return relate(peers, ruleset, open_pods).connections()


class _Asked:
    """Rows on some ports only, names of ports being those that each destination gives."""

    def __init__(self, peers: Sequence[Peer], asked: PortSet) -> None:
        self._asked = asked
        self._by_ports: dict[PortSet, int] = defaultdict(int)
        if asked.names:
            for number, peer in enumerate(peers):
                self._by_ports[resolved(asked, peer.end)] |= 1 << number
        self._found: dict[tuple[PortSet, PortSet], PortSet] = {}

    def row(self, row: Row) -> Row:
        found: Row = {}
        for ports, bits in row.items():
            for asked, having in self._by_ports.items() if self._asked.names else ((self._asked, bits),):
                both = self._found.get((ports, asked))
                if both is None:
                    both = self._found[ports, asked] = intersection(ports, asked)
                if both != NOTHING and bits & having:
                    add(found, both, bits & having)
        return found


def without_contained(relation: Relation, may_go: int) -> Relation:
    """Leave out those of some sets of pods that are part of another one with the same connections."""
    gone = 0
    for held, _ in relation.rows:
        gone |= _contained(relation.peers, held & may_go)
    rows = [(held & ~gone, row) for held, row in relation.rows if held & ~gone]
    reached = 0
    for _, row in rows:
        for bits in row.values():
            reached |= bits
    gone = _contained_destinations(relation.peers, rows, reached & may_go)
    return Relation(relation.peers, tuple((held, left) for held, row in rows if (left := _without(row, gone))))


def _contained(peers: Sequence[Peer], candidates: int) -> int:
    """Return which of some sets of pods are part of another one among them."""
    sets = {number: pods for number in numbers(candidates) if (pods := peers[number].pods) is not None}
    if len(sets) < 2:  # noqa: PLR2004 -- one alone is in no other
        return 0
    index = Index((pods, number) for number, pods in sets.items())
    return bits_of(
        number
        for number, pods in sets.items()
        if any(other != number and is_within(pods, sets[other]) for other in index.near(pods))
    )


def _contained_destinations(peers: Sequence[Peer], rows: Sequence[tuple[int, Row]], candidates: int) -> int:
    """Return which of some sets are part of another one that every row treats alike."""
    sets = {number: pods for number in numbers(candidates) if (pods := peers[number].pods) is not None}
    index = Index((pods, number) for number, pods in sets.items())
    entries: list[int] | None = None
    gone = 0
    for number, pods in sets.items():
        for other in index.near(pods):
            if other != number and not gone >> other & 1 and is_within(pods, sets[other]):
                entries = [bits for _, row in rows for bits in row.values()] if entries is None else entries
                pair = 1 << number | 1 << other
                if all(bits & pair in (0, pair) for bits in entries):
                    gone |= 1 << number
                    break
    return gone


def _without(row: Row, gone: int) -> Row:
    return {ports: left for ports, bits in row.items() if (left := bits & ~gone)}
