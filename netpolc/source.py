"""Source text and places in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence


class Span(msgspec.Struct, frozen=True, gc=False, array_like=True, eq=False):
    """A half-open range of offsets, in code points, of one text.

    All spans are equal: positions ride on the nodes of a tree, but never decide whether two trees are the same.
    """

    start: int
    end: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span)

    def __hash__(self) -> int:
        return 0

    def to(self, other: Span) -> Span:
        """Return the range from the start of this span to the end of another."""
        return Span(self.start, other.end)


NOWHERE = Span(0, 0)
"""The span of what nobody wrote: nodes of a tree that is made, not read."""

LONGEST_LINE = 200
"""The characters of a line beyond which a part of it is quoted."""

SUFFIX = ".netpol"
"""What the names of source files end in."""

_OTHER_OBJECT = r"""[{,]\s*["']?(?:apiVersion|kind|metadata|data|stringData|env|value)["']?\s*:"""
"""Where the next object begins in a line that has several, which may be a Secret."""

MANY = 10_000
"""The lines from which on offsets are kept in an array, which takes a tenth of the memory of a list."""

_WITHOUT_SECRETS = (SUFFIX, ".toml", ".j2")

STREAM = "-"
"""What stands for standard input, or standard output, where a file is named."""

CLUSTER = "cluster:"
"""What stands for a cluster where manifests are named, before the name of its context."""

STDIN = "<stdin>"
"""What the text of standard input is called."""


def in_files(path: str) -> bool:
    """Tell whether a path, as a command line has it, names files, and neither standard input nor a cluster."""
    return path != STREAM and not path.startswith(CLUSTER)


def _numbers(count: int) -> list[int] | array[int]:
    """Begin a row of about so many numbers with 0."""
    if count < MANY:
        return [0]
    from array import array  # few texts have so many lines

    return array("I", [0])


class Source:
    """One text and the names by which users know it."""

    __slots__ = ("_private", "_starts", "label", "name", "text")

    def __init__(self, name: str, text: str, label: str | None = None) -> None:
        """Keep a text under its display name: a path as the user wrote it, or `<stdin>`.

        `label` names it in what is written to files, where the working folder of one run may not show.
        """
        self.name = name
        self.text = text
        self.label = name if label is None else label
        self._starts: list[int] | array[int] | None = None
        self._private: dict[bool, dict[int, int]] = {}

    @property
    def line_starts(self) -> Sequence[int]:
        """The offsets at which lines begin; only a newline ends a line."""
        if self._starts is None:
            starts = _numbers(self.text.count("\n"))
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._starts = starts
        return self._starts

    def line_of(self, offset: int) -> int:
        """Return the line of an offset, from 1."""
        # It is asked of each reason of an answer, so it does without another call.
        return bisect_right(self.line_starts if self._starts is None else self._starts, offset)

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset, both from 1, columns in code points."""
        starts = self.line_starts
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def private_from(self, number: int, *, unreadable: bool = False) -> int | None:
        """Return the offset from which on a line, from 1, is not to be shown: in a manifest, it may hold a secret.

        What is `unreadable` may have more of these than its indentation says.
        """
        column = self._private_starts(unreadable=unreadable).get(number - 1)
        return None if column is None else self.line_starts[number - 1] + column

    def has_private(self, *, unreadable: bool = False) -> bool:
        """Tell whether any line is not to be shown whole."""
        return bool(self._private_starts(unreadable=unreadable))

    def _private_starts(self, *, unreadable: bool) -> dict[int, int]:
        private = self._private.get(unreadable)
        if private is None:
            from netpolc.private_text import private_starts  # only findings in manifests need it

            has_none = self.name.endswith(_WITHOUT_SECRETS)
            private = self._private[unreadable] = {} if has_none else private_starts(self.text, unreadable=unreadable)
        return private

    def line(self, number: int) -> str:
        """Return the text of a line, from 1, without its end."""
        starts = self.line_starts
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r\n")

    def __repr__(self) -> str:
        return f"Source({self.name!r})"


class Location:
    """A span of a source. Like spans, all locations are equal."""

    __slots__ = ("source", "span")

    def __init__(self, source: Source, span: Span) -> None:
        """Point at a range of a source."""
        self.source = source
        self.span = span

    @property
    def text(self) -> str:
        """The text that the user wrote there."""
        return self.source.text[self.span.start : self.span.end]

    @property
    def line(self) -> int:
        """The line on which it begins, from 1."""
        return self.source.line_of(self.span.start)

    @property
    def line_text(self) -> str:
        """The line on which it begins, without blanks around it; where that is long, such as JSON, the part from there.

        A file that is one line of a megabyte would else stand in each reason that points into it.
        """
        return self.numbered_line[1]

    @property
    def numbered_line(self) -> tuple[int, str]:
        """The line on which it begins, from 1, and what `line_text` shows of it."""
        number, starts, text = self.line, self.source.line_starts, self.source.text
        first = starts[number - 1]
        last = starts[number] if number < len(starts) else len(text)
        if last - first <= LONGEST_LINE:
            return number, text[first:last].strip()
        part = text[self.span.start : min(last, self.span.start + LONGEST_LINE)]
        other = re.search(_OTHER_OBJECT, part)
        part = part if other is None else part[: other.start()]
        after = "…" if last - self.span.start > len(part) else ""
        before = "…" if self.span.start > first else ""
        return number, f"{before}{part.strip()}{after}"

    @property
    def order(self) -> tuple[str, int, int]:
        """A key that sorts locations as a reader meets them."""
        return self.source.name, self.span.start, self.span.end

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Location)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        line, column = self.source.position(self.span.start)
        return f"{self.source.name}:{line}:{column}"
