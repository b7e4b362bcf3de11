"""Rules that let nobody through: the other end of each of their connections is closed, and no rule opens it there.

A rule lets connections pass at one end. It comes to something where the other end of one of them is open: its pods are
not isolated, or a rule of theirs meets it. That there is one such connection, of any pods that could exist, is asked
of bits: the rules whose pods may be among its peers, whose peers may be among its pods, and that share a port.

Whether a block of addresses holds pods is up to the network plugin, so one that may hold any opens all.
"""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.cluster_dns import DNS_PORTS
from netpolc.engine import regions
from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.denying import admitting, denies, denying
from netpolc.engine.index import Index
from netpolc.engine.members import Members
from netpolc.engine.model import AllowRule, Isolation, Reason
from netpolc.engine.regions import EVERY_POD, IDENTITY, Namespaces, PodSet, in_namespace, names_of
from netpolc.engine.tiered_ends import OTHER_END, TieredEnds, opened_by_tiers
from netpolc.identity import IdentityCache
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets import labels
from netpolc.sets.addresses import AddressSet
from netpolc.sets.ports import PortInterval, PortSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.engine.model import DirectionRules, RuleSet
    from netpolc.sets.labels import LabelSelector

MOST_TRIED = 1_000
"""The rules that are looked at closely before one that is held against them counts as of use: bits have seen most."""


class LoneHalf(msgspec.Struct, frozen=True):
    """Rules of one reason, none of whose connections passes its other end.

    That end is `closed_by` these. Of the `others`, which are rules there between the same pods, each is on other ports.
    """

    reason: Reason
    direction: Direction
    rules: tuple[AllowRule, ...]
    closed_by: tuple[Isolation, ...]
    others: tuple[AllowRule, ...]


class Halves:
    """Both ends of connections: the pods that are closed there, and the rules that let through."""

    def __init__(self, ruleset: RuleSet, pod_addresses: AddressSet) -> None:
        """File all rules; one for a block of addresses counts for every pod where it holds any `pod_addresses`."""
        namespaces = Namespaces(ruleset.namespaces)
        self._namespaces = namespaces
        self._ends = {each: _End(ruleset.of(each), namespaces, pod_addresses) for each in DIRECTIONS}
        is_tiered = any(ruleset.of(each).tiers for each in DIRECTIONS)
        self._tiered = TieredEnds(ruleset, namespaces) if is_tiered else None

    def lone(self, rules: Iterable[tuple[Direction, AllowRule]]) -> Iterator[LoneHalf]:
        """Yield the reasons of some rules, in their order, where none of the rules comes to anything."""
        by_reason: IdentityCache[object, list[tuple[Direction, AllowRule]]] = IdentityCache()
        for direction, allow_rule in rules:
            reason = allow_rule.reason
            if reason is not None:
                by_reason.setdefault(reason.statement or reason, []).append((direction, allow_rule))
        for several in by_reason.values():
            if any(isinstance(allow_rule.peer, AddressSet) for _, allow_rule in several):
                continue
            possible = [each for each in several if self._is_possible(each[1])]
            if possible and not any(self._comes_to_something(*each) for each in possible):
                yield self._lone(possible)

    def _is_possible(self, allow_rule: AllowRule) -> bool:
        peer = allow_rule.peer
        return (
            isinstance(peer, PodSet)
            and bool(allow_rule.ports.intervals or allow_rule.ports.names)
            and _are_possible_together(peer.namespaces, allow_rule.subject.namespaces, self._namespaces)
        )

    def _comes_to_something(self, direction: Direction, allow_rule: AllowRule) -> bool:
        end = self._ends[OTHER_END[direction]]
        if self._tiered is not None:
            return end.meets(allow_rule) or not self._tiered.closing(direction, allow_rule)
        return end.has_other_half(allow_rule) or end.is_open(allow_rule) or end.meets(allow_rule)

    def _lone(self, several: Sequence[tuple[Direction, AllowRule]]) -> LoneHalf:
        closed_by: IdentityCache[Reason | None, Isolation] = IdentityCache()
        others: IdentityCache[Reason | None, AllowRule] = IdentityCache()
        for direction, allow_rule in several:
            end = self._ends[OTHER_END[direction]]
            closing = end.closing(allow_rule) if self._tiered is None else self._tiered.closing(direction, allow_rule)
            for isolation in closing:
                closed_by.setdefault(isolation.reason, isolation)
            if not is_for_dns(allow_rule):
                for other in end.apart(allow_rule):
                    others.setdefault(other.reason, other)
        direction, first = several[0]
        reason = first.reason
        if reason is None:
            raise AssertionError("rules are filed by their reasons")
        rules = tuple(allow_rule for each, allow_rule in several if each == direction)
        return LoneHalf(reason, direction, rules, tuple(closed_by.values()), tuple(others.values()))


