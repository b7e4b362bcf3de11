"""The positions of keys and values in a TOML text, which the standard library's parser does not tell."""

from __future__ import annotations

import re

from netpolc.source import Span

Keys = tuple[str | int, ...]
"""The way to a value: names of tables and keys, indexes of arrays."""

_TOKEN = re.compile(
    r'''
      (?P<string> """(?:[^\\]|\\.)*?"""(?:"{0,2}) | \'\'\'.*?\'\'\'(?:'{0,2}) | "(?:[^"\\\n]|\\.)*" | '[^'\n]*' )
    | (?P<comment> \#[^\n]* )
    | (?P<sign> [\[\]{},=.\n] )
    | (?P<word> [^\s\[\]{},=.\#"']+ )
    ''',
    re.VERBOSE | re.DOTALL,
)


class Places:
    """The places of one text, which must be valid TOML; a way that is not found leads to the nearest above it."""

    def __init__(self, text: str) -> None:
        """Find every key and value."""
        self._keys: dict[Keys, Span] = {}
        self._values: dict[Keys, Span] = {}
        self._tokens = [found for found in _TOKEN.finditer(text) if found.lastgroup != "comment"]
        self._at = 0
        self._document()

    def key(self, keys: Keys) -> Span:
        """Return the extent of the last key of a way."""
        while keys and keys not in self._keys:
            keys = keys[:-1]
        return self._keys.get(keys, Span(0, 0))

    def value(self, keys: Keys) -> Span:
        """Return the extent of the value at the end of a way; the name of a table stands for all of it."""
        while keys and keys not in self._values and keys not in self._keys:
            keys = keys[:-1]
        return self._values.get(keys) or self._keys.get(keys, Span(0, 0))

    @property
    def _sign(self) -> str:
        """The text of the present token; empty after the last."""
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _document(self) -> None:
        table: Keys = ()
        while sign := self._sign:
            if sign == "\n":
                self._at += 1
            elif sign == "[":
                table = self._header()
            else:
                self._entry(table)

    def _header(self) -> Keys:
        while self._sign == "[":
            self._at += 1
        table = self._key((), "]")
        while self._sign == "]":
            self._at += 1
        return table

    def _key(self, table: Keys, end: str) -> Keys:
        while self._sign not in (end, ""):
            if self._sign != ".":
                table = (*table, self._sign.strip("\"'"))
                self._keys.setdefault(table, Span(*self._tokens[self._at].span()))
            self._at += 1
        return table

    def _entry(self, table: Keys) -> None:
        keys = self._key(table, "=")
        self._at += 1
        self._value(keys)

    def _value(self, keys: Keys) -> None:
        start = self._at
        if self._sign == "[":
            self._array(keys)
        elif self._sign == "{":
            self._inline_table(keys)
        else:
            while self._sign not in (",", "]", "}", "\n", ""):
                self._at += 1
        # No valid text has an empty value, but no text at all may keep the scan from moving on.
        self._at = min(max(self._at, start + 1), len(self._tokens))
        if start < self._at:
            self._values[keys] = Span(self._tokens[start].start(), self._tokens[self._at - 1].end())

    def _array(self, keys: Keys) -> None:
        self._at += 1
        index = 0
        while self._sign not in ("]", ""):
            if self._sign in (",", "\n"):
                index += self._sign == ","
                self._at += 1
            else:
                self._value((*keys, index))
        self._at += 1

    def _inline_table(self, keys: Keys) -> None:
        self._at += 1
        while self._sign not in ("}", ""):
            if self._sign in (",", "\n"):
                self._at += 1
            else:
                self._entry(keys)
        self._at += 1
