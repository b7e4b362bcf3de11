"""The marks under a line of source, and what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.paint import Row, Style

if TYPE_CHECKING:
    from collections.abc import Sequence


class Mark(msgspec.Struct, frozen=True):
    """A marked range of cells; `start < end`."""

    start: int
    end: int
    message: str
    primary: bool
    style: Style

    @property
    def sign(self) -> str:
        """The character that each of its cells is underlined with."""
        return "^" if self.primary else "-"


def rows_under(marks: Sequence[Mark]) -> list[Row]:
    """Write the rows under a line: the underlines with one message beside them, then the others, right to left."""
    beside = max(marks, key=lambda mark: (mark.end, mark.primary, mark.start))
    underlines = _underlines(marks)
    underlines.put(beside.end + 1, beside.message, beside.style)
    below = sorted(
        (mark for mark in marks if mark is not beside and mark.message),
        key=lambda mark: (mark.start, mark.primary),
        reverse=True,
    )
    if not below:
        return [underlines]
    return [underlines, _connectors(below), *_messages(below)]


def _underlines(marks: Sequence[Mark]) -> Row:
    """Put all marks on one row, the narrower above the wider, and the primary above all where it would be hidden."""
    row = Row()
    ordered = sorted(marks, key=lambda mark: (mark.start - mark.end, mark.primary))
    for mark in ordered:
        row.put(mark.start, mark.sign * (mark.end - mark.start), mark.style)
    for mark in ordered:
        if mark.primary and _hidden(mark, marks):
            row.put(mark.start, mark.sign, mark.style)
    return row


def _hidden(mark: Mark, marks: Sequence[Mark]) -> bool:
    """Tell whether narrower marks cover all of a mark."""
    narrower = [other for other in marks if other.end - other.start < mark.end - mark.start]
    at = mark.start
    for other in sorted(narrower, key=lambda other: other.start):
        if other.start <= at:
            at = max(at, other.end)
    return at >= mark.end


def _connectors(marks: Sequence[Mark]) -> Row:
    row = Row()
    for mark in reversed(marks):
        row.put(mark.start, "|", mark.style)
    return row


def _messages(marks: Sequence[Mark]) -> list[Row]:
    rows = []
    for mark in marks:
        row = _connectors([other for other in marks if other.start < mark.start])
        row.put(mark.start, mark.message, mark.style)
        rows.append(row)
    return rows