class _End:
    """The rules of one direction, found by what they have in common with one of the other."""

    def __init__(self, rules: DirectionRules, namespaces: Namespaces, pod_addresses: AddressSet) -> None:
        self._namespaces = namespaces
        distinct: dict[tuple[PodSet, PodSet, PortSet], AllowRule] = {}
        for rule in (*rules.allow_rules, *opened_by_tiers(rules, pod_addresses)):
            peer = EVERY_POD if isinstance(rule.peer, AddressSet) and rule.peer & pod_addresses else rule.peer
            if isinstance(peer, PodSet):
                distinct.setdefault((rule.subject, peer, rule.ports), rule)
        self._distinct = distinct
        self._isolations: Index[Isolation] = Index()
        self._whole: dict[str, Isolation] = {}
        self._admitting = admitting(rules.allow_rules)
        by_subject: dict[PodSet, Isolation] = {}
        for each in sorted(rules.isolations, key=lambda each: not denies(each, self._admitting)):
            by_subject.setdefault(each.subject, each)
        for isolation in by_subject.values():
            names = names_of(isolation.subject.namespaces)
            if names is not None and not isolation.subject.pods.requirements:
                self._whole = dict.fromkeys(names, isolation) | self._whole
            else:
                self._isolations.add(isolation.subject, isolation)
        self._open: dict[tuple[str, LabelSelector], bool] = {}
        self._found: dict[tuple[str, LabelSelector], list[Isolation]] = {}

    # Most halves have another one, or an open end, and nobody asks for more.

    @cached_property
    def _rules(self) -> list[tuple[tuple[PodSet, PodSet, PortSet], AllowRule]]:
        return list(self._distinct.items())

    @cached_property
    def _subjects(self) -> Members:
        return Members([subject for subject, _, _ in self._distinct], self._namespaces, meeting=True)

    @cached_property
    def _peers(self) -> Members:
        return Members([peer for _, peer, _ in self._distinct], self._namespaces, meeting=True)

    @cached_property
    def _ports(self) -> _ByPorts:
        return _ByPorts([ports for _, _, ports in self._distinct])

    @cached_property
    def _naming(self) -> int:
        return bits_of(number for number, (_, each) in enumerate(self._rules) if _names_pods(each))

    def has_other_half(self, allow_rule: AllowRule) -> bool:
        """Tell whether a rule lets just the connections of another one pass at this end, as most halves are written."""
        return (_peer(allow_rule), allow_rule.subject, allow_rule.ports) in self._distinct

    def is_open(self, allow_rule: AllowRule) -> bool:
        """Tell whether any of a rule's peers, all of which are possible, may be a pod that nothing isolates."""
        peer, subject = _peer(allow_rule), allow_rule.subject
        names = names_of(peer.namespaces)
        if names is None:
            # There is always another namespace, without any policy.
            return True
        return any(
            self._has_open(name, peer.pods)
            and (
                len(names) == 1
                or (
                    (there := labels.intersect(peer.namespaces, in_namespace(name))) is not None
                    and _are_possible_together(there, subject.namespaces, self._namespaces)
                )
            )
            for name in names
        )

    def meets(self, allow_rule: AllowRule) -> bool:
        """Tell whether any rule lets connections of another pass at this end; yes, where it takes long to see."""
        found = self._near_both(allow_rule) & self._ports.bits(allow_rule.ports)
        return next(self._among(found, allow_rule), None) is not None or found.bit_count() > MOST_TRIED

    def apart(self, allow_rule: AllowRule) -> Iterator[AllowRule]:
        """Yield the rules that name some pods, and would let some of a rule's connections pass on other ports."""
        return self._among(self._near_both(allow_rule) & self._naming, allow_rule)

    def _near_both(self, allow_rule: AllowRule) -> int:
        return self._subjects.bits(_peer(allow_rule)) & self._peers.bits(allow_rule.subject)

    def _among(self, found: int, allow_rule: AllowRule) -> Iterator[AllowRule]:
        """Yield those among some rules that have pods in common with a rule at both ends."""
        peer, subject = _peer(allow_rule), allow_rule.subject
        for number in islice(numbers(found), MOST_TRIED):
            (own, other, _), each = self._rules[number]
            here, there = regions.meet(own, peer), regions.meet(other, subject)
            if (
                isinstance(here, PodSet)
                and isinstance(there, PodSet)
                and _are_possible_together(here.namespaces, there.namespaces, self._namespaces)
            ):
                yield each

    def closing(self, allow_rule: AllowRule) -> Iterator[Isolation]:
        """Yield what denies a rule's peers, or else isolates them, one for all pods of a namespace alone."""
        peer = _peer(allow_rule)
        for name in names_of(peer.namespaces) or ():
            if name in self._whole:
                yield self._whole[name]
            else:
                near = self._near(name, peer.pods)
                meeting = (each for each in near if labels.intersect(each.subject.pods, peer.pods) is not None)
                yield from denying(meeting, self._admitting)

    def _has_open(self, name: str, selector: LabelSelector) -> bool:
        key = name, selector
        if key not in self._open:
            self._open[key] = name not in self._whole and self._is_partly_open(name, selector)
        return self._open[key]

    def _is_partly_open(self, name: str, selector: LabelSelector) -> bool:
        isolated = [each.subject.pods for each in self._near(name, selector)]
        plainest = labels.example(selector)
        # Most of what is open shows by one pod, and costs no proof; what takes too long to prove counts as open.
        return not any(each.matches(plainest) for each in isolated) or not labels.is_covered(selector, isolated)

    def _near(self, name: str, selector: LabelSelector) -> list[Isolation]:
        key = name, selector
        if key not in self._found:
            self._found[key] = list(self._isolations.near(PodSet(in_namespace(name), selector)))
        return self._found[key]


