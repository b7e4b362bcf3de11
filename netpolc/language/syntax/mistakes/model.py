"""Near-misses as data: text that only looks like netpol, where the parser met it, and the right spelling for it."""

from __future__ import annotations

import re

import msgspec

from netpolc.diagnostics.model import Edit, Fix
from netpolc.source import Location, Source, Span

GAP = r"(?:\s++|#[^\n]*+)*+"
"""Blanks, newlines and whole comments: taken in one way only, or long ones would take forever, and much memory."""

ANNOTATIONS = re.compile(
    rf'(?:@[A-Za-z0-9_-]+[ \t]*\({GAP}(?:"(?:[^"\\\n]++|\\[^\n])*+"|[0-9-]+){GAP}\){GAP})++',
)
MARKS = re.compile(r'"(?:[^"\\\n]++|\\[^\n])*+"|#[^\n]*+|[{}]')
INSIDE = 200
"""How far back a statement is looked at; only its last words tell what its author meant."""


NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
PART = r"(?:[A-Za-z0-9_*][A-Za-z0-9_.*-]*|\[[^\]\n]*\])"
ELEMENT = rf"{PART}(?:/{PART})?"
"""An endpoint without braces, or a port, as they are written; whether it is one is for others to say."""


class NearMiss(msgspec.Struct, frozen=True):
    """A text that was written instead of netpol, and what to write; `replacement` where one edit corrects it.

    The edit is of the span, or of all that is `replaced` where that is more. `resume` is where reading goes on, if that
    is known better than by looking for the next newline.
    """

    code: str
    message: str
    span: Span
    help: str
    replacement: str | None = None
    resume: int | None = None
    replaced: Span | None = None

    def fixes(self, source: Source) -> tuple[Fix, ...]:
        """Return the edit that corrects it, if there is one."""
        place = Location(source, self.replaced or self.span)
        return () if self.replacement is None else (Fix(self.help, (Edit(place, self.replacement),)),)


class ErrorContext(msgspec.Struct, frozen=True):
    """The place of a syntax error: an offset past blanks, the start of its statement, and the brackets open there."""

    text: str
    at: int
    start: int
    opened: tuple[int, ...]

    @property
    def line_start(self) -> int:
        """The offset at which the line begins."""
        return self.text.rfind("\n", 0, self.at) + 1

    @property
    def line_end(self) -> int:
        """The offset of the line's end, blanks before it left out."""
        end = self.text.find("\n", self.at)
        return len(self.text[self.line_start : len(self.text) if end < 0 else end].rstrip()) + self.line_start

    @property
    def line(self) -> str:
        """The line around the offset."""
        return self.text[self.line_start : self.line_end]

    @property
    def head(self) -> str:
        """What was read of the statement, or the end of it."""
        return self.text[max(self.start, self.at - INSIDE) : self.at].rstrip()

    @property
    def head_end(self) -> int:
        """Where what was read of the statement ends, without blanks."""
        return self.start + len(self.text[self.start : self.at].rstrip())

    @property
    def character(self) -> str:
        """The character at which the parser stopped; nothing at the end."""
        return self.text[self.at : self.at + 1]

    @property
    def bracket(self) -> str:
        """The innermost open bracket, or nothing."""
        return self.text[self.opened[0]] if self.opened else ""

    @property
    def inside(self) -> str:
        """What was read since the innermost open bracket, or nothing."""
        return self.text[self.opened[0] + 1 : self.at] if self.opened else ""

    @property
    def past_arrow(self) -> bool:
        """Whether the statement's arrow was read."""
        return "->" in self.head


def context_of(text: str, at: int, start: int, opened: tuple[int, ...]) -> ErrorContext:
    """Describe the place at an offset, past blanks before it and past annotations above its statement."""
    while text[at : at + 1] in {" ", "\t"}:
        at += 1
    above = ANNOTATIONS.match(text, start, at)
    return ErrorContext(text, at, start if above is None else above.end(), opened)


def end_of_block(text: str, opener: int) -> int:
    """Find where the block of a `{` ends, behind its `}`; the end of the text where it is not closed."""
    depth = 0
    for match in MARKS.finditer(text, opener):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    return len(text)


def spanned(match: re.Match[str]) -> Span:
    """Return the span of a match."""
    return Span(match.start(), match.end())
