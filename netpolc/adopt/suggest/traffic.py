"""Connections that records show, as evidence: how many, until when, and what a line adds to them."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHOWN_NAMES = 3
"""How many names of DNS are shown of one line."""


class Sightings(msgspec.Struct, frozen=True):
    """A number of connections with the time of the first and the last, in seconds since 1970 in UTC, if known.

    `remarks` say what a line allows beyond them, and what else is known of them; `names` are those that DNS has for
    where they led.
    """

    count: int
    first: float | None = None
    last: float | None = None
    remarks: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def is_single(self) -> bool:
        """Whether it is one connection."""
        return self.count == 1

    @property
    def text(self) -> str:
        """What it says beside a line, as `seen 41,300 times until 2026-10-30`."""
        day = None if self.last is None else day_of(self.last)
        if self.is_single:
            said = "seen once" if day is None else f"seen once, on {day}"
        else:
            said = f"seen {self.count:,} times" + ("" if day is None else f" until {day}")
        return said

    @property
    def notes(self) -> tuple[str, ...]:
        """What else there is to say, each on a line of its own: what a line adds, and what DNS calls where it leads."""
        return (*self.remarks, *_called(self.names))


def _called(names: tuple[str, ...]) -> Iterator[str]:
    """Yield what some names are for, the first of them."""
    if names:
        left = len(names) - SHOWN_NAMES
        more = f" and {left} more" if left > 0 else ""
        yield f"for {', '.join(f'`{name}`' for name in names[:SHOWN_NAMES])}{more}"


def day_of(seconds: float) -> str:
    """Return the day of a time in UTC."""
    try:
        return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).date().isoformat()
    except (OverflowError, OSError, ValueError):
        return "a day that no calendar has"


def total(parts: Iterable[Sightings]) -> Sightings:
    """Return all of some traffic as one, with every remark once."""
    held = list(parts)
    first = [each.first for each in held if each.first is not None]
    last = [each.last for each in held if each.last is not None]
    return Sightings(
        sum(each.count for each in held),
        min(first, default=None),
        max(last, default=None),
        tuple(dict.fromkeys(remark for each in held for remark in each.remarks)),
        tuple(dict.fromkeys(name for each in held for name in each.names)),
    )
