"""Blocks of addresses, and whatever belongs to each, found by an address without a look at all of them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from netpolc.engine.verdicts import Address, is_of
from netpolc.sets.addresses import FAMILIES, AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.verdicts import End
    from netpolc.sets.addresses import Family


class BlockBits:
    """Bits by the blocks of addresses that they belong to."""

    def __init__(self, blocks: Iterable[tuple[AddressSet, int]]) -> None:
        """Divide all addresses where blocks begin and end."""
        self._blocks = tuple(blocks)
        self._pieces = {family: _PiecesOfFamily(family, self._blocks) for family in FAMILIES}

    def of(self, end: End) -> int:
        """Return the bits of all blocks that an end is in."""
        if isinstance(end, Address):
            ranges = end.addresses.ranges
            if len(ranges) == 1 and ranges[0].first == ranges[0].last:
                return self._pieces[ranges[0].family].at(ranges[0].first)
        elif not (end.addresses or end.may_have or end.host_network):
            return 0
        found = 0
        for region, bits in self._blocks:
            if is_of(end, region):
                found |= bits
        return found


class _PiecesOfFamily:
    """The pieces of one family between the bounds of blocks, in order."""

    def __init__(self, family: Family, blocks: Iterable[tuple[AddressSet, int]]) -> None:
        ranges = [(each, bits) for region, bits in blocks for each in region.ranges if each.family == family]
        changes: dict[int, list[int]] = {0: []}
        for each, bits in ranges:
            changes.setdefault(each.first, []).append(bits)
            changes.setdefault(each.last + 1, []).append(bits)
        self._starts = sorted(changes)
        self._bits: list[int] = []
        held = 0
        for start in self._starts:
            # What begins here is not held before; the ranges of one block are apart, and each has bits of its own.
            for bits in changes[start]:
                held ^= bits
            self._bits.append(held)

    def at(self, address: int) -> int:
        return self._bits[bisect_right(self._starts, address) - 1]
