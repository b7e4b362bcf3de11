"""A fast reader for text of which nobody asks where it stands, and in which much is said again and again.

It reads what `plain` reads, but for a few rare forms, and what is written alike it reads once: such parts become the
same node. Its offsets are all zero. Of what it does not know it says nothing, and leaves it to other readers.

It is a fast path beside `plain`: without it, a first build of 1,500 services takes 1.15 times the CPU time. That both
read the same is held by `tests/unit/manifests/test_untracked.py`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from netpolc.manifests.lines import BLANK, COLLECTION, COMMENT, FOREIGN, NOTHING, SCALAR, Line, parse_line
from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 50
"""How deep collections may nest here: each level is split anew."""

LONGEST = 1_000
"""The characters beyond which a part is not expected to be written again."""

# The column of what a line says behind its dashes, their number, a key, a value, and whether that may be further in.
_Said = tuple[int, int, str | None, Node | None, bool]

# The column of a key, the number of dashes before it, the key, and its value.
_Field = tuple[int, int, str, Node]

# Comments on lines of their own. Where such a line is a part of some text, that begins on a line that is not read here.
_without_comments = re.compile(rf"\n[ ]*+{COMMENT}(?=\n)").sub


def read_unplaced(text: str, known: Known) -> Node | None:
    """One document, or None where it takes more than this reader knows."""
    if not text.isascii() and re.search(FOREIGN, text) is not None:
        return None
    content = _without_comments("", f"\n{text}\n").strip("\n")
    return known.block(content, -1, DEEPEST) if content else None


class Known:
    """What was read so far: share it between the documents of a stream."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._lines: dict[str, _Said] = {}
        self._fields: dict[str, _Field] = {}
        self._items: dict[str, Node] = {}

    def block(self, text: str, outer: int, depth: int) -> Node | None:
        """The collection that whole lines are, which has to begin further in than an outer column."""
        column = len(text) - len(text.lstrip(" "))
        if column <= outer or not depth:
            return None
        read = self._sequence if text.startswith("- ", column) else self._mapping
        return read(text, column, depth - 1)

    def _sequence(self, text: str, column: int, depth: int) -> Node | None:
        margin = f"{' ' * column}- "
        items: list[Node] = []
        # What is no item, but stands in the same column, stays behind the item before it, where it can be none.
        for part in text.removeprefix(margin).split(f"\n{margin}"):
            whole = margin + part
            item = self._items.get(whole)
            if item is None:
                item = self._item(whole, column, depth)
                if item is None:
                    return None
                if len(whole) <= LONGEST:
                    self._items[whole] = item
            items.append(item)
        return Sequence(items, 0, 0)

    def _item(self, text: str, column: int, depth: int) -> Node | None:
        inside = column + len("- ")
        if "\n" in text:
            return self._mapping(text, inside, depth)
        content, dashes, key, value, _ = self._line(text)
        if content != inside or dashes != 1 or value is None:
            return None
        return value if key is None else Mapping({key: value}, {}, 0, 0)

    def _mapping(self, text: str, column: int, depth: int) -> Node | None:
        """A mapping whose first line may begin with the dash of an item."""
        fields: dict[str, Node] = {}
        for part in _splitter(column)(text) if "\n" in text else (text,):
            field = self._fields.get(part) or self._field(part, depth)
            if field is None:
                return None
            content, dashes, key, value = field
            if content != column or (dashes and fields) or key in fields:
                return None
            fields[key] = value
        return Mapping(fields, {}, 0, 0)

    def _field(self, text: str, depth: int) -> _Field | None:
        line, _, rest = text.partition("\n")
        content, dashes, key, value, opens = self._line(line)
        if rest:
            value = self.block(rest, content, depth) if opens else None
        if key is None or value is None:
            return None
        field = content, dashes, key, value
        if len(text) <= LONGEST:
            self._fields[text] = field
        return field

    def _line(self, line: str) -> _Said:
        said = self._lines.get(line)
        if said is None:
            said = self._lines[line] = _said(parse_line(line) or BLANK)
        return said


def _said(line: Line) -> _Said:
    _, dashes, content, key, kind, text, plain, _, _ = line
    value: Node | None = None
    if kind == SCALAR:
        value = Scalar(text, 0, 0, plain)
    elif kind == COLLECTION:
        value = Mapping({}, {}, 0, 0) if text == "{}" else Sequence([], 0, 0)
    elif kind == NOTHING:
        value = Scalar("", 0, 0)
    return content, len(dashes), key, value, kind == NOTHING


@cache
def _splitter(column: int) -> Callable[[str], list[str]]:
    """Splits lines into parts that begin in a column."""
    return re.compile(rf"\n(?={'[ ]' * column}[^ ])").split
