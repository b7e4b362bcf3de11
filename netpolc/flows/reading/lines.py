"""The lines of a flow log, in batches, each of bounded length."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LONGEST = 1024 * 1024
"""The bytes of the longest record that is read: those of flows have some thousand."""


class LogLines:
    """The lines of a text that comes in pieces, without their ends; of those that are too long, nothing is left.

    `too_long` has the numbers of these; `unterminated` is the number of the last line where no line end follows it.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """Take the pieces, of which none is read before lines are asked for."""
        self._pieces = pieces
        self.too_long: list[int] = []
        self.unterminated = 0

    def __iter__(self) -> Iterator[tuple[Sequence[int], list[bytes]]]:
        """Yield lines with their numbers, from 1."""
        number = 1
        rest = b""
        skipping = False
        for piece in filter(None, self._pieces):
            # As `piece.split(b"\n")`, which goes from byte to byte and takes three times as long.
            lines = BytesIO(piece).readlines()
            is_ended = lines[-1].endswith(b"\n")
            lines[0] = (b"\n" if is_ended or len(lines) > 1 else b"") if skipping else rest + lines[0]
            rest = b"" if is_ended else lines.pop()
            if lines:
                yield range(number, number + len(lines)), [line[:-1] for line in lines]
                number += len(lines)
                skipping = False
            if len(rest) > LONGEST:
                self.too_long.append(number)
                rest = b""
                skipping = True
        if rest:
            self.unterminated = number
            yield (number,), [rest]
