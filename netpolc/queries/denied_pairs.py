"""Who may not reach whom: the pairs of workloads that a relation lacks, in groups, with what closes either end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from netpolc.engine.bits import bits_of, lowest, numbers
from netpolc.engine.groups import group_rows
from netpolc.engine.model import DirectionRules, RuleSet
from netpolc.engine.relation import Group, relation_of
from netpolc.engine.row_algebra import NOTHING
from netpolc.engine.rows import resolved
from netpolc.engine.verdicts import Address
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.closers import Closers, policies_of
from netpolc.queries.deciding_rules import DecidingRule
from netpolc.queries.deciding_tiers import DecidingTiers
from netpolc.queries.explained import members_of
from netpolc.queries.holders import Holders
from netpolc.queries.port_meetings import PortMeetings
from netpolc.sets.ports import EVERY_PORT, PortSet, difference, intersection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.groups import BitGroup
    from netpolc.engine.members import Members
    from netpolc.engine.peers import Peer
    from netpolc.engine.relation import RelatedPeers
    from netpolc.engine.row_algebra import Row
    from netpolc.queries.selection import Selection

NO_RULES = DirectionRules((), ())


class DenyingEnd(msgspec.Struct, frozen=True):
    """One end of denied connections: `passes` are those of their ports on which this end alone lets them through.

    `closed_by` are the policies that close its pods, first those that close the most; there are none where these are
    open. It `admits_others` where there are rules that let anything through there.
    """

    direction: Direction
    passes: PortSet
    closed_by: tuple[DecidingRule, ...]
    admits_others: bool


class DeniedGroup(msgspec.Struct, frozen=True):
    """Peers of which no source may reach any destination on these ports, and what each end lets through of them."""

    group: Group
    egress: DenyingEnd
    ingress: DenyingEnd


class BitDenial(NamedTuple):
    """A group that is denied, as bits, and the ports on which each end alone would let it through."""

    group: BitGroup
    egress: PortSet
    ingress: PortSet


class Closure(NamedTuple):
    """One end of denied connections, as in `DenyingEnd`, with what closes it as bits of its numbers."""

    direction: Direction
    passes: PortSet
    closed_by: int
    admits_others: bool


class Denials:
    """The pairs of workloads that may not talk, on any port or on some of those that are asked for.

    Addresses are among them where somebody asked for these, and pods that no manifest shows never are: of a set of
    pods, some may do what others may not.
    """

    def __init__(self, cluster: Cluster, selection: Selection, related: RelatedPeers) -> None:
        """Take the connections of a relation from all that there could be among the peers of a selection."""
        self._peers = selection.population.peers
        self._related = related
        self._asked = selection.ports
        self._addresses = bits_of(n for n, peer in enumerate(self._peers) if isinstance(peer.end, Address))
        workloads = bits_of(n for n, peer in enumerate(self._peers) if peer.workload is not None)
        named = (workloads | (self._addresses if each else 0) for each in selection.named)
        population = selection.population
        self._sources, self._destinations = (
            held & kept for held, kept in zip((population.sources, population.destinations), named, strict=True)
        )
        # The rules of a selection leave out what closes one end of connections that the other does not let through.
        self._ruleset = cluster.ruleset
        self._half = msgspec.structs.replace(
            population,
            sources=self._sources,
            destinations=self._destinations,
            open_pods=dict.fromkeys(DIRECTIONS, ()),
        )
        members = members_of(self._peers, cluster.ruleset)
        meetings = PortMeetings(self._peers)
        self._ends = {direction: _Closing(cluster, direction, members, meetings) for direction in DIRECTIONS}

    def groups(self) -> list[BitDenial]:
        """List the groups, of which no two have a pair in common: those of workloads first, then by their members."""
        alike: dict[tuple[PortSet, PortSet], dict[frozenset[tuple[PortSet, int]], int]] = {}
        for sources, by_ends in self._rows():
            for ends, row in by_ends.items():
                rows, key = alike.setdefault(ends, {}), frozenset(row.items())
                rows[key] = rows.get(key, 0) | sources
        found = [
            BitDenial(group, *ends)
            for ends, rows in alike.items()
            for group in group_rows((sources, dict(row)) for row, sources in rows.items())
        ]
        found.sort(key=self._order)
        return found

    def _order(self, denial: BitDenial) -> tuple[int, int, int]:
        sides = denial.group.sources, denial.group.destinations
        return sum(not side & ~self._addresses for side in sides), lowest(sides[0]), lowest(sides[1])

    def ends(self, denial: BitDenial) -> tuple[Closure, Closure]:
        """Return what each end lets through, and what closes it."""
        return (
            self._ends["egress"].closure(denial.group.sources, denial.egress, denial.group),
            self._ends["ingress"].closure(denial.group.destinations, denial.ingress, denial.group),
        )

    def closers(self, end: Closure) -> Iterator[DecidingRule]:
        """Yield the policies that close an end, first those that close the most."""
        return self._ends[end.direction].named(end.closed_by)

    def explained(self) -> Iterator[DeniedGroup]:
        """Yield the groups, each with what closes it."""
        for denial in self.groups():
            sources, destinations, ports = denial.group
            ends = map(self._denying, self.ends(denial))
            yield DeniedGroup(Group(self._members(sources), self._members(destinations), ports), *ends)

    def _denying(self, end: Closure) -> DenyingEnd:
        return DenyingEnd(end.direction, end.passes, tuple(self.closers(end)), end.admits_others)

    def _members(self, bits: int) -> tuple[Peer, ...]:
        return tuple(self._peers[number] for number in numbers(bits))

    def _rows(self) -> Iterator[tuple[int, dict[tuple[PortSet, PortSet], Row]]]:
        """Yield sources, with the destinations that they are denied, by ports and by what each end lets through."""
        namespaces = self._ruleset.namespaces
        # By the rules of one direction, as if the other closed nobody.
        outward = _Pairs(relation_of(self._half, RuleSet(NO_RULES, self._ruleset.egress, namespaces)))
        inward = _Pairs(relation_of(self._half, RuleSet(self._ruleset.ingress, NO_RULES, namespaces)))
        whole = _Pairs(self._related)
        alike: dict[tuple[int, int, int, bool], int] = {}
        for source in numbers(self._sources):
            outside = bool(self._addresses >> source & 1)
            key = whole.row_of(source), outward.row_of(source), inward.row_of(source), outside
            alike[key] = alike.get(key, 0) | 1 << source
        asked = list(self._asked_of())
        for (all_of, out_of, in_of, outside), sources in alike.items():
            found: dict[tuple[PortSet, PortSet], Row] = {}
            for ports, having in asked:
                left = having & ~self._addresses if outside else having
                for allowed, pairs in whole.divided(all_of, left):
                    denied = self._denied(ports, allowed)
                    if denied == NOTHING:
                        continue
                    for lets_out, some in outward.divided(out_of, pairs):
                        for lets_in, few in inward.divided(in_of, some):
                            ends = intersection(lets_out, denied), intersection(lets_in, denied)
                            row = found.setdefault(ends, {})
                            row[denied] = row.get(denied, 0) | few
            yield sources, found

    def _asked_of(self) -> Iterator[tuple[PortSet, int]]:
        """Yield ports that are asked for, each with the destinations that have them."""
        asked = self._asked
        if asked is None or not asked.names:
            yield EVERY_PORT if asked is None else asked, self._destinations
            return
        by_ports: dict[PortSet, int] = {}
        for number in numbers(self._destinations):
            ports = resolved(asked, self._peers[number].end)
            by_ports[ports] = by_ports.get(ports, 0) | 1 << number
        yield from by_ports.items()

    def _denied(self, ports: PortSet, allowed: PortSet) -> PortSet:
        """Return the ports that are denied; where none are asked for, pairs that may talk at all are denied none."""
        if allowed == NOTHING:
            return ports
        return NOTHING if self._asked is None else difference(ports, allowed)


class _Pairs:
    """A relation by its sources; those with equal rows have the same number of a row."""

    def __init__(self, relation: RelatedPeers) -> None:
        self._rows = [row for _, row in relation.rows]
        self._of_source = {source: at for at, (sources, _) in enumerate(relation.rows) for source in numbers(sources)}

    def row_of(self, source: int) -> int:
        """Return the number of the row of a source, or -1 where it reaches nobody."""
        return self._of_source.get(source, -1)

    def divided(self, row: int, destinations: int) -> Iterator[tuple[PortSet, int]]:
        """Yield destinations by the ports on which they are reached, if any."""
        for ports, bits in self._rows[row].items() if row >= 0 else ():
            if bits & destinations:
                yield ports, bits & destinations
                destinations &= ~bits
        if destinations:
            yield NOTHING, destinations


class _Closing:
    """Isolations in one direction, and whether there are rules beside them."""

    def __init__(self, cluster: Cluster, direction: Direction, members: Members, meetings: PortMeetings) -> None:
        self._direction: Direction = direction
        rules, said = cluster.ruleset.of(direction), cluster.said
        closers = Closers(None if said is None else said.of(direction), {file.outline.source for file in cluster.files})
        admitting = policies_of(each.reason for each in rules.allow_rules)
        # Those that close the most come first, such as the denial of all pods of a namespace.
        isolations = sorted(rules.isolations, key=lambda each: -members.bits(each.subject).bit_count())
        numbered: dict[DecidingRule, int] = {}
        isolating = [(numbered.setdefault(closers.deciding(each), len(numbered)), each.subject) for each in isolations]
        denying = [
            (number, each.subject)
            for (number, _), each in zip(isolating, isolations, strict=True)
            if closers.denies(each, admitting)
        ]
        self._isolations, self._denying = Holders(members, isolating), Holders(members, denying)
        self._denied = 0
        for _, subject in denying:
            self._denied |= members.bits(subject)
        self._subjects = Holders(members, enumerate(each.subject for each in rules.allow_rules))
        self._numbered = numbered
        self._tiers = DecidingTiers(direction, rules, members, meetings) if rules.tiers else None
        self._final = 0
        for isolation in (*rules.isolations, *rules.exempt) if rules.behind else ():
            self._final |= members.bits(isolation.subject)

    def closure(self, members: int, passes: PortSet, group: BitGroup) -> Closure:
        """Return what some members at this end let through, and what closes them."""
        closing = self._isolations if members & ~self._denied else self._denying
        closed_by, admits_others = closing.of(members), bool(self._subjects.of(members))
        denied = difference(group.ports, passes)
        if self._tiers is not None and denied != NOTHING:
            left = group._replace(ports=denied)
            first, last = self._tiers.before(left, "deny"), self._tiers.behind(left, "deny")
            # No tier behind judges whom NetworkPolicies decide about.
            is_last = not first.all and members & ~self._final
            # What a tier denies, it denies these.
            admits_others = True
            closed_by = 0 if first.all else closed_by
            for rule in (*first.rules, *(last.rules if is_last else ())):
                closed_by |= 1 << self._numbered.setdefault(rule, len(self._numbered))
        return Closure(self._direction, passes, closed_by, admits_others)

    def named(self, closed_by: int) -> Iterator[DecidingRule]:
        """Yield what closes members, by its numbers."""
        decided = tuple(self._numbered)
        return (decided[number] for number in numbers(closed_by))
