"""Slips of the hand: pairs of words of which one is hardly anything but the other, misspelt."""

from __future__ import annotations

import re

SHORTEST, LONG = 5, 7
"""The letters of a part of a name in which a swapped or doubled letter, or any other, is a slip and not a word."""

VOWELS = frozenset("aeiouy")
ENDINGS = ("ing", "ers", "er", "ed", "or", "es")
"""What words end in that have a sibling: `tracing` and `tracking`, `loader` and `leader`."""

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NEIGHBOURS = frozenset(
    frozenset(pair)
    for row, below in zip(ROWS, (*ROWS[1:], ""), strict=True)
    for at, key in enumerate(row)
    for pair in ((key, row[at + 1 : at + 2]), (key, below[at : at + 1]), (key, below[at - 1 : at] if at else ""))
    if pair[1]
)
"""Letters beside each other on a keyboard."""


def is_slip(one: str, other: str) -> bool:
    """Tell whether two names differ by one slip that makes no other name of it.

    These are: another dash, two letters swapped, one doubled, and in the middle of a long word one that
    is missing or from a key beside. Numbers, plurals, and first and last letters tell things apart on purpose.
    """
    a, b = one.casefold(), other.casefold()
    if a == b:  # told as names that look alike (NP607)
        return False
    if re.sub(r"[-_]", "", a) == re.sub(r"[-_]", "", b):
        return len(a) > SHORTEST and not re.search(r"[0-9]", a)
    differing = _differing(a, b)
    return differing is not None and _differ_by_slip(*differing)


def is_no_word(one: str, other: str) -> bool:
    """Tell whether a slip is of a kind that makes no other word: two letters swapped, or one doubled, in a long one.

    A letter that is missing may make one: `contact` and `contract`.
    """
    differing = _differing(one.casefold(), other.casefold())
    if differing is None:
        return False
    short, long = differing
    at = _first_difference(short, long)
    doubled = len(short) < len(long) and at > 0 and long[at] == long[at - 1]
    return len(short) >= LONG and (doubled or _is_swapped(short, long, at))


def _differing(one: str, other: str) -> tuple[str, str] | None:
    """Return the part in which two names differ, the shorter one first; None where it is not one."""
    parts, others = re.split(r"[-_]", one), re.split(r"[-_]", other)
    if len(parts) != len(others):
        return None
    differing = [(x, y) for x, y in zip(parts, others, strict=True) if x != y]
    if len(differing) != 1:
        return None
    short, long = sorted(differing[0], key=len)
    return short, long


def _first_difference(short: str, long: str) -> int:
    return next((i for i, letter in enumerate(short) if letter != long[i]), len(short))


def _is_swapped(one: str, other: str, at: int) -> bool:
    return one[at + 2 :] == other[at + 2 :] and one[at : at + 2] == other[at : at + 2][::-1]


def _differ_by_slip(short: str, long: str) -> bool:
    if len(short) < SHORTEST or len(long) - len(short) > 1 or not (short + long).isalpha():
        return False
    at = _first_difference(short, long)
    if len(short) < len(long):
        return short[at:] == long[at + 1 :] and _is_extra(short, long, at)
    if _is_swapped(short, long, at):
        return True
    return short[at + 1 :] == long[at + 1 :] and _is_beside(short, long, at)


def _is_extra(short: str, long: str, at: int) -> bool:
    """Tell whether a letter was typed twice, or left out in the middle of a long word."""
    if 0 < at < len(short) and long[at] == long[at - 1]:
        return True
    return len(short) >= LONG and 0 < at < len(_stem(long)) - 1


def _is_beside(one: str, other: str, at: int) -> bool:
    """Tell whether the key beside was hit in the middle of a long word."""
    letters = {one[at], other[at]}
    inside = 0 < at < len(_stem(one)) - 1
    return len(one) >= LONG and inside and letters in NEIGHBOURS and not letters <= VOWELS


def _stem(word: str) -> str:
    ending = next((each for each in ENDINGS if word.endswith(each)), "")
    return word.removesuffix(ending)
