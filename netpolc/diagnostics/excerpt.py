"""The part of a line that fits a terminal, and the cells in which its characters stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.visible import cells, visible
from netpolc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

ELLIPSIS = "…"
TAB = "    "


class Excerpt(msgspec.Struct, frozen=True):
    """A shown part of a line.

    `edges` holds the cell at which each shown character begins, from the offset `first` on, and the end of the last.
    """

    text: str
    first: int
    edges: tuple[int, ...]

    def place(self, span: Span) -> tuple[int, int]:
        """Return the cells that a span takes, at least one; what lies outside is placed on the nearer ellipsis."""
        last = len(self.edges) - 1
        start = 0 if span.start < self.first else self.edges[min(span.start - self.first, last)]
        end = self.edges[min(max(span.end - self.first, 0), last)]
        return start, max(end, start + 1)


def line_span(source: Source, number: int) -> Span:
    """Return the range of a line, from 1, without its end."""
    starts = source.line_starts
    start = starts[number - 1]
    end = starts[number] - 1 if number < len(starts) else len(source.text)
    while end > start and source.text[end - 1] == "\r":
        end -= 1
    return Span(start, end)


def excerpt(text: str, line: Span, focus: int, width: int, shown_to: int | None = None) -> Excerpt:
    """Cut the part of a line around an offset that fits the width, with an ellipsis where something is left out.

    What comes after the offset that it may be `shown_to` is left out.
    """
    whole = line.end
    line = line if shown_to is None else Span(line.start, shown_to)
    first, last = _window(text, line, min(max(focus, line.start), line.end), width)
    shown = [_show(character) for character in text[first:last]]
    before = ELLIPSIS if first > line.start else ""
    after = f" {ELLIPSIS}" if shown_to is not None and shown_to == last else ELLIPSIS if last < whole else ""
    edges = [len(before)]
    for character in shown:
        edges.append(edges[-1] + cells(character))
    return Excerpt(before + "".join(shown) + after, first, tuple(edges))


def _window(text: str, line: Span, focus: int, width: int) -> tuple[int, int]:
    if line.end - line.start <= width and _cost(text[line.start : line.end]) <= width:
        return line.start, line.end
    budget = max(width - 2 * len(ELLIPSIS), 1)
    left = text[max(line.start, focus - budget) : focus][::-1]
    right = text[focus : min(line.end, focus + budget)]
    before = _fitting(left, budget // 3)
    after = _fitting(right, budget - _cost(left[:before]))
    before = _fitting(left, budget - _cost(right[:after]))
    return focus - before, focus + after


def _fitting(characters: str, budget: int) -> int:
    """Count the characters that fit."""
    for count, character in enumerate(characters):
        budget -= _cost(character)
        if budget < 0:
            return count
    return len(characters)


def _cost(characters: Iterable[str]) -> int:
    """Return the cells that characters take, at least one each, so that a pile of combining marks ends, too."""
    return sum(max(1, cells(_show(character))) for character in characters)


def _show(character: str) -> str:
    return TAB if character == "\t" else visible(character)
