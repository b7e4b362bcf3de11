"""The JSON values of a flow log that has them not one on a line: indented, in an array, or in an answer of an API."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING

from netpolc.flows.reading.lines import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_BETWEEN = re.compile(r"[\s,\[\]\x1e]*")
"""What stands between values: arrays count for nothing, and neither does the mark of RFC 7464."""

LISTS = ("items", "entries", "hits", "events", "flows")
"""The names of lists of records in answers."""

_LIST = re.compile(rf'\{{[^\[]{{0,2000}}?"(?:{"|".join(LISTS)})"\s*:\s*\[')
"""The beginning of an answer that has its records in a list."""

_NEXT = re.compile(r"\n[ \t]*(?=\{)")
_ENOUGH = 4096
"""The characters by which an answer can be told from a record."""

_SHORT = 8
"""The characters of a word of JSON, and more, before which a text ends that could go on."""

_SHOWN = 200
"""The characters that are enough of what is no value."""


class LogValues:
    """The values of a text that comes in pieces, each as bytes, with the number of the line on which it begins.

    What is no value is handed on up to the next line that begins with one. `too_long` has the lines of those that are
    larger than any record; `unterminated` is that of the last value, if it ends in the middle.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        """Take the pieces, of which none is read before values are asked for."""
        self._pieces = iter(pieces)
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._scan = json.JSONDecoder(strict=False, parse_int=str, parse_float=str).raw_decode
        self._text = ""
        self._at = 0
        self._line = 1
        self.too_long: list[int] = []
        self.unterminated = 0

    def __iter__(self) -> Iterator[tuple[Sequence[int], list[bytes]]]:
        """Yield values with the numbers of their lines, from 1."""
        listed = False
        while self._reach_value():
            if listed and self._text[self._at] in '"}':
                self._leave_answer()
            elif beginning := _LIST.match(self._text, self._at):
                listed = True
                self._advance(beginning.end())
            else:
                number = self._line
                record = self._value()
                if record is not None:
                    yield (number,), [record]

    def _reach_value(self) -> bool:
        """Move to the next value, with enough of it to see what it is; tell whether there is one."""
        while True:
            between = _BETWEEN.match(self._text, self._at)
            if between is not None:
                self._advance(between.end())
            if len(self._text) - self._at >= _ENOUGH or not self._refill():
                return self._at < len(self._text)

    def _leave_answer(self) -> None:
        """Pass what follows the list of an answer, up to the end of this."""
        try:
            _, end = self._scan("{" + self._text[self._at : self._at + LONGEST])
        except (ValueError, RecursionError):
            end = 2
        self._advance(self._at + end - 1)

    def _value(self) -> bytes | None:
        """Return the next value, or the beginning of what is none; None for one that is too long."""
        while True:
            try:
                _, end = self._scan(self._text, self._at)
            except RecursionError:
                return self._damaged()
            except json.JSONDecodeError as error:
                ended = error.pos >= len(self._text) - _SHORT or error.msg.startswith("Unterminated")
                if not ended:
                    return self._damaged()
                if len(self._text) - self._at > LONGEST:
                    self.too_long.append(self._line)
                    self._damaged()
                    return None
                if not self._refill():
                    self.unterminated = self._line
                    return self._end()
            else:
                start = self._at
                self._advance(end)
                return self._text[start:end].encode("utf-8", "surrogateescape")

    def _damaged(self) -> bytes:
        """Move to the next line that begins a value, and return the beginning of what was passed."""
        shown = self._shown()
        following = _NEXT.search(self._text, self._at + 1)
        while following is None:
            self._advance(len(self._text))
            if not self._refill():
                return shown
            following = _NEXT.search(self._text, self._at)
        self._advance(following.end())
        return shown

    def _end(self) -> bytes:
        """Move to the end, and return the beginning of what was passed."""
        shown = self._shown()
        self._advance(len(self._text))
        return shown

    def _shown(self) -> bytes:
        return self._text[self._at : self._at + _SHOWN].encode("utf-8", "surrogateescape")

    def _advance(self, end: int) -> None:
        self._line += self._text.count("\n", self._at, end)
        self._at = end

    def _refill(self) -> bool:
        """Read a piece behind what is left; tell whether there was one."""
        piece = next(self._pieces, None)
        self._text = self._text[self._at :] + self._decode(piece or b"", piece is None)
        self._at = 0
        return piece is not None
