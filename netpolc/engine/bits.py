"""Sets of small numbers as the bits of one integer: `&` and `|` of thousands of them run in C."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FEW = 8
"""The numbers that are quicker found one by one than by writing all bits out."""


def numbers(bits: int) -> Iterator[int]:
    """Yield the numbers in a set, in order."""
    if bits.bit_count() > FEW:
        written = f"{bits:b}"[::-1]
        found = written.find("1")
        while found >= 0:
            yield found
            found = written.find("1", found + 1)
        return
    number = -1
    while bits:
        # Those that are left are often near each other, and small once the bits below them are gone.
        step = (bits & -bits).bit_length()
        number += step
        yield number
        bits >>= step


def bits_of(several: Iterable[int]) -> int:
    """Return the set of some numbers."""
    found = 0
    for number in several:
        found |= 1 << number
    return found


def joined(several: Iterable[int]) -> int:
    """Return the union of some sets."""
    found = 0
    for bits in several:
        found |= bits
    return found


def lowest(bits: int) -> int:
    """Return the least number in a set that is not empty."""
    return (bits & -bits).bit_length() - 1
