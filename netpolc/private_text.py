"""The parts of manifests that no output shows: what Secrets hold, data, and the values of variables.

A text that is shown may be one that nobody can parse, so this looks at lines, their indentation and their keys, in YAML
as in JSON, and rather hides too much. Positions are shown, texts are not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORTH_A_LOOK = re.compile(r"\b(?:Secret|data|stringData|binaryData|env|value)\b").search
_SECRET = re.compile(r"""(?:^|[\s{,\-])["']?kind["']?\s*:\s*["']?Secret["']?\s*(?:$|[,}#\s])""").search
_FIELD_INSIDE = re.compile(
    r"""[{,\["'\s](["']?)(?:value\1\s*:\s*(?=\S)|(?:data|stringData|binaryData|env)\1\s*:\s*(?=[{\[]))"""
).search
_KEY = re.compile(r"""((?:\s*-\s+)*\s*)(["']?)([\w./-]+)\2\s*:(?=\s|$)""").match
_OBJECT = re.compile(r"""\s*-\s+["']?(?:apiVersion|kind|metadata)\b|\s*[{}]|\s*-\s*\{""").match
_BESIDE_ITEMS = re.compile(r"(?:apiVersion|kind|metadata|items)\b").match

_VALUE = re.compile(r"""[\s-]*(["']?)value\1(?=[\s:]|$)""").match

_BLOCKS = frozenset({"data", "stringData", "binaryData", "env"})
_OF_VARIABLES = frozenset(
    {"name", "valueFrom", "secretKeyRef", "configMapKeyRef", "fieldRef", "fieldPath", "resourceFieldRef", "resource"}
)
"""Keys of a variable that say where its value is from."""
_OF_SECRETS = frozenset({"apiVersion", "kind", "metadata", "type", "immutable"})


class _Line(msgspec.Struct, frozen=True):
    """A line: the column of its text, and of its key, the name of that, and the column after it."""

    text: str
    indent: int
    column: int
    name: str
    end: int

    @property
    def rest(self) -> str:
        """What follows the key."""
        return self.text[self.end :].strip()

    @property
    def opens(self) -> bool:
        """Whether a block or brackets follow the key, and no text of one line: a label may be called `data`, too."""
        return bool(self.name) and (not self.rest or self.rest[0] in "{[&!#|>")


def private_starts(text: str, *, unreadable: bool = False) -> dict[int, int]:
    """Return the lines with private text, which count from 0, and the column from which on it is private.

    Where a text is `unreadable`, nobody knows where a Secret ends, so all of its document is private.
    """
    if not _WORTH_A_LOOK(text):
        return {}
    lines = [_line(line) for line in text.split("\n")]
    return {**_values(lines), **_secrets(lines, whole=unreadable)}


def _line(text: str) -> _Line:
    indent = len(text) - len(text.lstrip())
    key = _KEY(text)
    return (
        _Line(text, indent, indent, "", indent) if key is None else _Line(text, indent, key.end(1), key[3], key.end())
    )


def _values(lines: Sequence[_Line]) -> dict[int, int]:
    """Find what is below `env` and `data`, and what comes after `value`, in any object."""
    found: dict[int, int] = {}
    block: _Line | None = None
    value: _Line | None = None
    for number, line in enumerate(lines):
        if not line.text.strip():
            continue
        value = None if value is None or _is_after(line, value.column, items=False) else value
        block = None if block is None or _is_after(line, block.column, items=True) else block
        if value is not None:
            found[number] = line.indent
        elif _VALUE(line.text):
            found[number], value = line.end, line
        elif (start := _start_of_value(line, block)) is not None:
            found[number] = start
        if block is None and line.name in _BLOCKS and line.opens:
            block = line
    return found


def _start_of_value(line: _Line, block: _Line | None) -> int | None:
    """Return where a line of a block, or one that opens a block in brackets, has something private."""
    inside = _FIELD_INSIDE(line.text)
    if inside is not None:
        return inside.end() if block is None else line.end
    if block is None:
        return line.end if line.name in _BLOCKS and line.opens and line.rest else None
    return None if block.name == "env" and line.name in _OF_VARIABLES else line.end


def _is_after(line: _Line, column: int, *, items: bool) -> bool:
    """Tell whether a line is below no key at a column any more, whose `items` may stand right below it.

    What is indented wrongly, and no key or item, belongs to what comes before.
    """
    item = line.text.lstrip().startswith(("- ", "]", "}"))
    if not (line.name or item):
        return False
    return line.indent < column or (line.indent == column and not (items and item))


def _secrets(lines: Sequence[_Line], *, whole: bool) -> dict[int, int]:
    """Find all of each Secret but for the keys that every object has, or the `whole` document around it."""
    found: dict[int, int] = {}
    for number, line in enumerate(lines):
        if number in found or _SECRET(line.text) is None:
            continue
        column = line.column if line.name == "kind" and not whole else 0
        for inner in _lines_of_object(lines, number, column):
            is_told = lines[inner].column == column and lines[inner].name in _OF_SECRETS
            found[inner] = lines[inner].end if is_told else lines[inner].indent
    return found


def _lines_of_object(lines: Sequence[_Line], number: int, column: int) -> Iterator[int]:
    """Yield the lines of the object that has a key at a column; what is indented wrongly counts as its own."""
    first, last = number, number + 1
    while (
        first and not (lines[first].indent < column and _OBJECT(lines[first].text)) and not _separates(lines[first - 1])
    ):
        first -= 1
    while last < len(lines) and not _ends(lines[last], column):
        last += 1
    yield from range(first, last)


def _ends(line: _Line, column: int) -> bool:
    """Tell whether something else begins: a document, the next object of a list, or what stands beside the list."""
    begins = _OBJECT(line.text) is not None or _BESIDE_ITEMS(line.text) is not None
    return _separates(line) or (line.indent < column and begins)


def _separates(line: _Line) -> bool:
    return line.text.startswith("---")
