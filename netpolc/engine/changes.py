"""Changes between two sides: rows of what either allows and the other does not.

What changed between peers that there are is the difference of their rows. Of pods that could exist, the comparison of
both sides finds boxes of connections; the sets of pods at their ends become peers, and what changed for these is what
the boxes hold. Where pods themselves differ, or have addresses that blocks may hold, boxes do not tell enough, and rows
of both sides are compared for them, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.comparison import BoxDifference, MeasuredComparison
from netpolc.engine.cover import cover, opened
from netpolc.engine.members import Members
from netpolc.engine.model import RuleSet
from netpolc.engine.moved_namespaces import by_name, moved_between
from netpolc.engine.peers import Peer, peer_of, values_of
from netpolc.engine.redundant import are_whole, reached, without_redundant
from netpolc.engine.regions import Namespaces, PodSet
from netpolc.engine.relation import RelatedPeers, without_contained
from netpolc.engine.row_algebra import NOTHING, add, equal_joined, lacking, within
from netpolc.engine.rows import Rows, resolved
from netpolc.engine.verdicts import Pod
from netpolc.sets.named_ports import written
from netpolc.sets.ports import PortSet, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.engine.boxes import Box
    from netpolc.engine.regions import Region
    from netpolc.engine.row_algebra import Row
    from netpolc.sets.named_ports import DestinationPorts


MOST_LOOKS = 1_000_000
"""The sets that are looked at to see that what may have changed for some pods has not."""


class View(msgspec.Struct, frozen=True):
    """One side: its policies, and the peers as they are there; both sides have the same peers, in the same order."""

    peers: tuple[Peer, ...]
    ruleset: RuleSet


class ConnectionChange(msgspec.Struct, frozen=True, kw_only=True):
    """Ports of a destination that a source may reach on one side only; `widened` where that is the new one."""

    widened: bool
    source: Peer
    destination: Peer
    ports: PortSet


class Changes(msgspec.Struct, frozen=True):
    """All connections that one of two sides allows and the other does not, among the same peers.

    Each row is true of every pod of its peers; what is widened and narrowed `partly`, of some. `partial` are boxes of
    which only a part has changed, in more pieces than anybody would read. `isolations` are boxes of pods that one side
    alone isolates, one for each that made a difference. Without `complete`, something may have changed that is in
    neither.
    """

    widened: RelatedPeers
    narrowed: RelatedPeers
    partly: tuple[RelatedPeers, RelatedPeers]
    partial: tuple[BoxDifference, ...]
    isolations: tuple[BoxDifference, ...]
    complete: bool

    def connections(self) -> list[ConnectionChange]:
        """List what changed between each ordered pair of peers, once for each way in which it changed, sorted."""
        found = [
            ConnectionChange(widened=widened, source=each.source, destination=each.destination, ports=each.ports)
            for widened, relation in ((True, self.widened), (False, self.narrowed))
            for each in relation.connections()
        ]
        return sorted(found, key=lambda change: (change.source.id, change.destination.id, change.widened))


def changes(old: View, new: View) -> Changes:
    """Find all changes, for every pod that could exist."""
    namespaces = Namespaces(new.ruleset.namespaces)
    moved = moved_between(old.ruleset.namespaces, new.ruleset.namespaces)
    after = by_name(new.ruleset, moved)
    before = msgspec.structs.replace(by_name(old.ruleset, moved), namespaces=namespaces.known)
    compared = MeasuredComparison(before, after)
    boxes = [each for each in compared.boxes if not each.partial]
    sets: set[Region] = {region for each in boxes for region in (each.box.source, each.box.destination)}
    differ = _said(before) != _said(after) or [peer.end for peer in old.peers] != [peer.end for peer in new.peers]
    if differ and _unlike(old, new):
        # What changes for pods that differ, or have addresses, is not in boxes: a block may let them through.
        for ruleset in (before, after):
            known = cover(ruleset, namespaces)
            sets |= known.sources | known.destinations
    named = [each for each in sets if isinstance(each, PodSet)]
    taken = values_of(named)
    supposed = [peer_of(pods, namespaces, taken) for pods in sorted(named)]
    sides = _Sides(View((*old.peers, *supposed), before), View((*new.peers, *supposed), after))
    widened, narrowed = sides.changed(boxes)
    partly = sides.partly_changed()
    partial = tuple(each for each in compared.boxes if each.partial)
    return Changes(widened, narrowed, partly, partial, tuple(compared.isolations), compared.complete)


def _said(ruleset: RuleSet) -> list[object]:
    """Return what rules say, in each direction, but for their reasons; so that it can be compared."""
    return [
        (
            {each.subject for each in rules.isolations},
            {(each.subject, each.peer, each.ports) for each in rules.allow_rules},
            *(
                [[(each.subject, each.peer, each.ports, each.action) for each in tier.decisions] for tier in tiers]
                for tiers in (rules.before, rules.behind)
            ),
            {each.subject for each in rules.exempt},
        )
        for rules in (ruleset.ingress, ruleset.egress)
    ]


def _unlike(old: View, new: View) -> int:
    """Return the peers that differ from side to side, or have addresses, by which rules may let them through, too."""
    return bits_of(
        number
        for number, (before, after) in enumerate(zip(old.peers, new.peers, strict=True))
        if before.end != after.end or (isinstance(after.end, Pod) and (after.end.addresses or after.end.host_network))
    )


class _Sides:
    """Both sides with the sets of pods that differences are about."""

    def __init__(self, old: View, new: View) -> None:
        self._sides = (old, new)
        self._partly: tuple[dict[int, Row], dict[int, Row]] = {}, {}
        self._peers = new.peers
        self._sets = bits_of(number for number, peer in enumerate(self._peers) if peer.pods is not None)
        self._unlike = _unlike(old, new)
        namespaces = Namespaces(new.ruleset.namespaces)
        self._members = Members([peer.end if peer.pods is None else peer.pods for peer in self._peers], namespaces)

    def changed(self, boxes: Iterable[BoxDifference]) -> tuple[RelatedPeers, RelatedPeers]:
        """Return what was widened, and what was narrowed."""
        rows: tuple[dict[int, Row], dict[int, Row]] = {}, {}
        self._compare(*rows)
        told = list(boxes)
        for found, side in zip(rows, ("other", "one"), strict=True):
            self._add(found, (each.box for each in told if each.allowed_by == side))
        return self._relation(rows[0]), self._relation(rows[1])

    def _compare(self, widened: dict[int, Row], narrowed: dict[int, Row]) -> None:
        """Compare the rows of peers that there are, and those of others with peers that boxes do not tell enough of."""
        views = [(side, opened(side.ruleset, Namespaces(side.ruleset.namespaces))) for side in self._sides]
        all_old, all_new = (Rows(side.peers, side.ruleset, open_pods) for side, open_pods in views)
        any_old, any_new = all_old, all_new
        if self._unlike and self._sets:
            any_old, any_new = (Rows(side.peers, side.ruleset, of_any=True) for side in self._sides)
        for number in range(len(self._peers)):
            if not self._sets >> number & 1:
                before, after = (within(rows.of(number), ~self._sets) for rows in (all_old, all_new))
                if before != after:
                    _keep(widened, number, lacking(after, before))
                    _keep(narrowed, number, lacking(before, after))
            asked = self._beside_sets(number)
            if asked:
                sure = [within(rows.of(number), asked) for rows in (all_old, all_new)]
                possible = [within(rows.of(number), asked) for rows in (any_old, any_new)]
                found = lacking(sure[1], possible[0]), lacking(sure[0], possible[1])
                _join(widened, number, found[0])
                _join(narrowed, number, found[1])
                _join(self._partly[0], number, lacking(lacking(sure[1], sure[0]), found[0]))
                _join(self._partly[1], number, lacking(lacking(sure[0], sure[1]), found[1]))
        told = zip(self._partly, (widened, narrowed), (all_old, all_new), strict=True)
        for partly, changed, other in told:
            self._drop_told(partly, changed, other)

    def _drop_told(self, partly: dict[int, Row], changed: dict[int, Row], other: Rows) -> None:
        """Drop what has not changed for a part of a set, and is told of the rest; the other side allows it to parts."""
        left = MOST_LOOKS
        for number, row in list(partly.items()):
            kept: Row = {}
            for ports, bits in row.items():
                for destination in numbers(bits):
                    left -= self._sets.bit_count()
                    if left < 0 or not self._is_told(number, destination, ports, changed, other):
                        add(kept, ports, 1 << destination)
            if kept:
                partly[number] = kept
            else:
                del partly[number]

    def _is_told(self, source: int, destination: int, ports: PortSet, changed: dict[int, Row], rows: Rows) -> bool:
        """Tell whether the set at an end is made of sets that are allowed as it is, or changed as they are told to."""
        if self._sets >> source & 1:
            whole = self._peers[source].pods
            parts = [
                each
                for each in numbers(self._sets)
                if (reached(rows.of(each), ports) | reached(changed.get(each, {}), ports)) >> destination & 1
            ]
        else:
            whole = self._peers[destination].pods
            told = reached(rows.of(source), ports) | reached(changed.get(source, {}), ports)
            parts = list(numbers(told & self._sets))
        return whole is not None and are_whole(whole, (self._peers[each].pods for each in parts))

    def _beside_sets(self, number: int) -> int:
        """Return the peers between which and one boxes do not tell enough, one of both being a set."""
        if self._sets >> number & 1:
            return self._unlike
        return self._sets if self._unlike >> number & 1 else 0

    def partly_changed(self) -> tuple[RelatedPeers, RelatedPeers]:
        """Return what was widened and narrowed for some pods of a set and one that is there."""
        return self._relation(self._partly[0]), self._relation(self._partly[1])

    def _add(self, rows: dict[int, Row], boxes: Iterable[Box]) -> None:
        """Add what boxes say of sets of pods; sources that are in the same boxes have one row."""
        by_source: dict[Region, Row] = {}
        for box in boxes:
            together = by_source.setdefault(box.source, {})
            for ports, bits in self._on(box.ports, self._members.bits(box.destination)):
                together[ports] = together.get(ports, 0) | bits
        held: dict[int, list[int]] = {}
        for number, region in enumerate(by_source):
            for source in self._members.of(region):
                held.setdefault(source, []).append(number)
        parts = list(by_source.values())
        known: dict[tuple[int, ...], Row] = {}
        for source, regions in held.items():
            if self._unlike >> source & 1:
                continue
            row = known.get(tuple(regions))
            if row is None:
                row = known[tuple(regions)] = {}
                for ports, bits in (each for number in regions for each in parts[number].items()):
                    add(row, ports, bits & ~self._unlike)
            mine = rows.setdefault(source, {})
            for ports, bits in row.items():
                add(mine, ports, bits)

    def _on(self, ports: DestinationPorts, destinations: int) -> Iterator[tuple[PortSet, int]]:
        """Yield the ports of a box as destinations have them."""
        whole = ports_of([written(ports)])
        if not whole.names:
            yield whole, destinations
            return
        several: dict[PortSet, int] = {}
        for number in numbers(destinations):
            peer = self._peers[number]
            held = whole if peer.pods is not None else resolved(whole, peer.end)
            if held != NOTHING:
                several[held] = several.get(held, 0) | 1 << number
        yield from several.items()

    def _relation(self, rows: dict[int, Row]) -> RelatedPeers:
        equal = equal_joined((1 << number, row) for number, row in rows.items())
        relation = RelatedPeers(self._peers, equal, self._members)
        kept = without_contained(relation, self._sets)
        told = without_redundant(self._peers, kept.rows, self._sets, self._members)
        return RelatedPeers(self._peers, told, self._members)


def _keep(rows: dict[int, Row], number: int, row: Row) -> None:
    if row:
        rows[number] = row


def _join(rows: dict[int, Row], number: int, row: Row) -> None:
    for ports, bits in row.items():
        add(rows.setdefault(number, {}), ports, bits)
