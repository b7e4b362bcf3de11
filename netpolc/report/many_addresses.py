"""Many addresses in few words: where more than a person reads have something in common, it is said once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from netpolc.policy.addresses import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    _Pair = TypeVar("_Pair")

MOST_LISTED = 20
"""The addresses at one end that are listed, each with what it did."""

MOST_NAMED = 3
"""The addresses that are named where there are more."""


def together(pairs: Sequence[_Pair], ends_of: Callable[[_Pair], tuple[str, str, object]]) -> list[list[_Pair]]:
    """Return pairs of ends in groups: alone, or with all others that differ in addresses, where these are too many.

    `ends_of` a pair are its source, its destination, and what else has to be the same.
    """
    groups: dict[object, list[_Pair]] = {}
    for number, each in enumerate(pairs):
        source, destination, rest = ends_of(each)
        one, other = (None if _is_address(end) else end for end in (source, destination))
        alike = (one, other, rest) if one is None or other is None else number
        groups.setdefault(alike, []).append(each)
    apart = [[[each] for each in group] if len(group) <= MOST_LISTED else [group] for group in groups.values()]
    return [each for parts in apart for each in parts]


def named(ends: Iterable[str]) -> str:
    """Name the first ones of some ends, and say how many more there are."""
    names = list(dict.fromkeys(ends))
    if len(names) <= MOST_NAMED + 1:
        return ", ".join(names)
    more = "addresses and blocks" if any("/" in each for each in names) else "addresses"
    return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED:,} more {more}"


def _is_address(end: str) -> bool:
    return parse(end if "/" in end else f"{end}/{128 if ':' in end else 32}") is not None
