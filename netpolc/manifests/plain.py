"""A fast reader for the plain part of YAML in which most manifests are written.

It knows block mappings and sequences, scalars on one line, `{}`, `[]`, comments, and double-quoted text wrapped as
netpolc itself wraps it. It reads these as any YAML parser does, and leaves all other text to other readers.

It is a fast path beside PyYAML: without it, `reach` over 2,000 pods takes twice the CPU time. That both read the same
is held by `tests/unit/manifests/test_plain.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpolc.manifests.lines import COLLECTION, DOUBLE, FOLDED, FOREIGN, SCALAR, LineCache, parse_line, unquoted
from netpolc.manifests.nodes import DEEPEST, Mapping, Node, Scalar, Sequence

# Compiled when it is first asked for: few texts are wrapped.
_FOLDED_LINE = rf'([ ]++)({DOUBLE}*+)("[ ]*+)?+\r?'


def read_plain(text: str, offset: int, cache: LineCache) -> Node | None:  # noqa: C901, PLR0912 - calls would cost most
    """Read the document that begins at an offset, or return None where it uses other YAML than this reader knows.

    `cache` holds parsed lines, of which many are alike; share it between the documents of a stream.
    """
    if not text.isascii() and re.search(FOREIGN, text) is not None:
        return None
    blocks = _Blocks(offset)
    lines = iter(text.split("\n"))
    for line in lines:
        start, offset = offset, offset + len(line) + 1
        if line in cache:
            parts = cache[line]
        else:
            parts = cache[line] = parse_line(line)
        if parts is None:
            return None
        indent, dashes, content, key, kind, value, plain, first, last = parts
        if indent < 0:
            continue
        if blocks.waiting is not None:
            blocks.fill(indent, dashes, start)
        if (blocks.column != indent or not dashes) and not blocks.reach(indent, dashes):
            return None
        if dashes and not blocks.add_items(dashes, content, key, start):
            return None
        blocks.ended = start + last
        node: Node | None = None
        if kind == SCALAR:
            node = Scalar(value, start + first, start + last, plain)
        elif kind == COLLECTION:
            node = _empty(value, start + first)
        elif kind == FOLDED:
            folded = _read_folded(lines, indent)
            if folded is None:
                return None
            blocks.ended, offset = offset + folded[1], offset + folded[2]
            node = Scalar(folded[0], start + first, blocks.ended, plain=False)
        if not blocks.add(key, node, start + content):
            return None
    return blocks.finish()


class _Blocks:
    """The collections that are open at a line, with their columns, the innermost last."""

    __slots__ = ("column", "ended", "name", "root", "stack", "top", "waiting")

    def __init__(self, offset: int) -> None:
        self.top: Mapping | Sequence = Sequence([], offset, offset)
        self.column = -1
        self.stack: list[tuple[int, Mapping | Sequence]] = [(self.column, self.top)]
        self.ended = offset
        self.root: dict[str, Node] = {}
        # The fields of the mapping whose last key waits for its value, and that key; at first, what waits is the whole.
        self.waiting: dict[str, Node] | None = self.root
        self.name = ""

    def fill(self, indent: int, dashes: tuple[int, ...], start: int) -> None:
        """Give the key that waits what begins on this line, or null."""
        if self.waiting is None:
            return
        if indent > self.column or (indent == self.column and dashes):
            opened: Mapping | Sequence
            opened = Sequence([], start + indent, 0) if dashes else Mapping({}, {}, start + indent, 0)
            self.waiting[self.name] = opened
            self._push(indent, opened)
        else:
            self.waiting[self.name] = Scalar("", self.ended, self.ended)
        self.waiting = None

    def reach(self, indent: int, dashes: tuple[int, ...]) -> bool:
        """Close what ends before this line, and tell whether a collection is open in its column."""
        while self.column > indent or (self.column == indent and not dashes and type(self.top) is Sequence):
            self.top.end = self.ended
            self.stack.pop()
            self.column, self.top = self.stack[-1]
        return self.column == indent

    def add_items(self, dashes: tuple[int, ...], content: int, key: str | None, start: int) -> bool:
        """Open the items that the dashes of a line begin, and tell whether dashes can stand there."""
        for dash in dashes[1:]:
            if not self._add_item(dash, Sequence([], start + dash, 0)):
                return False
        if key is not None:
            return self._add_item(content, Mapping({}, {}, start + content, 0))
        return type(self.top) is Sequence

    def add(self, key: str | None, node: Node | None, key_start: int) -> bool:
        """Add an item, a key with its value, or a key that waits for one, and tell whether that can stand there."""
        top = self.top
        if len(self.stack) > DEEPEST:
            return False
        if type(top) is Mapping:
            if key is None or key in top.fields:
                return False
            top.places[key] = key_start
            if node is None:
                self.waiting, self.name = top.fields, key
            else:
                top.fields[key] = node
        elif type(top) is Sequence and node is not None:
            top.items.append(node)
        return True

    def finish(self) -> Node:
        """Close all collections and return the root."""
        if self.waiting is not None:
            self.waiting[self.name] = Scalar("", self.ended, self.ended)
        for _, node in self.stack:
            node.end = self.ended
        return self.root[""]

    def _add_item(self, column: int, item: Mapping | Sequence) -> bool:
        if type(self.top) is not Sequence:
            return False
        self.top.items.append(item)
        self._push(column, item)
        return True

    def _push(self, column: int, node: Mapping | Sequence) -> None:
        self.stack.append((column, node))
        self.column, self.top = column, node


def _empty(text: str, start: int) -> Mapping | Sequence:
    end = start + len(text)
    return Mapping({}, {}, start, end) if text == "{}" else Sequence([], start, end)


def _read_folded(lines: Iterator[str], indent: int) -> tuple[str, int, int] | None:
    """Read the rest of a quoted text; return it with the ends of its quote and its last line, as offsets below."""
    parts: list[str] = []
    size = 0
    for line in lines:
        match = re.fullmatch(_FOLDED_LINE, line)
        if match is None or len(match[1]) <= indent or match[2].endswith(" ") or not match[2]:
            return None
        parts.append(match[2])
        if match[3]:
            return unquoted(f'"{" ".join(parts)}"'), size + match.start(3) + 1, size + len(line) + 1
        size += len(line) + 1
    return None
