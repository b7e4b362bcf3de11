"""A fast reader for the plain part of YAML in which most manifests are written.

It knows block mappings and sequences, scalars on one line, `{}`, `[]`, comments, and double-quoted text wrapped as
netpolc itself wraps it. It reads these as any YAML parser does, and leaves all other text to other readers.

It is a fast path beside PyYAML: without it, `reach` over 2,000 pods takes twice the CPU time. That both read the same
is held by `tests/unit/manifests/test_plain.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netpolc.manifests.lines import COLLECTION, DOUBLE, FOREIGN, NOTHING, SCALAR, LineCache, parse_line, unquoted
from netpolc.manifests.nodes import DEEPEST, Mapping, Node, Scalar, Sequence

_OUTSIDE = -1
"""The column outside of all collections."""

# Compiled when it is first asked for: few texts are wrapped.
_FOLDED_LINE = rf'([ ]++)({DOUBLE}*+)("[ ]*+)?+\r?'


def read_plain(text: str, offset: int, cache: LineCache) -> Node | None:  # noqa: C901, PLR0912, PLR0915
    """Read the document that begins at an offset, or return None where it uses other YAML than this reader knows.

    `cache` holds parsed lines, of which many are alike; share it between the documents of a stream. All is one
    function, since calls would cost the most.
    """
    if not text.isascii() and re.search(FOREIGN, text) is not None:
        return None
    # The collections that are open, with their columns, the innermost last, which is also `top`.
    column = _OUTSIDE
    top: Mapping | Sequence = Sequence([], offset, offset)
    stack = [(column, top)]
    # The fields of the mapping whose last key waits for its value, and that key; at first, what waits is the whole.
    root: dict[str, Node] = {}
    waiting: dict[str, Node] | None = root
    name = ""
    ended = offset
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
        if waiting is not None:
            # What waits is a collection that begins on this line, or null.
            if indent > column or (dashes and indent == column):
                column = indent
                top = Sequence([], start + indent, 0) if dashes else Mapping({}, {}, start + indent, 0)
                waiting[name] = top
                stack.append((column, top))
            else:
                waiting[name] = Scalar("", ended, ended)
            waiting = None
        while column > indent or (column == indent and not dashes and type(top) is Sequence):
            top.end = ended
            stack.pop()
            column, top = stack[-1]
        if column != indent:
            return None
        for column in dashes[1:]:
            if type(top) is not Sequence:
                return None
            item = Sequence([], start + column, 0)
            top.items.append(item)
            top = item
            stack.append((column, top))
        if dashes:
            if type(top) is not Sequence:
                return None
            if key is not None:
                column = content
                mapping = Mapping({}, {}, start + content, 0)
                top.items.append(mapping)
                top = mapping
                stack.append((column, top))
        if len(stack) > DEEPEST:
            return None
        ended = start + last
        if kind == SCALAR:
            node: Node = Scalar(value, start + first, ended, plain)
        elif kind == NOTHING:
            if type(top) is not Mapping or key is None or key in top.fields:
                return None
            top.places[key] = start + content
            waiting, name = top.fields, key
            continue
        elif kind == COLLECTION:
            node = _empty(value, start + first)
        else:
            folded = _read_folded(lines, indent)
            if folded is None:
                return None
            ended, offset = offset + folded[1], offset + folded[2]
            node = Scalar(folded[0], start + first, ended, plain=False)
        if type(top) is Mapping:
            if key is None or key in top.fields:
                return None
            top.places[key] = start + content
            top.fields[key] = node
        elif type(top) is Sequence:
            top.items.append(node)
    if waiting is not None:
        waiting[name] = Scalar("", ended, ended)
    for _, top in stack:
        top.end = ended
    return root[""]


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
