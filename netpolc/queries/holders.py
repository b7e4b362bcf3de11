"""What holds members of groups: rules and the like, by the regions that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.bits import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.members import Members
    from netpolc.engine.regions import Region

BLOCK = 64
"""The members that are looked up together, where a group has many."""


class Holders:
    """Numbers of what is about regions, by the members that these hold."""

    def __init__(self, members: Members, regions: Iterable[tuple[int, Region]]) -> None:
        """Index regions by the members that they hold; those that are equal are looked at once."""
        together: dict[Region, int] = {}
        for number, region in regions:
            together[region] = together.get(region, 0) | 1 << number
        self._of_member: dict[int, int] = {}
        for region, bits in together.items():
            for member in members.of(region):
                self._of_member[member] = self._of_member.get(member, 0) | bits
        self._blocks: dict[int, tuple[int, int]] = {}
        for member, bits in self._of_member.items():
            held, whole = self._blocks.get(member // BLOCK, (0, 0))
            self._blocks[member // BLOCK] = held | 1 << member % BLOCK, whole | bits
        self._found: dict[int, int] = {}

    def of(self, members: int) -> int:
        """Return the numbers of what holds any of some members, both as bits."""
        found = self._found.get(members)
        if found is None:
            found = self._found[members] = self._each(members) if members.bit_count() < BLOCK else self._most(members)
        return found

    def _each(self, members: int) -> int:
        found = 0
        for member in numbers(members):
            found |= self._of_member.get(member, 0)
        return found

    def _most(self, members: int) -> int:
        """Do the same for many members, with one step for those of a block that are all among them."""
        found = 0
        for block, (held, whole) in self._blocks.items():
            some = members >> block * BLOCK & held
            found |= whole if some == held else self._each(some << block * BLOCK)
        return found