class _ByPorts:
    """Sets of ports by number, found by what they have in common with another.

    A name may stand for any number, since nobody knows what a pod calls its ports.
    """

    def __init__(self, several: Sequence[PortSet]) -> None:
        distinct: dict[PortSet, int] = {}
        for number, ports in enumerate(several):
            distinct[ports] = distinct.get(ports, 0) | 1 << number
        self._single: dict[tuple[str, int], int] = {}
        self._wide: list[tuple[PortInterval, int]] = []
        self._named: dict[str, int] = {}
        self._any: dict[str, int] = {}
        for ports, bits in distinct.items():
            for each in ports.intervals:
                self._any[each.protocol] = self._any.get(each.protocol, 0) | bits
                if each.first == each.last:
                    key = each.protocol, each.first
                    self._single[key] = self._single.get(key, 0) | bits
                else:
                    self._wide.append((each, bits))
            for name in ports.names:
                self._any[name.protocol] = self._any.get(name.protocol, 0) | bits
                self._named[name.protocol] = self._named.get(name.protocol, 0) | bits
        self._found: dict[PortSet, int] = {}

    def bits(self, ports: PortSet) -> int:
        """Return the sets that have a port in common with one, as bits."""
        found = self._found.get(ports)
        if found is None:
            found = 0
            for name in ports.names:
                found |= self._any.get(name.protocol, 0)
            for each in ports.intervals:
                found |= self._of_interval(each)
            self._found[ports] = found
        return found

    def _of_interval(self, interval: PortInterval) -> int:
        protocol, first, last = interval.protocol, interval.first, interval.last
        found = self._named.get(protocol, 0)
        if first == last:
            found |= self._single.get((protocol, first), 0)
        else:
            for (other, number), bits in self._single.items():
                if other == protocol and first <= number <= last:
                    found |= bits
        for wide, bits in self._wide:
            if wide.protocol == protocol and wide.first <= last and first <= wide.last:
                found |= bits
        return found


def _names_pods(allow_rule: AllowRule) -> bool:
    """Tell whether a rule is about some pods, and no way to DNS: what is for everybody is no half of one connection."""
    peer = allow_rule.peer
    if not isinstance(peer, PodSet) or is_for_dns(allow_rule):
        return False
    return bool(peer.pods.requirements) or names_of(peer.namespaces) is not None


def is_for_dns(allow_rule: AllowRule) -> bool:
    """Tell whether a rule is for ports of DNS alone."""
    ports = allow_rule.ports
    return not ports.names and all(each.first == each.last in DNS_PORTS for each in ports.intervals)


def _are_possible_together(one: LabelSelector, other: LabelSelector, namespaces: Namespaces) -> bool:
    """Tell whether two ends could be selected; by names alone they always can, and most are."""
    return (_is_by_name(one) and _is_by_name(other)) or namespaces.possible_together(one, other)


def _is_by_name(selector: LabelSelector) -> bool:
    asked = selector.requirements
    return not asked or (len(asked) == 1 and asked[0].key == IDENTITY)


def _peer(allow_rule: AllowRule) -> PodSet:
    if not isinstance(allow_rule.peer, PodSet):
        raise TypeError("the connections of addresses are no half of anything")
    return allow_rule.peer
