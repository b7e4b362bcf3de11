"""Verdicts on many connections between peers that are known, which share what is asked of each peer alone.

Each verdict is what `netpolc.engine.verdicts` says of the connection: the rules about an end, and those whose peer it
is, are found once for each end, as bits by their numbers, and a connection is judged by what both have in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine.bits import numbers
from netpolc.engine.index import Index
from netpolc.engine.regions import UNNAMED, PodSet
from netpolc.engine.verdicts import Address, Evaluator, has_port, is_of, pairs
from netpolc.identity import IdentityCache
from netpolc.policy.constants import DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.engine.model import AllowRule, RuleSet
    from netpolc.engine.regions import Region
    from netpolc.engine.verdicts import End
    from netpolc.ir.model import Direction
    from netpolc.sets.ports import Protocol


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
        self._pods = Index((region, bits) for region, bits in peers.items() if isinstance(region, PodSet))
        self._blocks = [(region, bits) for region, bits in peers.items() if not isinstance(region, PodSet)]

    def about(self, end: End) -> int:
        """Return the rules that are about an end, as bits."""
        return _any_of(self._subjects, end)

    def of_peer(self, end: End) -> int:
        """Return the rules whose peer an end is, as bits."""
        found = _any_of(self._pods, end)
        for region, bits in self._blocks:
            if is_of(end, region):
                found |= bits
        return found


def _any_of(index: Index[int], end: End) -> int:
    found = 0
    if not isinstance(end, Address) and not end.host_network:
        for bits in index.holding(end.namespace or UNNAMED, end.labels, end.full_namespace_labels):
            found |= bits
    return found


class _Half(NamedTuple):
    """One direction of an end: whether it is closed, and the rules about it, and those that have it as a peer."""

    closed: bool
    about: int
    as_peer: int


class Judge:
    """The verdicts of one rule set."""

    def __init__(self, ruleset: RuleSet) -> None:
        """Index a rule set."""
        self.evaluator = Evaluator(ruleset)
        self._rules = {direction: NumberedRules(ruleset.of(direction).allow_rules) for direction in DIRECTIONS}
        self._halves: dict[Direction, IdentityCache[End, _Half]] = {each: IdentityCache() for each in DIRECTIONS}
        self._pairs: IdentityCache[End, IdentityCache[End, tuple[tuple[End, End], ...]]] = IdentityCache()

    def allows(self, source: End, destination: End, protocol: Protocol, port: int) -> bool:
        """Tell whether a connection passes both ends, as `Evaluator.allows` does."""
        if self.evaluator.is_tiered:
            return self.evaluator.allows(source, destination, protocol, port)
        return any(
            self._passes("egress", one, other, other, protocol, port)
            and self._passes("ingress", other, one, other, protocol, port)
            for one, other in self._pairs_of(source, destination)
        )

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

    def speaking_of(
        self, direction: Direction, source: End, destination: End, protocol: Protocol, port: int
    ) -> Iterator[AllowRule]:
        """Yield the rules of a direction that hold a connection, whether anything closes its end or not."""
        subject, other = (source, destination) if direction == "egress" else (destination, source)
        rules = self._rules[direction].rules
        for each in numbers(self._half(direction, subject).about & self._half(direction, other).as_peer):
            if has_port(destination, rules[each].ports, protocol, port):
                yield rules[each]

    def _half(self, direction: Direction, end: End) -> _Half:
        found = self._halves[direction].get(end)
        if found is None:
            rules = self._rules[direction]
            closed = bool(self.evaluator.isolations(direction, end))
            half = _Half(closed, rules.about(end), rules.of_peer(end))
            found = self._halves[direction].add(end, half)
        return found
