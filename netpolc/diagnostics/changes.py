"""The effect of a fix on the lines of a source."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.diagnostics.model import Edit, Fix


class LineChange(msgspec.Struct, frozen=True):
    """A line that a fix changes (`~`), adds (`+`) or takes away (`-`), and the offset in it that is worth seeing."""

    source: Source
    number: int
    sign: Literal["~", "+", "-"]
    text: str
    focus: int


def changes_of(fix: Fix) -> Iterator[LineChange]:
    """Yield the lines that a fix touches, as they will read; those that it empties or takes away, as they were."""
    edits = sorted(fix.edits, key=lambda edit: edit.location.order)
    for _, of_source in groupby(edits, key=lambda edit: edit.location.source):
        for region in _regions(list(of_source)):
            yield from _changes(region)


def _regions(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Group the edits of one source that share a line."""
    region: list[Edit] = []
    for edit in edits:
        source = edit.location.source
        if region and edit.location.line > source.line_of(region[-1].location.span.end):
            yield region
            region = []
        if not region or edit.location.span.start >= region[-1].location.span.end:
            region.append(edit)
    if region:
        yield region


def _changes(region: Sequence[Edit]) -> Iterator[LineChange]:
    source = region[0].location.source
    number = region[0].location.line
    whole = _whole_lines(source, region)
    old = source.text[whole.start : whole.end].split("\n")
    new = _edited(source, whole, region).split("\n")
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    same = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    focus = region[0].location.span.start - whole.start
    for i in range(same, max(len(old), len(new))):
        sign: Literal["~", "+", "-"] = "+" if i >= len(old) else "~" if any(new[i : i + 1]) else "-"
        text = old[i] if sign == "-" else new[i]
        yield LineChange(source, number + i, sign, text.rstrip("\r"), focus if i == 0 else 0)


def _whole_lines(source: Source, region: Sequence[Edit]) -> Span:
    starts = source.line_starts
    last = source.line_of(max(edit.location.span.end for edit in region))
    end = starts[last] - 1 if last < len(starts) else len(source.text)
    return Span(starts[region[0].location.line - 1], end)


def _edited(source: Source, whole: Span, region: Sequence[Edit]) -> str:
    parts = []
    at = whole.start
    for edit in region:
        parts += [source.text[at : edit.location.span.start], edit.text]
        at = edit.location.span.end
    return "".join([*parts, source.text[at : whole.end]])
