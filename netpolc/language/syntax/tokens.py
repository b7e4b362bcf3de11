"""What the lexer cuts a text into."""

from __future__ import annotations

import msgspec

from netpolc.source import Span


class Token(msgspec.Struct, frozen=True, gc=False):
    """A terminal of the grammar by its name, and what stands for it in the text."""

    kind: str
    text: str
    span: Span
