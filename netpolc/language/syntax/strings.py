"""Quoted strings with the escapes of JSON (RFC 8259, section 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Callable

ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
HEX_DIGITS = 4


def read_string(quoted: str, location: Location) -> tuple[str, Diagnostic | None]:
    """Return the text of a quoted string, and what is wrong with it, if anything.

    Lone surrogates are refused: no UTF-8 output could hold them.
    """
    inner = quoted[1:-1]
    problem = _problem(location)
    for offset, character in enumerate(inner):
        if character < " " and character != "\t":
            return "", problem(offset + 1, 1, f"a string cannot hold the character U+{ord(character):04X}")
    if "\\" not in inner:
        return inner, None
    parts: list[str] = []
    at = 0
    while at < len(inner):
        backslash = inner.find("\\", at)
        if backslash < 0:
            parts.append(inner[at:])
            break
        parts.append(inner[at:backslash])
        length, text = _escape(inner, backslash)
        if text is None:
            return "", problem(backslash + 1, length, f"unknown escape `{inner[backslash : backslash + length]}`")
        parts.append(text)
        at = backslash + length
    return "".join(parts), None


def _escape(inner: str, at: int) -> tuple[int, str | None]:
    """Return the length of the escape at an offset, and its text unless there is no such escape."""
    letter = inner[at + 1]
    if letter in ESCAPES:
        return 2, ESCAPES[letter]
    if letter != "u":
        return 2, None
    high = _unit(inner, at)
    if high is None:
        return 2, None
    if not 0xD800 <= high <= 0xDFFF:  # noqa: PLR2004 -- the surrogates, which Unicode fixes
        return 6, chr(high)
    low = _unit(inner, at + 6)
    if low is None or not (0xD800 <= high <= 0xDBFF and 0xDC00 <= low <= 0xDFFF):  # noqa: PLR2004 -- as above
        return 6, None
    return 12, chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _unit(inner: str, at: int) -> int | None:
    digits = inner[at + 2 : at + 2 + HEX_DIGITS]
    if (
        inner[at : at + 2] != "\\u"
        or len(digits) < HEX_DIGITS
        or not all(d in "0123456789abcdefABCDEF" for d in digits)
    ):
        return None
    return int(digits, 16)


def _problem(location: Location) -> Callable[[int, int, str], Diagnostic]:
    start = location.span.start

    def diagnostic(offset: int, length: int, message: str) -> Diagnostic:
        return Diagnostic(
            code="NP104",
            severity="error",
            message=message,
            location=Location(location.source, Span(start + offset, start + offset + length)),
            help='strings know the escapes of JSON: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX',
        )

    return diagnostic
