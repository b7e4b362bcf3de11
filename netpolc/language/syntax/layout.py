"""The lines of a source: where a bracketed list is broken, and where comments stand.

Where a line is too long, the longest list on it is broken, then the next, and only then the lists inside those.
The layout of a statement depends on its tree and on the comments inside it, never on its neighbours, so that a change
of one statement shows as a difference of its own lines only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.language.syntax.comments import Comments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.language.syntax import tree

WIDTH = 100
"""A statement that passes this many columns on one line is broken at its brackets."""

INDENT = 2


class ListMember(msgspec.Struct, frozen=True, gc=False):
    """A member of a list and the offset at which the source has it."""

    pieces: Sequence[Piece]
    start: int


class BracketedList(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A bracketed list: `flat` on one line, or one member a line. `end` is its end in the source.

    `ending` follows the last member of a broken list. A `lone` member needs no brackets on one line, and its list is
    broken for the sake of a comment only.
    """

    opener: str
    members: Sequence[ListMember]
    closer: str
    end: int
    flat: str
    ending: str = ","
    lone: bool = False


Piece = str | BracketedList


def bracketed(
    brackets: str, members: Sequence[ListMember], end: int, *, ending: str = ",", bare_alone: bool = False
) -> BracketedList:
    """Return a list between two brackets; `bare_alone` where a single member is written without them."""
    opener, closer = brackets[0], brackets[1]
    lone = bare_alone and len(members) == 1
    flat = ", ".join([flat_of(member.pieces) for member in members])
    if not lone:
        flat = opener + flat + closer
    return BracketedList(opener=opener, members=members, closer=closer, end=end, flat=flat, ending=ending, lone=lone)


def flat_of(pieces: Sequence[Piece]) -> str:
    """Write pieces on one line."""
    return "".join([piece if isinstance(piece, str) else piece.flat for piece in pieces])


class LineWriter:
    """The lines written so far, and the comments still to be written."""

    def __init__(self, comments: Sequence[tree.Comment], text: str) -> None:
        """Start an empty file, whose comments stand in a source text as given."""
        self.lines: list[str] = []
        self.comments = Comments(comments, text)
        self._open = False

    def line(self, text: str) -> None:
        """Start a line, which may be continued and may end in one comment."""
        self.lines.append(text)
        self._open = True

    def own_line(self, comment: tree.Comment, indent: int) -> None:
        """Write a comment on a line of its own."""
        self.lines.append(" " * indent + comment.text.rstrip())
        self._open = False

    def comments_before(self, offset: int) -> Sequence[tree.Comment]:
        """Take the comments before an offset; one at the end of a line goes there, the others are returned."""
        comments = self.comments.take_before(offset)
        if not comments or not self._open or not self.comments.shares_line(comments[0]):
            return comments
        self.lines[-1] += "  " + comments[0].text.rstrip()
        self._open = False
        return comments[1:]

    def own_lines(self, offset: int, indent: int) -> None:
        """Write the comments before an offset: one at the end of the line, the others on lines of their own."""
        for comment in self.comments_before(offset):
            self.own_line(comment, indent)

    def statement(self, pieces: Sequence[Piece], indent: int, end: int) -> None:
        """Write a statement, or the head of one, that ends at an offset: on one line where it may."""
        flat = " " * indent + flat_of(pieces)
        if len(flat) <= WIDTH and not self.comments.any_before(end):
            self.line(flat)
            return
        self.line(" " * indent)
        self._write(pieces, indent, tail=0)

    def _write(self, pieces: Sequence[Piece], indent: int, *, tail: int) -> None:
        """Continue the line; `tail` is the width of what follows the pieces on their last line."""
        broken = self._commented(pieces)
        while (longest := self._longest_in_the_way(pieces, broken, indent, tail)) is not None:
            broken.add(longest)
        for at, piece in enumerate(pieces):
            if isinstance(piece, str):
                self.lines[-1] += piece
            elif at in broken:
                self._break(piece, indent)
            else:
                self.lines[-1] += piece.flat

    def _commented(self, pieces: Sequence[Piece]) -> set[int]:
        """Return the places of the lists with comments inside."""
        found: set[int] = set()
        passed = 0
        for at, piece in enumerate(pieces):
            if isinstance(piece, BracketedList) and (count := self.comments.count_before(piece.end)) > passed:
                found.add(at)
                passed = count
        return found

    def _longest_in_the_way(self, pieces: Sequence[Piece], broken: set[int], indent: int, tail: int) -> int | None:
        """Return the place of the longest list on the first line that passes the width and can be broken."""
        width = len(self.lines[-1])
        unbroken: list[tuple[int, int]] = []
        for at, piece in enumerate(pieces):
            if isinstance(piece, str):
                width += len(piece)
            elif at not in broken:
                width += len(piece.flat)
                if not piece.lone:
                    unbroken.append((len(piece.flat), at))
            else:
                width += len(piece.opener)
                if unbroken and width > WIDTH:
                    break
                width, unbroken = indent + len(piece.closer), []
        else:
            width += tail
        return max(unbroken)[1] if unbroken and width > WIDTH else None

    def _break(self, broken: BracketedList, indent: int) -> None:
        """Write a list with one member a line, each with its comments."""
        inner = indent + INDENT
        last = len(broken.members) - 1
        self.lines[-1] += broken.opener
        for at, member in enumerate(broken.members):
            self.own_lines(member.start, inner)
            self.line(" " * inner)
            separator = "," if at < last else broken.ending
            self._write(member.pieces, inner, tail=len(separator))
            self.lines[-1] += separator
        self.own_lines(broken.end, inner)
        self.line(" " * indent + broken.closer)
