"""Verdicts on many connections between peers that are known, which share what is asked of each peer alone.

Each verdict is what `netpolc.engine.verdicts` says of the connection: the rules about an end, and those whose peer it
is, are found once for each end, as bits by their numbers, and a connection is judged by what both have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine.bits import numbers
from netpolc.engine.index import Index
from netpolc.engine.regions import IDENTITY, UNNAMED, PodSet
from netpolc.engine.verdicts import Address, Evaluator, has_port, pairs
from netpolc.identity import IdentityCache
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.traffic.blocks import BlockBits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.engine.model import AllowRule, RuleSet
    from netpolc.engine.regions import Region
    from netpolc.engine.verdicts import End, Pod
    from netpolc.ir.model import Direction
    from netpolc.sets.ports import PortSet, Protocol


class NumberedRules:
    """The allow rules of one direction by the ends that they are about, and by those that are their peers."""

    def __init__(self, rules: Sequence[AllowRule]) -> None:
        """Index rules, of which many share their regions."""
        self.rules = rules
        subjects: dict[PodSet, int] = {}
        peers: dict[Region, int] = {}
        for number, each in enumerate(rules):
            subjects[each.subject] = subjects.get(each.subject, 0) | 1 << number
            peers[each.peer] = peers.get(each.peer, 0) | 1 << number
        self._subjects = Index(subjects.items())
        self._sets = [(region, bits) for region, bits in peers.items() if isinstance(region, PodSet)]
        self._pods = Index(self._sets)
        self._blocks = BlockBits((region, bits) for region, bits in peers.items() if not isinstance(region, PodSet))

    def about(self, end: End) -> int:
        """Return the rules that are about an end, as bits."""
        return _any_of(self._subjects, end)

    def of_peer(self, end: End) -> int:
        """Return the rules whose peer an end is, as bits."""
        return _any_of(self._pods, end) | self._blocks.of(end)

    def of_possible_peer(self, pod: Pod) -> int:
        """Return the rules whose peer a pod may be, whatever labels its namespace has."""
        found = self._blocks.of(pod)
        name = pod.namespace or UNNAMED
        for region, bits in self._sets:
            named = (each for each in region.namespaces.requirements if each.key == IDENTITY)
            if region.pods.matches(pod.labels) and all(each.matches({IDENTITY: name}) for each in named):
                found |= bits
        return found


def _any_of(index: Index[int], end: End) -> int:
    found = 0
    if not isinstance(end, Address) and not end.host_network:
        for bits in index.holding(end.namespace or UNNAMED, end.labels, end.full_namespace_labels):
            found |= bits
    return found


class _Half(NamedTuple):
    """One direction of an end: whether it is closed, the rules about it, and those that have it as a peer, or may."""

    closed: bool
    about: int
    as_peer: int
    as_possible_peer: int


class Judge:
    """The verdicts of one rule set."""

    def __init__(self, ruleset: RuleSet) -> None:
        """Index a rule set."""
        self.evaluator = Evaluator(ruleset) if ruleset.is_tiered else None
        self._isolated = {
            each: Index((subject, 1) for subject in {one.subject for one in ruleset.of(each).isolations})
            for each in DIRECTIONS
        }
        self._namespaces = ruleset.namespaces
        self._rules = {direction: NumberedRules(ruleset.of(direction).allow_rules) for direction in DIRECTIONS}
        self._halves: dict[Direction, IdentityCache[End, _Half]] = {each: IdentityCache() for each in DIRECTIONS}
        self._pairs: IdentityCache[End, IdentityCache[End, tuple[tuple[End, End], ...]]] = IdentityCache()

    def allows(self, source: End, destination: End, protocol: Protocol, port: int) -> bool:
        """Tell whether a connection passes both ends, as `Evaluator.allows` does."""
        if self.evaluator is not None:
            return self.evaluator.allows(source, destination, protocol, port)
        return any(
            self._passes("egress", one, other, other, protocol, port)
            and self._passes("ingress", other, one, other, protocol, port)
            for one, other in self._pairs_of(source, destination)
        )

    def may_allow(self, source: End, destination: End, protocol: Protocol, port: int) -> bool:
        """Tell whether a connection that is not allowed would be by something that nobody knows of pods.

        Of pods that no manifest shows, that is what they call their ports, and what labels their namespace has.
        """
        if all(isinstance(each, Address) or not each.hypothetical for each in (source, destination)):
            return False
        return self._may_pass("egress", source, destination, destination, protocol, port) and self._may_pass(
            "ingress", destination, source, destination, protocol, port
        )

    def knows_namespaces(self, *ends: End) -> bool:
        """Tell whether the labels are known of the namespaces that ends are in."""
        return not any(self._is_in_unknown(end) for end in ends)

    def speaking_of(
        self, direction: Direction, source: End, destination: End, protocol: Protocol, port: int
    ) -> Iterator[AllowRule]:
        """Yield the rules of a direction that hold a connection, whether anything closes its end or not."""
        subject, other = (source, destination) if direction == "egress" else (destination, source)
        rules = self._rules[direction].rules
        for each in numbers(self._half(direction, subject).about & self._half(direction, other).as_peer):
            if has_port(destination, rules[each].ports, protocol, port):
                yield rules[each]

    def _pairs_of(self, source: End, destination: End) -> tuple[tuple[End, End], ...]:
        """Return both ends for each family of addresses, always as the same objects."""
        of_source = self._pairs.setdefault(source, IdentityCache())
        found = of_source.get(destination)
        return of_source.add(destination, tuple(pairs(source, destination))) if found is None else found

    def _passes(
        self, direction: Direction, subject: End, other: End, destination: End, protocol: Protocol, port: int
    ) -> bool:
        half = self._half(direction, subject)
        if not half.closed:
            return True
        rules = self._rules[direction].rules
        common = half.about & self._half(direction, other).as_peer
        return any(has_port(destination, rules[each].ports, protocol, port) for each in numbers(common))

    def _may_pass(
        self, direction: Direction, subject: End, other: End, destination: End, protocol: Protocol, port: int
    ) -> bool:
        half = self._half(direction, subject)
        common = half.about & self._half(direction, other).as_possible_peer
        several = (self._rules[direction].rules[each].ports for each in numbers(common))
        return not half.closed or any(
            has_port(destination, each, protocol, port) or _may_name(destination, each, protocol) for each in several
        )

    def _half(self, direction: Direction, end: End) -> _Half:
        found = self._halves[direction].get(end)
        if found is None:
            rules = self._rules[direction]
            closed = bool(_any_of(self._isolated[direction], end))
            as_peer = rules.of_peer(end)
            possible = as_peer
            if not isinstance(end, Address) and self._is_in_unknown(end):
                possible = rules.of_possible_peer(end)
            half = _Half(closed, rules.about(end), as_peer, possible)
            found = self._halves[direction].add(end, half)
        return found

    def _is_in_unknown(self, end: End) -> bool:
        return (
            not isinstance(end, Address)
            and end.hypothetical
            and not end.namespace_labels
            and (end.namespace or UNNAMED) not in self._namespaces
        )


def _may_name(destination: End, ports: PortSet, protocol: Protocol) -> bool:
    """Tell whether a set may have any port of pods by a name that nobody knows."""
    if isinstance(destination, Address) or not destination.hypothetical:
        return False
    return any(each.protocol == protocol for each in ports.names)
