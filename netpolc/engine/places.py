"""The relation folded by namespace: who may reach whom, where any pod of the one may reach any of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine import words
from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.groups import BitGroup, group_rows
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.engine.row_algebra import add, equal_joined
from netpolc.engine.verdicts import Address
from netpolc.sets.labels import asks_for_lack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.engine.peers import Peer
    from netpolc.engine.relation import RelatedPeers
    from netpolc.engine.row_algebra import Row
    from netpolc.sets.labels import LabelSelector
    from netpolc.sets.ports import PortSet

HERE = "(no namespace)"
"""Stands for the namespace that has no name yet."""


class Place(msgspec.Struct, frozen=True):
    """A namespace by its `name`, or namespaces by what is `asked` of them.

    Else it is the peer of a block of addresses, or of pods of a namespace that are the `rest`: those that nobody
    selects.
    """

    id: str
    name: str | None = None
    asked: LabelSelector | None = None
    net: Peer | None = None
    rest: Peer | None = None


class PlacedRelation(msgspec.Struct, frozen=True):
    """Places, and groups of them by their numbers: some pods of each source may reach some of each destination.

    `members` are the peers of each place, as bits.
    """

    places: tuple[Place, ...]
    groups: tuple[BitGroup, ...]
    members: tuple[int, ...]


def by_place(relation: RelatedPeers) -> PlacedRelation:
    """Fold peers into their namespaces; blocks of addresses stay what they are."""
    of_peer = [tuple(_places(peer)) for peer in relation.peers]
    distinct = {_key(place): place for several in of_peer for place in several}
    places = sorted(distinct.values(), key=_order)
    numbered = {_key(place): number for number, place in enumerate(places)}
    members = [0] * len(places)
    of_number: list[tuple[int, ...]] = []
    for number, several in enumerate(of_peer):
        here = tuple(numbered[_key(place)] for place in several)
        of_number.append(here)
        for place in here:
            members[place] |= 1 << number
    rows = [(1 << place, _turned(row, members)) for place, row in _together(relation, of_number)]
    return PlacedRelation(tuple(places), tuple(_fewest(rows)), tuple(members))


def _key(place: Place) -> tuple[bool, str]:
    return place.name is None, place.id


def _order(place: Place) -> tuple[bool, bool, bool, str]:
    """Return a key that sorts namespaces by name, then several by what is asked of them, the rest, and addresses."""
    return place.net is not None, place.name is None, place.rest is not None, place.id


def _fewest(rows: list[tuple[int, Row]]) -> list[BitGroup]:
    """Group rows: with what namespaces may reach in themselves, or that apart, whichever makes fewer groups."""
    whole = group_rows(equal_joined(rows))
    itself: dict[PortSet, int] = {}
    rest: list[tuple[int, Row]] = []
    for source, row in rows:
        left: Row = {}
        for ports, bits in row.items():
            if bits & source:
                itself[ports] = itself.get(ports, 0) | source
            if bits & ~source:
                left[ports] = bits & ~source
        if left:
            rest.append((source, left))
    divided = group_rows(equal_joined(rest))
    if len(itself) + len(divided) >= len(whole):
        return whole
    alone = [BitGroup(1 << number, 1 << number, ports) for ports, bits in itself.items() for number in numbers(bits)]
    return [*alone, *divided]


def _places(peer: Peer) -> Iterator[Place]:
    """Yield the namespaces that pods of a peer may be in, those that have names one by one."""
    if isinstance(peer.end, Address):
        yield Place(peer.id, net=peer)
        return
    if peer.pods is None:
        yield Place(peer.end.namespace or HERE, name=peer.end.namespace or UNNAMED)
        return
    asked = peer.pods.namespaces
    if asks_for_lack(peer.pods.pods):
        # What nobody selects is mostly open, and would say of each namespace that it is.
        yield Place(peer.id, rest=peer)
        return
    names = names_of(asked)
    if names is None:
        selector = words.selector(asked)
        yield Place(f"[{selector}]" if selector else "*", asked=asked)
        return
    for name in names:
        yield Place(name or HERE, name=name)


def _together(relation: RelatedPeers, of_number: list[tuple[int, ...]]) -> list[tuple[int, Row]]:
    """Return what the peers of each place reach together; a destination may stand under several sets of ports."""
    found: dict[int, Row] = {}
    for sources, row in relation.rows:
        for place in {place for number in numbers(sources) for place in of_number[number]}:
            together = found.setdefault(place, {})
            for ports, bits in row.items():
                together[ports] = together.get(ports, 0) | bits
    return list(found.items())


def _turned(row: Row, members: list[int]) -> Row:
    """Return a row of peers as one of places."""
    found: Row = {}
    for ports, bits in row.items():
        add(found, ports, bits_of(place for place, held in enumerate(members) if held & bits))
    return found
