"""Tokens, and patterns for those that are looked for in a text before or without parsing it."""

from __future__ import annotations

import msgspec

from netpolc.source import Span

PROSE = r'"(?:[^"\\\n]++|\\[^\n])*+"|#[^\n]*+'
"""Strings and comments."""

BRACKETS = PROSE + r"|[\[\](){}]|\n"
"""Brackets and newlines, and strings and comments, so that those within them are passed over."""


class Token(msgspec.Struct, frozen=True, gc=False):
    """A terminal of the grammar by its name, and what stands for it in the text."""

    kind: str
    text: str
    span: Span
