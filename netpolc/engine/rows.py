"""The relation as rows of bits: for each source, which destinations it may reach, by the ports on which it may.

A rule that names everybody is one integer, however many there are, and sources that no rule tells apart share a row.
So the work grows with the rules and the rows, and not with the pairs of peers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.bits import bits_of, joined, numbers
from netpolc.engine.members import Members
from netpolc.engine.regions import Namespaces, PodSet
from netpolc.engine.row_algebra import NOTHING, add
from netpolc.engine.tier_rows import Holding, TieredDirection
from netpolc.engine.verdicts import Address, Pod, families
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.ports import (
    EVERY_PORT,
    NamedPort,
    PortInterval,
    PortSet,
    difference,
    intersection,
    ports_of,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from netpolc.engine.model import Decision, Isolation, RuleSet
    from netpolc.engine.peers import Peer
    from netpolc.engine.regions import Region
    from netpolc.engine.row_algebra import Row
    from netpolc.engine.verdicts import End, PodPort
    from netpolc.ir.model import Direction
    from netpolc.sets.addresses import Family

    Kind = Hashable
    """Whether an end is open, whom it could meet at all, and the rules of either direction that are about it."""


class Rows:
    """The rows of some peers, who are numbered as they are given."""

    def __init__(
        self,
        peers: Sequence[Peer],
        ruleset: RuleSet,
        open_pods: Mapping[Direction, Iterable[PodSet]] | None = None,
        *,
        of_any: bool = False,
    ) -> None:
        """Relate peers by rules; `open_pods` are sets of pods that nothing isolates in a direction.

        The rows of a set of pods hold for all of them or, `of_any`, all that holds for any of them.
        """
        self._ends = _Ends(peers)
        namespaces = Namespaces(ruleset.namespaces)
        self.members = members = Members(self._ends.members, namespaces)
        self._open: dict[Direction, int] = {}
        for direction in DIRECTIONS:
            rules = ruleset.of(direction)
            isolated = _together(members, (each.subject for each in _distinct(rules.isolations)))
            free = _together(members, () if open_pods is None else open_pods[direction])
            sets = members.sets & ~isolated if of_any else members.sets & free
            self._open[direction] = self._ends.every & ~members.sets & ~isolated | sets
        near = members.meeting() if of_any else members
        egress, ingress = ruleset.egress.allow_rules, ruleset.ingress.allow_rules
        self._egress = _RuleRows(((each.subject, each.ports, each.peer) for each in egress), near)
        self._ingress = _RuleRows(((each.peer, each.ports, each.subject) for each in ingress), near)
        self._ports = _Ports(self._ends, members)
        self._tiers = self._tiered(ruleset, near, of_any=of_any) if ruleset.is_tiered else None
        self._addresses = members.addresses
        self._rows: dict[Kind, Row] = {}

    def _tiered(self, ruleset: RuleSet, near: Members, *, of_any: bool) -> tuple[TieredDirection, TieredDirection]:
        """Return what tiers do at the sources, and at the destinations of connections."""
        if not of_any:
            near = self.members.meeting()
        holding = Holding(self._ends.members, self.members, near, of_any=of_any)

        def of_egress(decision: Decision) -> tuple[Region, Region]:
            return decision.subject, decision.peer

        def of_ingress(decision: Decision) -> tuple[Region, Region]:
            return decision.peer, decision.subject

        numbered = self._ports.numbered
        return (
            TieredDirection(ruleset.egress, of_egress, holding, numbered, self._open["egress"]),
            TieredDirection(ruleset.ingress, of_ingress, holding, numbered, self._open["ingress"]),
        )

    def of(self, peer: int) -> Row:
        """Return the row of a peer, by its number."""
        return self._rows[self._kind(peer)]

    def shared(self, peers: Iterable[int]) -> list[tuple[int, Row]]:
        """Return the rows of some peers, each with all of those that no rule tells apart, as bits."""
        kinds: dict[Kind, int] = {}
        for peer in peers:
            kind = self._kind(peer)
            kinds[kind] = kinds.get(kind, 0) | 1 << peer
        return [(bits, self._rows[kind]) for kind, bits in kinds.items()]

    def _kind(self, peer: int) -> Kind:
        """Return all that rules tell of a peer, and see that the row of it is known."""
        several = self._ends.others.get(peer)
        if several is None:
            return self._kind_of_end(peer)
        kind = tuple(self._kind_of_end(end) for end in (peer, *several))
        if kind not in self._rows:
            row: Row = {}
            for each in kind:
                for ports, bits in self._rows[each].items():
                    add(row, ports, bits)
            self._rows[kind] = row
        return kind

    def _kind_of_end(self, end: int) -> Kind:
        is_open = bool(self._open["egress"] >> end & 1)
        outward, inward = self._egress.of_end.get(end, ()), self._ingress.of_end.get(end, ())
        is_address = bool(self._addresses >> end & 1)
        excluded = self._ends.excluded(end)
        kind: Kind = is_open, is_address, excluded, () if is_open else tuple(outward), tuple(inward)
        if self._tiers is not None:
            kind = kind, self._tiers[0].place(end), *(tiers.about(end) for tiers in self._tiers)
        if kind not in self._rows:
            ingress = self._ingress.row(inward)
            if self._tiers is not None:
                egress = self._tiers[0].out(end, self._egress.row(outward), self._ends.every)
                ingress = self._tiers[1].into(end, ingress)
            else:
                egress = {EVERY_PORT: self._ends.every} if is_open else self._egress.row(outward)
                # Who is open admits everybody.
                ingress[EVERY_PORT] = ingress.get(EVERY_PORT, 0) | self._open["ingress"]
            # No policy decides between two addresses.
            never = excluded | self._addresses if is_address else excluded
            self._rows[kind] = self._ends.folded(self._met(egress, ingress, never))
        return kind

    def _met(self, egress: Row, ingress: Row, never: int) -> Row:
        """Return what both let through, but for the ends that are never met."""
        by_bits: dict[int, list[PortSet]] = {}
        for outward, others in egress.items():
            for inward, admitting in ingress.items():
                both = others & admitting
                if both and never:
                    both &= ~never
                if both:
                    for ports, bits in self._ports.met(outward, inward, both):
                        by_bits.setdefault(bits, []).append(ports)
        return _row_of(by_bits)


class _Ends:
    """The ends of peers: one each, but for pods with an address of each family, which connect by either."""

    def __init__(self, peers: Sequence[Peer]) -> None:
        self.members: list[Pod | Address | PodSet] = []
        self.others: dict[int, list[int]] = {}
        self._owners: dict[int, int] = {}
        self._excluded: dict[int, int] = {}
        self.count = len(peers)
        double: list[tuple[int, dict[Family | None, End]]] = []
        for number, peer in enumerate(peers):
            if peer.pods is not None:
                self.members.append(peer.pods)
                continue
            self.members.append(peer.end)
            ranges = peer.end.addresses.ranges
            if len(ranges) > 1 and ranges[0].family != ranges[-1].family:
                double.append((number, families(peer.end)))
        self.every = (1 << len(peers)) - 1
        if double:
            self._divide(peers, double)

    def _divide(self, peers: Sequence[Peer], double: list[tuple[int, dict[Family | None, End]]]) -> None:
        """Give the second address of some peers an end of its own, which ends of the other family do not meet."""
        of_family: dict[Family | None, int] = {}
        several: dict[Family | None, int] = {}
        family_of: dict[int, Family | None] = {}
        for number, stacks in double:
            for at, (family, end) in enumerate(stacks.items()):
                mine = number if at == 0 else len(self.members)
                if at == 0:
                    self.members[number] = end
                else:
                    self.members.append(end)
                    self.others.setdefault(number, []).append(mine)
                    self._owners[mine] = number
                family_of[mine] = family
                several[family] = several.get(family, 0) | 1 << mine
        self.every = (1 << len(self.members)) - 1
        for number, peer in enumerate(peers):
            if number not in family_of and peer.pods is None:
                (family,) = families(peer.end)
                family_of[number] = family
        for number, family in family_of.items():
            of_family[family] = of_family.get(family, 0) | 1 << number
        divided = bits_of(number for number, _ in double) | bits_of(self._owners)
        for number, family in family_of.items():
            if family is None:
                continue
            # A pod with one address is not asked for its family, but by a pod that has a choice.
            others = of_family if divided >> number & 1 else several
            self._excluded[number] = joined(bits for each, bits in others.items() if each not in (family, None))

    def excluded(self, end: int) -> int:
        """Return the ends that one cannot meet, being of the other family."""
        return self._excluded.get(end, 0)

    def folded(self, row: Row) -> Row:
        """Return a row of ends as one of peers."""
        if not self.others:
            return row
        found: Row = {}
        for ports, bits in row.items():
            add(found, ports, bits & ((1 << self.count) - 1))
            second = bits >> self.count
            if second:
                add(found, ports, bits_of(self._owners[self.count + number] for number in numbers(second)))
        return found


class _RuleRows:
    """The rules of one direction by the region at one end, and what they let through at the other."""

    def __init__(self, rules: Iterable[tuple[Region, PortSet, Region]], members: Members) -> None:
        """Take the region of sources, the ports and the region of destinations of each rule."""
        by_region: dict[Region, Row] = {}
        for source, ports, destination in rules:
            row = by_region.setdefault(source, {})
            row[ports] = row.get(ports, 0) | members.bits(destination)
        self._rows = list(by_region.values())
        self.of_end = _held(members, by_region)

    def row(self, regions: Sequence[int]) -> Row:
        """Return what the rules of some regions have together; destinations may stand under several sets of ports."""
        return _merged([self._rows[number] for number in regions])


class _Ports:
    """Ports that both ends let through, by name or number as each destination has them."""

    def __init__(self, ends: _Ends, members: Members) -> None:
        self._members = ends.members
        self._sets = members.sets
        self._both: dict[tuple[PortSet, PortSet], PortSet] = {}
        self._numbered: dict[PortSet, list[tuple[PortSet, int]]] = {}

    def met(self, outward: PortSet, inward: PortSet, destinations: int) -> Iterator[tuple[PortSet, int]]:
        """Yield the ports on which destinations are reached, each with those that are reached on just these."""
        if not (outward.names or inward.names):
            yield from self._on(outward, inward, destinations)
            return
        # Of a pod that could exist, nobody knows the names of its ports, so they stay.
        yield from self._on(outward, inward, destinations & self._sets)
        for one, having in self._resolved(outward):
            for other, bits in self._resolved(inward):
                yield from self._on(one, other, destinations & having & bits)

    def numbered(self, ports: PortSet) -> Iterator[tuple[PortSet, int]]:
        """Yield the ports that some stand for, each with the destinations that have them; of sets, names are kept."""
        if not ports.names:
            yield ports, -1
            return
        yield ports, self._sets
        yield from ((each, bits) for each, bits in self._resolved(ports) if each != NOTHING)

    def _on(self, one: PortSet, other: PortSet, destinations: int) -> Iterator[tuple[PortSet, int]]:
        if not destinations:
            return
        both = self._both.get((one, other))
        if both is None:
            both = self._both[one, other] = intersection(one, other)
        if both != NOTHING:
            yield both, destinations

    def _resolved(self, ports: PortSet) -> list[tuple[PortSet, int]]:
        """List the numbers that ports have, each with the destinations that have them; of sets, nothing is known."""
        found = self._numbered.get(ports)
        if found is None:
            by_numbers: dict[PortSet, int] = {}
            for number, member in enumerate(self._members):
                if not isinstance(member, PodSet):
                    mine = resolved(ports, member)
                    by_numbers[mine] = by_numbers.get(mine, 0) | 1 << number
            found = self._numbered[ports] = list(by_numbers.items())
        return found


def resolved(ports: PortSet, destination: End) -> PortSet:
    """Replace names of ports by numbers, as a destination has them; of a pod that could exist the names are kept."""
    if not ports.names:
        return ports
    items: list[PortInterval | NamedPort] = list(ports.intervals)
    given = destination.ports if isinstance(destination, Pod) else ()
    for name in ports.names:
        if isinstance(destination, Pod) and destination.hypothetical:
            items.append(name)
        items += _numbers_of(name, given)
    return ports_of(items)


def _numbers_of(name: NamedPort, given: Iterable[PodPort]) -> Iterator[PortInterval]:
    """Yield the numbers that go by a name where a pod gives these."""
    called: dict[int, set[str]] = {}
    for each in given:
        if each.protocol == name.protocol and name.first <= each.number <= name.last:
            called.setdefault(each.number, set()).add(each.name)
    if name.name:
        yield from (
            PortInterval(name.protocol, number, number)
            for number, names in called.items()
            if names.issuperset(name.names) and names.isdisjoint(name.but)
        )
        return
    every = PortSet((PortInterval(name.protocol, name.first, name.last),))
    denied = [number for number, names in called.items() if not names.isdisjoint(name.but)]
    yield from difference(every, ports_of(PortInterval(name.protocol, number, number) for number in denied)).intervals


def _row_of(by_bits: Mapping[int, Sequence[PortSet]]) -> Row:
    """Return the row of destinations that stand under several sets of ports; most stand in one place only."""
    row: Row = {}
    known = 0
    for bits, several in by_bits.items():
        ports = union(several)
        again = bits & known
        if again:
            add(row, ports, again)
        if again != bits:
            row[ports] = row.get(ports, 0) | bits ^ again
        known |= bits
    return row


def _merged(rows: Sequence[Row]) -> Row:
    found = dict(rows[0]) if rows else {}
    for row in rows[1:]:
        for ports, bits in row.items():
            found[ports] = found.get(ports, 0) | bits
    return found


def _held(members: Members, regions: Iterable[Region]) -> dict[int, list[int]]:
    """Return the numbers of the regions that hold each member."""
    found: dict[int, list[int]] = {}
    for number, region in enumerate(regions):
        for member in members.of(region):
            held = found.get(member)
            if held is None:
                found[member] = [number]
            else:
                held.append(number)
    return found


def _together(members: Members, regions: Iterable[PodSet]) -> int:
    return joined(members.bits(region) for region in regions)


def _distinct(isolations: Iterable[Isolation]) -> Iterable[Isolation]:
    return {each.subject: each for each in isolations}.values()
