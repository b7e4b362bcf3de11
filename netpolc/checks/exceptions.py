"""Exceptions of blocks that other rules for the same pods let in again."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from netpolc.checks.openings import is_for_dns
from netpolc.diagnostics.model import Label
from netpolc.engine.from_policies import addresses_of
from netpolc.engine.index import Index
from netpolc.sets.addresses import BITS, AddressSet
from netpolc.sets.ports import PortSet, intersection, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.engine.model import AllowRule, DirectionRules, Reason
    from netpolc.engine.regions import PodSet

SHOWN = 3
"""The exceptions and the rules that are named; more would not help."""


class Letting:
    """The rules of a direction that let addresses through, but for those for DNS, which is meant by itself."""

    def __init__(self, rules: DirectionRules) -> None:
        """Index the rules."""
        self._by_subject: Index[AllowRule] = Index(
            (each.subject, each)
            for each in rules.allow_rules
            if isinstance(each.peer, AddressSet) and not is_for_dns(each.ports)
        )
        self._around: dict[PodSet, _ByAddress] = {}

    def undoing(self, subject: PodSet, excepts: Iterable[str], ports: PortSet) -> dict[str, Reason]:
        """Find the exceptions that a rule for more addresses lets through on some ports, for all pods of a set.

        A rule for just these addresses, or for a part of them, is meant for them.
        """
        around = self._around.get(subject)
        if around is None:
            around = self._around[subject] = _ByAddress(tuple(self._by_subject.around(subject)))
        found: dict[str, Reason] = {}
        for text in excepts:
            excepted = addresses_of(text, ())
            for rule in around.holding(excepted):
                if rule.reason is not None and rule.peer != excepted and _meet(rule.ports, ports):
                    found.setdefault(text, rule.reason)
        return found


class _ByAddress:
    """Rules about the same pods by the ranges of addresses that they let through; a list may have thousands."""

    def __init__(self, rules: Sequence[AllowRule]) -> None:
        self._rules = rules
        self._ranges = sorted(
            (held.family, held.first, held.last, number)
            for number, rule in enumerate(rules)
            if isinstance(rule.peer, AddressSet)
            for held in rule.peer.ranges
        )
        self._reached = tuple(accumulate(((family, last) for family, _, last, _ in self._ranges), max))
        """The farthest that any range goes up to each."""

    def holding(self, block: AddressSet) -> Iterator[AllowRule]:
        """Yield the rules that let all addresses of a block through, in their order."""
        found = set[int]()
        for held in block.ranges:
            at = bisect_right(self._ranges, (held.family, held.first, 1 << BITS[held.family])) - 1
            while at >= 0 and self._reached[at] >= (held.family, held.last):
                family, _, last, number = self._ranges[at]
                if family == held.family and last >= held.last:
                    found.add(number)
                at -= 1
        return (self._rules[number] for number in sorted(found))


def leave_some(cidr: str, excepts: Sequence[str]) -> bool:
    """Tell whether a block has exceptions, and addresses beside these: of one that has none, NP503 speaks."""
    return bool(excepts) and bool(addresses_of(cidr, excepts))


def message_of(undone: Mapping[str, Reason]) -> str:
    """Say that exceptions are let through, by another flow or rule, or by another peer of the same."""
    listed = [f"`{text}`" for text in undone]
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return f"{', '.join(listed[:SHOWN])}{more} {'is' if len(listed) == 1 else 'are'} let through all the same"


def labels_of(undone: Mapping[str, Reason]) -> tuple[Label, ...]:
    """Return labels at what lets exceptions through."""
    places = [reason.location for reason in dict.fromkeys(undone.values()) if reason.location is not None]
    return tuple(Label(place, "by this") for place in places[:SHOWN])


def _meet(one: PortSet, other: PortSet) -> bool:
    """Tell whether two sets share numbers or names; that a name may stand for a number of the other is not known."""
    both = intersection(one, other)
    return bool(both.intervals) or any(map(is_plain, both.names))
