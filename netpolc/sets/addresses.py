"""Sets of IP addresses of both families; an address of one family is never in a block of the other."""

from __future__ import annotations

from typing import Literal

import msgspec

Family = Literal[4, 6]
FAMILIES: tuple[Family, ...] = (4, 6)
BITS: dict[Family, int] = {4: 32, 6: 128}


class AddressRange(msgspec.Struct, frozen=True, order=True, gc=False):
    """The addresses `first` to `last` of one family, both included, as numbers."""

    family: Family
    first: int
    last: int


class AddressSet(msgspec.Struct, frozen=True, order=True, gc=False):
    """Ranges that are sorted, disjoint and not adjacent, as `addresses_of` makes them."""

    ranges: tuple[AddressRange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __and__(self, other: AddressSet) -> AddressSet:
        found: list[AddressRange] = []
        mine, others = list(reversed(self.ranges)), list(reversed(other.ranges))
        while mine and others:
            one, two = mine[-1], others[-1]
            if one.family == two.family and max(one.first, two.first) <= min(one.last, two.last):
                found.append(AddressRange(one.family, max(one.first, two.first), min(one.last, two.last)))
            behind = mine if (one.family, one.last) < (two.family, two.last) else others
            behind.pop()
        return AddressSet(tuple(found))

    def __sub__(self, other: AddressSet) -> AddressSet:
        return self & other.complement()

    def complement(self) -> AddressSet:
        """Return every address of both families that is not in it."""
        found: list[AddressRange] = []
        for family in FAMILIES:
            first, end = 0, 1 << BITS[family]
            for taken in self.ranges:
                if taken.family == family:
                    if first < taken.first:
                        found.append(AddressRange(family, first, taken.first - 1))
                    first = taken.last + 1
            if first < end:
                found.append(AddressRange(family, first, end - 1))
        return AddressSet(tuple(found))

    def contains(self, family: Family, address: int) -> bool:
        """Tell whether an address is in it."""
        return any(held.family == family and held.first <= address <= held.last for held in self.ranges)


NO_ADDRESS = AddressSet()
EVERY_ADDRESS = NO_ADDRESS.complement()


def block(family: Family, network: int, prefix: int) -> AddressSet:
    """Return the addresses of a CIDR whose bits below the prefix are zero."""
    size = 1 << (BITS[family] - prefix)
    return AddressSet((AddressRange(family, network, network + size - 1),))


def union(sets: list[AddressSet]) -> AddressSet:
    """Return every address that any of the sets holds."""
    merged: list[AddressRange] = []
    for held in sorted(held for each in sets for held in each.ranges):
        last = merged[-1] if merged else None
        if last is not None and last.family == held.family and held.first <= last.last + 1:
            merged[-1] = AddressRange(last.family, last.first, max(last.last, held.last))
        else:
            merged.append(held)
    return AddressSet(tuple(merged))


def atoms(sets: list[AddressSet]) -> list[AddressSet]:
    """Divide all addresses of both families into the largest parts that no set cuts; a part is of one family.

    In the order of their first addresses. Costs `n log n` in the number of ranges, and each set's share of the parts.
    """
    distinct = list(dict.fromkeys(sets))
    parts: dict[tuple[Family, frozenset[int]], list[AddressRange]] = {}
    for family in FAMILIES:
        for first, last, members in _pieces(distinct, family):
            parts.setdefault((family, members), []).append(AddressRange(family, first, last))
    return [AddressSet(tuple(ranges)) for ranges in parts.values()]


def _pieces(sets: list[AddressSet], family: Family) -> list[tuple[int, int, frozenset[int]]]:
    """List the pieces of one family between all bounds of the sets, in order, and which sets hold each."""
    begins: dict[int, list[int]] = {}
    ends: dict[int, list[int]] = {}
    for number, each in enumerate(sets):
        for held in each.ranges:
            if held.family == family:
                begins.setdefault(held.first, []).append(number)
                ends.setdefault(held.last + 1, []).append(number)
    bounds = sorted({0, *begins, *ends} - {1 << BITS[family]})
    pieces: list[tuple[int, int, frozenset[int]]] = []
    members: frozenset[int] = frozenset()
    for first, following in zip(bounds, [*bounds[1:], 1 << BITS[family]], strict=True):
        members = members.difference(ends.get(first, ())).union(begins.get(first, ()))
        pieces.append((first, following - 1, members))
    return pieces
