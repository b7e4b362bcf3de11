"""What was made of a text before, so that what repeats from record to record is made once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Key = TypeVar("Key")
Made = TypeVar("Made")

KEPT = 20_000
"""As many are remembered; what has more that differ, as addresses of the world, is made again, and memory stays."""


class Remembered(dict[Key, Made]):
    """Values by what they are made of; one that is missing is made."""

    def __init__(self, make: Callable[[Key], Made]) -> None:
        """Remember what `make` returns."""
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Made:
        made = self._make(key)
        if len(self) >= KEPT:
            self.clear()
        self[key] = made
        return made
