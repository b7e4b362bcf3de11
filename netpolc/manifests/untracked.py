"""A fast reader that does not track positions, for text in which much is repeated, such as the output of a build.

It reads what `plain` reads, but for a few rare forms. Parts that are written alike are read once and become the same
node, so no node can say where it stands: all offsets are zero. Other text it leaves to other readers.

It is a fast path beside `plain`: without it, a first build of 1,500 services takes 1.15 times the CPU time. That both
read the same is held by `tests/unit/manifests/test_untracked.py`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from netpolc.manifests.lines import BLANK, COLLECTION, COMMENT, FOREIGN, NOTHING, SCALAR, LineParts, parse_line
from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 50
"""How deep collections may nest here: each level is split anew."""

LONGEST = 1_000
"""The characters beyond which a part is not expected to be written again."""

MOST_PARTS = 20_000
"""The fields, and the items, beyond which those of documents before are let go; what is written often comes again."""

# The column of a line's content behind its dashes, their number, a key, a value, and whether that may be further in.
_ParsedLine = tuple[int, int, str | None, Node | None, bool]

# The column of a key, the number of dashes before it, the key, and its value.
_Field = tuple[int, int, str, Node]

# Comments on lines of their own. Where such a line is a part of some text, that begins on a line that is not read here.
_without_comments = re.compile(rf"\n[ ]*+{COMMENT}(?=\n)").sub


def read_untracked(text: str, nodes: NodeCache) -> Node | None:
    """Read one document, or return None where it uses other YAML than this reader knows."""
    if not text.isascii() and re.search(FOREIGN, text) is not None:
        return None
    content = _without_comments("", f"\n{text}\n").strip("\n")
    documents = nodes.documents
    root = None if documents is None else documents.get(content)
    if root is None:
        nodes.begin()
        root = nodes.block(content, -1, DEEPEST) if content else None
        if root is not None and documents is not None:
            documents[content] = root
    return root


class NodeCache:
    """The nodes of the lines, fields and items read so far, to be shared between the documents of a stream.

    `documents` has the nodes of whole ones, for texts of which most was read before; None where none is kept.
    """

    def __init__(self, *, keeps_documents: bool = False) -> None:
        """Create an empty cache."""
        self.documents: dict[str, Node] | None = {} if keeps_documents else None
        self._lines: dict[str, _ParsedLine] = {}
        self._fields: dict[str, _Field] = {}
        self._items: dict[str, Node] = {}

    def begin(self) -> None:
        """Make ready for a document: of those before, not all is kept."""
        for parts in (self._fields, self._items):
            if len(parts) > MOST_PARTS:
                parts.clear()

    def block(self, text: str, outer: int, depth: int) -> Node | None:
        """Read whole lines as a collection, or return None where it does not begin further in than an outer column."""
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
        """Read a mapping whose first line may begin with the dash of an item."""
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

    def _line(self, line: str) -> _ParsedLine:
        parsed = self._lines.get(line)
        if parsed is None:
            parsed = self._lines[line] = _parse_line(parse_line(line) or BLANK)
        return parsed


def _parse_line(line: LineParts) -> _ParsedLine:
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
    """Return a function that splits text before each line whose content begins in a column."""
    return re.compile(rf"\n(?={' ' * column}[^ ])").split
