"""Comments, taken in order: which stand before an offset, and which share a line with something else."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.language.syntax import tree


class Comments:
    """A cursor over the comments of a text."""

    __slots__ = ("_at", "_comments", "_text")

    def __init__(self, comments: Sequence[tree.Comment], text: str) -> None:
        """Start before the first comment; they are in the order of the text."""
        self._comments = comments
        self._text = text
        self._at = 0

    def any_before(self, offset: int) -> bool:
        """Tell whether a comment that was not taken yet begins before an offset."""
        return self._at < len(self._comments) and self._comments[self._at].span.start < offset

    def count_before(self, offset: int) -> int:
        """Count the comments that were not taken yet and begin before an offset."""
        return bisect_left(self._comments, offset, lo=self._at, key=lambda comment: comment.span.start) - self._at

    def take_before(self, offset: int) -> Sequence[tree.Comment]:
        """Take the comments that begin before an offset."""
        begin = self._at
        while self.any_before(offset):
            self._at += 1
        return self._comments[begin : self._at]

    def shares_line(self, comment: tree.Comment) -> bool:
        """Tell whether something else stands before a comment on its line."""
        start = comment.span.start
        before = self._text[self._text.rfind("\n", 0, start) + 1 : start]
        return bool(before) and not before.isspace()
