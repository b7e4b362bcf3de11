"""Logs that begin alike: one that was rotated or copied while it grew, and that is there twice."""

from __future__ import annotations

import msgspec

COMPARED = 4096
"""The bytes by which logs are compared: some records, each with its time to the second or finer."""

_FEWEST_LINES = 2
"""A heading alone, which many logs share, is no sign."""


class Begun(msgspec.Struct, frozen=True):
    """How a log begins, its name, and the number of its last line that was read."""

    head: bytes
    name: str
    last: int


class Beginnings:
    """The logs that were read so far."""

    def __init__(self) -> None:
        """Begin with none."""
        self._begun: dict[bytes, list[Begun]] = {}

    def add(self, head: bytes, name: str, last: int) -> None:
        """Note a log."""
        begun = Begun(head[:COMPARED], name, last)
        self._begun.setdefault(_first_line(head), []).append(begun)

    def before(self, head: bytes) -> Begun | None:
        """Return the longest log that was read before, and that one which begins so goes on from."""
        alike = [each for each in self._begun.get(_first_line(head), ()) if _are_alike(each.head, head[:COMPARED])]
        return max(alike, key=lambda each: each.last, default=None)


def _first_line(head: bytes) -> bytes:
    return head[:COMPARED].split(b"\n", 1)[0]


def _are_alike(one: bytes, other: bytes) -> bool:
    shared = min(len(one), len(other))
    if one[:shared] != other[:shared]:
        return False
    return one == other or one.count(b"\n", 0, shared) >= _FEWEST_LINES
