"""The table of blocks and exceptions by which the longest prefix decides, for pods that all of its rules are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.sets.addresses import AddressRange, AddressSet, union
from netpolc.sets.ports import PortSet
from netpolc.sets.ports import union as ports_together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.engine.model import Reason
    from netpolc.engine.regions import PodSet


class RuleBlock(msgspec.Struct, frozen=True, eq=False):
    """A block of a rule, the exceptions that it makes, and the reasons of the rule and of the exceptions."""

    subject: PodSet
    block: AddressRange
    excepts: tuple[AddressRange, ...]
    ports: PortSet
    reason: Reason
    excepting: Reason | None = None

    def meets(self, within: AddressRange) -> bool:
        """Tell whether a range is part of the block, or the block of the range."""
        return _meet(self.block, within)

    def lets_in(self, inner: AddressRange) -> bool:
        """Tell whether the rule by itself lets in a range that no exception cuts."""
        return holds(self.block, inner) and not any(holds(each, inner) for each in self.excepts)


class PrefixPiece(msgspec.Struct, frozen=True):
    """Addresses whose longest prefix is the same, and the rules that let them in.

    These are the ones of their entry, of an entry for one address alone, and the ones that would add up. `excepting` is
    the reason of an exception that they are in, or that leaves ports from their entry.
    """

    addresses: AddressSet
    of_entry: tuple[RuleBlock, ...]
    of_address: tuple[RuleBlock, ...]
    together: tuple[RuleBlock, ...]
    excepting: Reason | None


class PrefixTable:
    """The entries of some blocks, as far as they decide within a range."""

    def __init__(self, blocks: Sequence[RuleBlock], within: AddressRange) -> None:
        """Make the entries, wider ones first, since those that they hold have their ports."""
        self._blocks = blocks
        self._rules: dict[AddressRange, list[RuleBlock]] = {}
        for each in blocks:
            self._rules.setdefault(each.block, []).append(each)
        self._entries: dict[AddressRange, tuple[RuleBlock, ...]] = {}
        for entry in sorted(self._rules, key=_size, reverse=True):
            # The exceptions of wider blocks are asked for its first address, even where it is wider than they are.
            first = AddressRange(entry.family, entry.first, entry.first)
            self._entries[entry] = tuple(dict.fromkeys((*self._rules[entry], *self._of_wider(entry, first))))
        self._excepts = {each for one in blocks for each in one.excepts}
        ends = {within, *(each for each in (*self._excepts, *self._rules) if holds(within, each))}
        inside = sorted(ends, key=_size)
        self.pieces = [piece for at, each in enumerate(inside) if (piece := self._piece(each, inside[:at]))]

    def _of_wider(self, inner: AddressRange, asked: AddressRange) -> tuple[RuleBlock, ...]:
        """Return what a range has of the entries that hold it and do not except what is asked for of it."""
        return tuple(
            dict.fromkeys(
                rule
                for entry, rules in self._entries.items()
                if holds(entry, inner) and all(each.lets_in(asked) for each in self._rules[entry])
                for rule in rules
            )
        )

    def _piece(self, widest: AddressRange, narrower: Iterable[AddressRange]) -> PrefixPiece | None:
        addresses = AddressSet((widest,)) - union([AddressSet((each,)) for each in narrower if holds(widest, each)])
        if not addresses:
            return None
        entry = min((each for each in (*self._rules, *self._excepts) if holds(each, widest)), key=_size, default=None)
        of_entry = () if entry is None else self._entries.get(entry, ())
        return PrefixPiece(
            addresses,
            of_entry,
            self._of_wider(widest, widest),
            tuple(each for each in self._blocks if each.lets_in(widest)),
            self._excepting(widest),
        )

    def _excepting(self, piece: AddressRange) -> Reason | None:
        """Return the reason of an exception that a piece is in, or else that is in the piece."""
        found = [(holds(each, piece), one) for one in self._blocks for each in one.excepts if _meet(each, piece)]
        return max(found, key=lambda each: each[0])[1].excepting if found else None


def differ(some: Iterable[RuleBlock], others: Iterable[RuleBlock]) -> bool:
    """Tell whether rules let through other ports than others."""
    return {*some} != {*others} and _ports(some) != _ports(others)


def contested(blocks: Iterable[RuleBlock]) -> list[AddressRange]:
    """List the ranges in which rules may not add up, none of them in another.

    These are exceptions that a wider block of another rule does not make, and blocks that begin with one.
    """
    made: dict[AddressRange, set[tuple[AddressRange, ...]]] = {}
    for each in blocks:
        made.setdefault(each.block, set()).add(each.excepts)
    sizes = sorted({_size(each) for each in made})
    excepted = {each for several in made.values() for excepts in several for each in excepts}
    found: set[AddressRange] = set()
    for inner in excepted:
        wider = [_around(inner, size) for size in sizes if size > _size(inner)]
        if any(not any(holds(each, inner) for each in excepts) for outer in wider for excepts in made.get(outer, ())):
            found.add(inner)
        found.update(outer for outer in wider if outer.first == inner.first and outer in made)
    outermost: list[AddressRange] = []
    for span in sorted(found, key=_size, reverse=True):
        if not any(holds(outer, span) for outer in outermost):
            outermost.append(span)
    return outermost


def holds(outer: AddressRange, inner: AddressRange) -> bool:
    """Tell whether a range is part of another, or equal."""
    return outer.family == inner.family and outer.first <= inner.first and inner.last <= outer.last


def _meet(one: AddressRange, other: AddressRange) -> bool:
    return holds(one, other) or holds(other, one)


def _size(of: AddressRange) -> int:
    return of.last - of.first + 1


def _around(inner: AddressRange, size: int) -> AddressRange:
    """Return the block of a size that holds a range."""
    first = inner.first & -size
    return AddressRange(inner.family, first, first + size - 1)


def _ports(blocks: Iterable[RuleBlock]) -> PortSet:
    return ports_together([*(each.ports for each in blocks), PortSet()])
