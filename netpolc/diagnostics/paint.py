"""The colours of diagnostics."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Literal

Style = Literal["plain", "bold", "error", "warning", "note", "gutter", "help", "removed", "added", "allowed"]
Paint = Callable[[str, Style], str]

# Select Graphic Rendition parameters (ECMA-48, 8.3.117).
_SGR: dict[Style, str] = {
    "bold": "1",
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "gutter": "34",
    "help": "36",
    "removed": "31",
    "added": "32",
    "allowed": "1;32",
}


def in_color(text: str, style: Style) -> str:
    """Write text in the colour of a style."""
    return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if text and style in _SGR else text


def in_black(text: str, _style: Style) -> str:
    """Write text as it is."""
    return text


class Row:
    """One line of cells, written in any order."""

    __slots__ = ("_cells",)

    def __init__(self) -> None:
        """Start with an empty line."""
        self._cells: list[tuple[Style, str]] = []

    def put(self, column: int, text: str, style: Style) -> None:
        """Write over whatever stands from a column on."""
        if not text:
            return
        self._cells += [("plain", " ")] * (column - len(self._cells))
        self._cells[column : column + len(text)] = [(style, character) for character in text]

    def painted(self, paint: Paint) -> str:
        """Write the line in its colours."""
        runs = groupby(self._cells, key=lambda cell: cell[0])
        return "".join(paint("".join(character for _, character in run), style) for style, run in runs)
