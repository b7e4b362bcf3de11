"""Comments, as they are found in a text, and taken in order."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from netpolc.language.syntax import tree
from netpolc.language.syntax.tokens import PROSE
from netpolc.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def comments_in(text: str) -> Iterator[tree.Comment]:
    """Yield the comments of a text, in order."""
    for span in CommentSpans(text):
        yield tree.Comment(text[span.start : span.end].rstrip(), span)


class CommentSpans:
    """The spans of a text's comments, found whenever they are asked for: kept, they would take more than the text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Look at a text."""
        self._text = text

    def __iter__(self) -> Iterator[Span]:
        """Yield a span for each comment, from its `#` to the end of its line."""
        if "#" not in self._text:
            return
        for match in re.finditer(PROSE, self._text):
            if self._text[match.start()] == "#":
                yield Span(match.start(), match.end())


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
