"""Explanations of a relation: the policies, rules and lines that let the connections of a group through, at each end.

They are found by the members of a group, and not pair by pair. A rule is one of a group where its subject holds a
member of the one side, its peer one of the other, and some of the group's ports are among its own.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.groups import BitGroup
from netpolc.engine.members import Members
from netpolc.engine.peers import Peer
from netpolc.engine.regions import Namespaces
from netpolc.engine.relation import Group
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.deciding_rules import DecidingRule, deciding_rule, source_line
from netpolc.queries.deciding_tiers import Decided, DecidingTiers
from netpolc.queries.holders import Holders
from netpolc.queries.port_meetings import PortMeetings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.model import AllowRule, DirectionRules, RuleSet
    from netpolc.engine.regions import PodSet, Region
    from netpolc.queries.selection import Selection
    from netpolc.source import Source


class ExplainedEnd(msgspec.Struct, frozen=True):
    """One end of a group: the rules that let its connections through there, where anything closes its pods.

    It is `closed` if any of these pods are; `open` are those that are not.
    """

    direction: Direction
    closed: bool
    open: tuple[Peer, ...]
    rules: tuple[DecidingRule, ...]


class ExplainedGroup(msgspec.Struct, frozen=True):
    """A group, with what lets it out of its sources, and what lets it into its destinations."""

    group: Group
    egress: ExplainedEnd
    ingress: ExplainedEnd


class Admission(NamedTuple):
    """One end of a group, as in `ExplainedEnd`, its pods as bits: those that are closed, and those that are open."""

    direction: Direction
    closed: int
    open: int
    rules: tuple[DecidingRule, ...]


class RulePart(NamedTuple):
    """A rule that lets some connections of a group through at one end: those of these pods of its own with others."""

    rule: DecidingRule
    subjects: int
    others: int


class Explanations:
    """The explanations of groups of some peers.

    A rule counts for what it lets through at its own end: of pods with addresses of both families, it may be for
    another one than the rules at the other end are for.
    """

    def __init__(self, cluster: Cluster, selection: Selection) -> None:
        """Index the rules of a cluster that matter to a question by those who are asked about."""
        population, ruleset = selection.population, selection.ruleset
        self._peers = population.peers
        members = members_of(population.peers, ruleset)
        meetings = PortMeetings(population.peers)
        self._pods = bits_of(range(len(population.peers))) & ~members.addresses
        self._open = {
            direction: self._pods & _open_members(members, ruleset.of(direction), population.open_pods[direction])
            for direction in DIRECTIONS
        }
        self._rules = {
            direction: _AdmittingRules(direction, ruleset.of(direction).allow_rules, cluster, members, meetings)
            for direction in DIRECTIONS
        }

        self._tiers = {
            direction: DecidingTiers(direction, ruleset.of(direction), members, meetings)
            for direction in DIRECTIONS
            if ruleset.of(direction).tiers
        }

    def of(self, group: BitGroup) -> tuple[Admission, Admission]:
        """Return what lets a group out of its sources, and what lets it into its destinations."""
        return self._end("egress", group), self._end("ingress", group)

    def parts(self, direction: Direction, group: BitGroup) -> Iterator[RulePart]:
        """Yield the rules that `of` has at one end, each with the connections of the group that it is for."""
        tiers = self._tiers.get(direction)
        if tiers is None:
            yield from self._rules[direction].parts(group)
            return
        # Which decision is the first depends on both ends, so that those are looked at together that none tells apart.
        sides, parts = _sides(direction, group), [*self._rules[direction].parts(group)]
        subjects = _divided(sides[0], [self._open[direction], *tiers.subjects, *(each.subjects for each in parts)])
        others = _divided(sides[1], [*tiers.peers, *(each.others for each in parts)])
        found: dict[tuple[DecidingRule, int], int] = {}
        for held, peers in product(subjects, others):
            for rule in self._end(
                direction, BitGroup(*_sides(direction, BitGroup(held, peers, group.ports)), group.ports)
            ).rules:
                found[rule, peers] = found.get((rule, peers), 0) | held
        yield from (RulePart(rule, held, peers) for (rule, peers), held in found.items())

    def explained(self, groups: Iterable[BitGroup]) -> Iterator[ExplainedGroup]:
        """Yield groups, each with what lets it through."""
        for group in groups:
            whole = Group(self._members(group.sources), self._members(group.destinations), group.ports)
            yield ExplainedGroup(whole, *map(self._explained, self.of(group)))

    def _end(self, direction: Direction, group: BitGroup) -> Admission:
        pods = _sides(direction, group)[0] & self._pods
        is_open = pods & self._open[direction]
        closed = pods & ~is_open
        tiers = self._tiers.get(direction)
        if tiers is None:
            return Admission(direction, closed, is_open, self._rules[direction].of(group) if closed else ())
        first = tiers.before(group, "allow")
        if first.all:
            return Admission(direction, pods, 0, first.rules)
        rules = self._rules[direction].of(group) if closed else ()
        last = tiers.behind(group, "allow") if is_open else Decided((), all=False)
        if last.all:
            closed, is_open = pods, 0
        return Admission(direction, closed, is_open, (*first.rules, *rules, *last.rules))

    def _explained(self, end: Admission) -> ExplainedEnd:
        return ExplainedEnd(end.direction, bool(end.closed), self._members(end.open), end.rules)

    def _members(self, bits: int) -> tuple[Peer, ...]:
        return tuple(self._peers[number] for number in numbers(bits))


def members_of(peers: Iterable[Peer], ruleset: RuleSet) -> Members:
    """Index peers by the regions that hold them."""
    return Members([peer.end if peer.pods is None else peer.pods for peer in peers], Namespaces(ruleset.namespaces))


def _open_members(members: Members, rules: DirectionRules, unisolated: Iterable[PodSet]) -> int:
    """Return the members that nothing isolates; sets of pods that could exist are those that are `unisolated`."""
    isolated = opened = 0
    for subject in {each.subject for each in rules.isolations}:
        isolated |= members.bits(subject)
    for pods in unisolated:
        opened |= members.bits(pods)
    return ~members.sets & ~isolated | members.sets & opened


def _sides(direction: Direction, group: BitGroup) -> tuple[int, int]:
    """Return the members of a group that rules of a direction are for, and those at the other end."""
    sides = group.sources, group.destinations
    return sides if direction == "egress" else (sides[1], sides[0])


def _divided(bits: int, cuts: Iterable[int]) -> list[int]:
    """Return the parts of a set that some cuts leave."""
    found = [bits] if bits else []
    for cut in cuts:
        found = [part for each in found for part in (each & cut, each & ~cut) if part]
    return found


class _AdmittingRules:
    """The rules of one direction, in the order of the policies."""

    def __init__(
        self,
        direction: Direction,
        rules: Sequence[AllowRule],
        cluster: Cluster,
        members: Members,
        meetings: PortMeetings,
    ) -> None:
        self._direction: Direction = direction
        self._members, self._meetings = members, meetings
        self._rules = rules
        self._subjects = Holders(members, enumerate(each.subject for each in self._rules))
        self._peers = Holders(members, enumerate(each.peer for each in self._rules))
        sources = {file.outline.source for file in cluster.files}
        compiled = any(_is_compiled(each, sources) for each in self._rules)
        self._flows = None if cluster.said is None or not compiled else _Flows(direction, cluster.said, members)
        self._sources = sources
        self._numbered: dict[DecidingRule, int] = {}
        self._decided: list[DecidingRule] = []
        self._found: dict[tuple[int, int | None], int] = {}
        self._last: tuple[BitGroup | None, list[tuple[int, int | None]]] = None, []

    def of(self, group: BitGroup) -> tuple[DecidingRule, ...]:
        """Return the rules that let a connection of a group through, each once, with each line that it comes from."""
        found = dict.fromkeys([self._deciding(number, flow) for number, flow in self._meeting(group)])
        return tuple([self._decided[number] for number in found])

    def parts(self, group: BitGroup) -> Iterator[RulePart]:
        """Yield the same, each with the members of the group that it is for."""
        subjects, others = _sides(self._direction, group)
        for number, flow in self._meeting(group):
            allow_rule = self._rules[number]
            held, peers = (
                subjects & self._members.bits(allow_rule.subject),
                others & self._members.bits(allow_rule.peer),
            )
            ports = [allow_rule.ports]
            if flow is not None and self._flows is not None:
                held &= self._members.bits(self._flows.rules[flow].subject)
                ports.append(self._flows.rules[flow].ports)
            if any(each.names for each in (group.ports, *ports)):
                destinations = peers if self._direction == "egress" else held
                met = bits_of(n for n in numbers(destinations) if self._meetings.any(group.ports, ports, 1 << n))
                held, peers = (held, met) if self._direction == "egress" else (met, peers)
            yield RulePart(self._decided[self._deciding(number, flow)], held, peers)

    def _meeting(self, group: BitGroup) -> list[tuple[int, int | None]]:
        """List the numbers of the rules that let a connection of a group through, and of the flows behind them."""
        if self._last[0] is not group:
            # Whoever asks which rules these are often asks for whom they are, too.
            self._last = group, [*self._meets(group)]
        return self._last[1]

    def _meets(self, group: BitGroup) -> Iterator[tuple[int, int | None]]:
        subjects, others = _sides(self._direction, group)
        for number in numbers(self._subjects.of(subjects) & self._peers.of(others)):
            allow_rule = self._rules[number]
            destinations = self._destinations(allow_rule, group)
            if self._meetings.any(group.ports, (allow_rule.ports,), destinations):
                for flow in self._lines(allow_rule, subjects, group, destinations):
                    yield number, flow

    def _destinations(self, allow_rule: AllowRule, group: BitGroup) -> int:
        """Return the destinations of a group that a rule is for."""
        region = allow_rule.peer if self._direction == "egress" else allow_rule.subject
        return group.destinations & self._members.bits(region)

    def _lines(self, allow_rule: AllowRule, subjects: int, group: BitGroup, destinations: int) -> Iterable[int | None]:
        """Return the flows that a rule joins, as far as they are of a group; None is the rule's own line."""
        if self._flows is None or not _is_compiled(allow_rule, self._sources):
            return (None,)
        opened = subjects & self._members.bits(allow_rule.subject)
        flows = [
            number
            for number, flow in self._flows.alike(allow_rule, opened)
            if self._meetings.any(
                group.ports, (allow_rule.ports, flow.ports), destinations & self._destinations(flow, group)
            )
        ]
        return flows or (None,)

    def _deciding(self, number: int, flow: int | None) -> int:
        """Return the number of a rule with a line that it comes from; those that look alike have the same one."""
        found = self._found.get((number, flow))
        if found is None:
            rule = deciding_rule(self._rules[number].reason)
            if flow is not None and self._flows is not None:
                rule = msgspec.structs.replace(rule, source=source_line(self._flows.rules[flow].reason))
            found = self._found[number, flow] = self._numbered.setdefault(rule, len(self._numbered))
            if found == len(self._decided):
                self._decided.append(rule)
        return found


def _is_compiled(allow_rule: AllowRule, sources: set[Source]) -> bool:
    reason = allow_rule.reason
    return reason is not None and reason.location is not None and reason.location.source in sources


class _Flows:
    """Flows of a program, by what they let through in one direction."""

    def __init__(self, direction: Direction, said: RuleSet, members: Members) -> None:
        self.rules = said.of(direction).allow_rules
        self._subjects = Holders(members, enumerate(each.subject for each in self.rules))
        self._with_peer: dict[Region, int] = {}
        for number, flow in enumerate(self.rules):
            self._with_peer[flow.peer] = self._with_peer.get(flow.peer, 0) | 1 << number

    def alike(self, allow_rule: AllowRule, opened: int) -> Iterator[tuple[int, AllowRule]]:
        """Yield the flows from or to the peer of a rule that open some of its pods too, by their numbers."""
        for number in numbers(self._subjects.of(opened) & self._with_peer.get(allow_rule.peer, 0)):
            yield number, self.rules[number]
