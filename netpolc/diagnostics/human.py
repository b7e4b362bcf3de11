"""Diagnostics for a person at a terminal: the source, marks under it, and the way out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.changes import LineChange, changes_of
from netpolc.diagnostics.excerpt import excerpt, line_span
from netpolc.diagnostics.marks import Mark, rows_under
from netpolc.diagnostics.model import Diagnostic, Fix, Label, collect
from netpolc.diagnostics.paint import Paint, Style, in_black, in_color
from netpolc.diagnostics.private import shown_to
from netpolc.diagnostics.visible import sentence
from netpolc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FAR = 3
"""How many lines may be left out between two shown ones without a word."""

LONGEST_FIX = 6
NARROWEST = 20


def render(diagnostics: Iterable[Diagnostic], *, color: bool, width: int) -> str:
    """Write all diagnostics by place, a blank line between them; source lines are cut to the width, messages not."""
    paint = in_color if color else in_black
    return "\n".join(_Page(diagnostic, paint, width).text() for diagnostic in collect(diagnostics))


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """Count as in `2 errors, 1 warning`; empty when there is nothing to count."""
    counts = Counter[str](diagnostic.severity for diagnostic in collect(diagnostics))
    severities = [severity for severity in ("error", "warning", "note") if counts[severity]]
    return ", ".join(f"{counts[severity]} {severity}{'s' * (counts[severity] > 1)}" for severity in severities)


class _LabelledSpan(msgspec.Struct, frozen=True):
    """A labelled place on one line."""

    line: int
    span: Span
    message: str
    primary: bool


class _Page:
    """One diagnostic on its way to paper."""

    def __init__(self, diagnostic: Diagnostic, paint: Paint, width: int) -> None:
        self._diagnostic = diagnostic
        self._paint = paint
        self._blocks = _blocks(diagnostic)
        self._fixes = [(fix, list(changes_of(fix))) for fix in diagnostic.fixes]
        lines = [part.line for _, parts in self._blocks for part in parts]
        lines += [change.number for _, changes in self._fixes for change in changes[:LONGEST_FIX]]
        self._digits = len(str(max(lines, default=1)))
        self._width = max(width - self._digits - len("  | "), NARROWEST)

    def text(self) -> str:
        """Write all of its lines."""
        lines = [self._header()]
        for source, parts in self._blocks:
            lines += self._block(source, parts, first=len(lines) == 1)
        lines += self._advice()
        return "\n".join(lines) + "\n"

    def _header(self) -> str:
        severity = self._diagnostic.severity
        kind = self._paint(f"{severity}[{self._diagnostic.code}]", severity)
        return f"{kind}{self._paint(': ' + sentence(self._diagnostic.message), 'bold')}"

    def _block(self, source: Source, parts: Sequence[_LabelledSpan], *, first: bool) -> Iterator[str]:
        """Write the lines of one source, under the place that the reader looks for."""
        if not first:
            yield self._gutter("")
        head = next((part for part in parts if part.primary), parts[0])
        yield self._place("-->" if first else ":::", source.name, *source.position(head.span.start))
        yield self._gutter("")
        shown = parts[0].line
        for line in sorted({part.line for part in parts}):
            if line - shown > FAR:
                yield self._paint("...", "gutter")
            yield from self._marked_line(source, line, [part for part in parts if part.line == line])
            shown = line

    def _marked_line(self, source: Source, number: int, parts: Sequence[_LabelledSpan]) -> Iterator[str]:
        line = line_span(source, number)
        focus = next((part for part in parts if part.primary), parts[0])
        shown = excerpt(source.text, line, focus.span.start, self._width, shown_to(source, number, self._diagnostic))
        yield self._gutter(str(number), shown.text)
        marks = []
        for part in parts:
            start, end = shown.place(Span(part.span.start, min(part.span.end, line.end)))
            style: Style = self._diagnostic.severity if part.primary else "gutter"
            marks.append(Mark(start, end, sentence(part.message), part.primary, style))
        for row in rows_under(marks):
            yield self._gutter("", row.painted(self._paint))

    def _advice(self) -> Iterator[str]:
        advice = self._diagnostic.help
        if advice is not None and advice not in {fix.message for fix, _ in self._fixes}:
            yield self._note("help", advice)
        for fix, changes in self._fixes:
            yield from self._fix(fix, changes)

    def _fix(self, fix: Fix, changes: Sequence[LineChange]) -> Iterator[str]:
        yield self._note("fix", fix.message)
        here = self._blocks[0][0].name if self._blocks else None
        for change in changes[:LONGEST_FIX]:
            if change.source.name != here:
                here = change.source.name
                yield self._place(":::", here, change.number, 1)
            style: Style = "removed" if change.sign == "-" else "added"
            shown = excerpt(change.text, Span(0, len(change.text)), change.focus, self._width)
            number = self._paint(f" {change.number:>{self._digits}} ", "gutter")
            yield f"{number}{self._paint(f'{change.sign} {shown.text}'.rstrip(), style)}"
        if len(changes) > LONGEST_FIX:
            yield self._paint("...", "gutter")

    def _gutter(self, number: str, text: str = "") -> str:
        return f"{self._paint(f' {number:>{self._digits}} |', 'gutter')} {text}".rstrip(" ")

    def _place(self, arrow: str, name: str, line: int, column: int) -> str:
        margin = self._paint(" " * (self._digits + 1) + arrow, "gutter")
        return f"{margin} {sentence(name)}:{line}:{column}"

    def _note(self, kind: str, text: str) -> str:
        """Write advice under the source; its own line breaks are kept, lined up."""
        margin = " " * (self._digits + 2)
        first, *others = (sentence(line) for line in text.split("\n"))
        head = f"{margin}{self._paint('=', 'gutter')} {self._paint(kind + ':', 'help')} {first}"
        return "\n".join([head, *(f"{margin}{' ' * len(f'= {kind}: ')}{line}" for line in others)])


def _blocks(diagnostic: Diagnostic) -> list[tuple[Source, list[_LabelledSpan]]]:
    """Return the places of a diagnostic by source, that of the primary first, each in the order of its lines."""
    labels = [(label, False) for label in diagnostic.labels]
    if diagnostic.location is not None:
        labels.insert(0, (Label(diagnostic.location, diagnostic.label), True))
    blocks: dict[Source, list[_LabelledSpan]] = {}
    for label, primary in labels:
        location = label.location
        part = _LabelledSpan(location.line, location.span, label.message, primary)
        blocks.setdefault(location.source, []).append(part)
    for parts in blocks.values():
        parts.sort(key=lambda part: (part.line, part.span.start, part.span.end))
    return list(blocks.items())
