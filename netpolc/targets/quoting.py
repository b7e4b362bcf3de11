"""Text in YAML that every reader takes for the same text.

The readers differ on what a plain scalar is: YAML 1.1 and 1.2, and go-yaml, by which Kubernetes reads, between them.
So plain is only what looks like a word to all of them; all else is double-quoted ASCII.
"""

from __future__ import annotations

import re
from functools import lru_cache

WIDTH = 80
"""The columns beyond which a line is wrapped, as yamllint has it unless it is told otherwise."""

# What rarely occurs is compiled when it does.
_word = re.compile(r"[A-Za-z](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?").fullmatch
_IPV4_CIDR = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}/[0-9]{1,2}"
_RESERVED = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"))
_ESCAPED = r"[^ !#-\[\]-~]"
_EXTRA_SPACE = r"^ | $|(?<= ) | (?= )"
_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SURROGATES = range(0xD800, 0xE000)

# Printable to Python, yet shown as nothing: fillers, joiners, variation selectors (Default_Ignorable_Code_Point).
_INVISIBLE = "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"


@lru_cache(maxsize=16384)
def quote(value: str) -> str:
    """Write a scalar on one line that every YAML reader takes for this very string.

    A lone surrogate, which no reader accepts, becomes U+FFFD, as it does in Go's decoders.
    """
    if (_word(value) and value.lower() not in _RESERVED) or re.fullmatch(_IPV4_CIDR, value):
        return value
    return f'"{re.sub(_ESCAPED, _escape_in_scalar, value)}"'


def folded(value: str, indent: int, column: int, width: int = WIDTH) -> str:
    """Write a scalar as `quote` does, from a column on, wrapped at its spaces and indented where it is too long.

    A line break within a double-quoted scalar reads as one space, one after a backslash as nothing.
    """
    text = quote(value)
    if column + len(text) <= width or " " not in text:
        return text
    # The closing quote belongs to the last word, or the line that it ends would be one column too wide.
    words = re.sub(_EXTRA_SPACE, r"\\x20", text[1:-1]).split(" ")
    words[-1] += '"'
    margin = " " * indent
    return '"\\\n' + "\n".join(margin + line for line in _wrapped(words, width - indent))


def comment(text: str) -> str:
    """Make a text safe for one line of a comment: what breaks, reorders or hides text is written as an escape."""
    if text.isprintable() and (text.isascii() or not re.search(_INVISIBLE, text)):
        return text
    return "".join(
        character if character.isprintable() and not re.search(_INVISIBLE, character) else _escape(ord(character))
        for character in text
    )


def comment_lines(text: str, indent: int = 0, width: int = WIDTH) -> str:
    """Write a text as lines of comment, wrapped at spaces, each indented but the first; no line end follows."""
    safe = comment(text)
    room = width - indent - len("# ")
    lines = [safe] if len(safe) <= room else _wrapped(safe.split(), room)
    return f"\n{' ' * indent}".join(f"# {line}".rstrip() for line in lines)


def _wrapped(words: list[str], width: int) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    length = 0
    for word in words:
        if line and length + len(word) > width:
            lines.append(" ".join(line))
            line, length = [], 0
        line.append(word)
        length += len(word) + 1
    return [*lines, " ".join(line)]


def _escape_in_scalar(match: re.Match[str]) -> str:
    character = match[0]
    return _NAMED.get(character) or _escape(0xFFFD if ord(character) in _SURROGATES else ord(character))


def _escape(code: int) -> str:
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - the end of the basic plane
