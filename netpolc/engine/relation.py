"""The whole relation: who may reach whom, and on which ports, as groups of peers that nothing tells apart."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.bits import bits_of, joined, numbers
from netpolc.engine.groups import group_rows
from netpolc.engine.peers import Peer
from netpolc.engine.row_algebra import NOTHING, add, equal_joined, within
from netpolc.engine.rows import Rows, resolved
from netpolc.sets.ports import PortSet, intersection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.engine.groups import BitGroup
    from netpolc.engine.members import Members
    from netpolc.engine.model import RuleSet
    from netpolc.engine.peers import Population
    from netpolc.engine.regions import PodSet
    from netpolc.engine.row_algebra import Row
    from netpolc.ir.model import Direction


MOST_COMPARED = 1_000_000
"""The places of sets in rows beyond which it is not looked which of them always stand together."""


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


class RelatedPeers(msgspec.Struct, frozen=True):
    """Peers in the order of their numbers, and the rows of those who may reach any: sources as bits, and their row.

    `index` finds the peers that a region holds, by the same numbers.
    """

    peers: tuple[Peer, ...]
    rows: tuple[tuple[int, Row], ...]
    index: Members

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

    def between(self, sources: int, destinations: int) -> RelatedPeers:
        """Return the part that is from some sources to some destinations."""
        return RelatedPeers(
            self.peers,
            tuple(
                (kept, left)
                for held, row in self.rows
                if (kept := held & sources) and (left := within(row, destinations))
            ),
            self.index,
        )

    def on(self, ports: PortSet) -> RelatedPeers:
        """Return the part that is on some ports."""
        asked = _Asked(self.peers, ports)
        rows = equal_joined((sources, asked.row(row)) for sources, row in self.rows)
        return RelatedPeers(self.peers, rows, self.index)


def relate(
    peers: Sequence[Peer],
    ruleset: RuleSet,
    open_pods: Mapping[Direction, tuple[PodSet, ...]] | None = None,
) -> RelatedPeers:
    """Relate peers; pods that could exist are open where they are within `open_pods`."""
    return _related(peers, Rows(peers, ruleset, open_pods), range(len(peers)), None)


def relation_of(population: Population, ruleset: RuleSet) -> RelatedPeers:
    """Relate a population: sets of pods that add nothing to others are left out."""
    peers = population.peers
    rows = Rows(peers, ruleset, population.open_pods)
    found = _related(peers, rows, numbers(population.sources), population.destinations)
    sets = bits_of(number for number, peer in enumerate(peers) if peer.pods is not None)
    return without_contained(found, sets & ~population.called)


def connections(
    peers: Sequence[Peer], ruleset: RuleSet, open_pods: Mapping[Direction, tuple[PodSet, ...]] | None = None
) -> Iterator[PeerConnection]:
    """Yield every two peers, like ones too, that may talk: by source, then destination, in the order of the peers."""
    return relate(peers, ruleset, open_pods).connections()


def without_contained(relation: RelatedPeers, may_go: int) -> RelatedPeers:
    """Leave out those of some sets of pods that are part of another one with the same connections."""
    held = _held(relation.peers, may_go, relation.index)
    if not held:
        return relation
    holding = bits_of(held)
    kept = [(sources & ~_within_another(sources & holding, held), row) for sources, row in relation.rows]
    rows = [(sources, row) for sources, row in kept if sources]
    reached = joined(bits for _, row in rows for bits in row.values())
    standing = {
        number: within for number, inside in held.items() if reached >> number & 1 and (within := inside & reached)
    }
    gone = _alike_in_another(rows, standing) if standing else 0
    if gone:
        rows = [(sources, left) for sources, row in rows if (left := _without(row, gone))]
    return RelatedPeers(relation.peers, tuple(rows), relation.index)


def _held(peers: Sequence[Peer], may_go: int, members: Members) -> dict[int, int]:
    """Return the sets that others hold; of two that hold each other, being the same in other words, the first does."""
    held: dict[int, int] = {}
    holding = 0
    for number in numbers(may_go):
        pods = peers[number].pods
        inside = 0 if pods is None else members.bits(pods) & may_go ^ 1 << number
        for other in numbers(inside & holding):
            if held[other] >> number & 1:
                inside ^= 1 << other
        if inside:
            held[number] = inside
            holding |= 1 << number
    return held


def _within_another(sources: int, held: Mapping[int, int]) -> int:
    """Return what some sources, all with the same row, hold."""
    gone = 0
    for number in numbers(sources):
        gone |= held[number]
    return gone


def _alike_in_another(rows: Sequence[tuple[int, Row]], held: Mapping[int, int]) -> int:
    """Return which destinations are part of another one that every row treats alike."""
    candidates = bits_of(held)
    for inside in held.values():
        candidates |= inside
    standing: dict[int, list[int]] = {number: [] for number in numbers(candidates)}
    work = MOST_COMPARED
    for entry, bits in enumerate(bits for _, row in rows for bits in row.values()):
        among = bits & candidates
        work -= among.bit_count()
        if work < 0:
            return 0
        for number in numbers(among):
            standing[number].append(entry)
    return bits_of(
        other
        for number, inside in held.items()
        for other in numbers(inside)
        if standing[other] and standing[other] == standing[number]
    )


def _related(peers: Sequence[Peer], rows: Rows, sources: Iterable[int], destinations: int | None) -> RelatedPeers:
    """Relate some peers to some destinations."""
    shared = rows.shared(sources)
    kept = shared if destinations is None else ((bits, within(row, destinations)) for bits, row in shared)
    return RelatedPeers(tuple(peers), equal_joined(kept), rows.members)


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
                if both != NOTHING:
                    add(found, both, bits & having)
        return found


def _without(row: Row, gone: int) -> Row:
    return {ports: left for ports, bits in row.items() if (left := bits & ~gone)}
