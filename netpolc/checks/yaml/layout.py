"""The layout of an object, in blocks, in braces or as JSON, and edits in keeping with it.

Each edit is None where it might go wrong: there is no fix then, and whoever reads the finding has to write it.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Edit
from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence
from netpolc.manifests.scalars import resolve
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from netpolc.source import Source

# Anchors, aliases, tags and explicit keys: what stands in one place counts in another.
_INDIRECT = r"(?<![^\s,\[{])(?:[&*!]\S|\?(?!\S))"
_REST = r"[ \t]*(?:(?<=[ \t])#[^\r\n]*)?(?=\r?\n|\Z)"
_NEAR = 80
_ABOVE = r"(?:[ \t]*(?:#[^\n]*)?\n)*"
_INDENT = r"(?m)^(?=[^\r\n])"


class ObjectLayout:
    """The layout of one object."""

    def __init__(self, root: Mapping, source: Source, *, editable: bool = True) -> None:
        """Look at an object of a source; keys that are there twice, for one, make it no more `editable`."""
        self._root = root
        self._editable = editable
        self._source = source
        self._text = source.text

    @cached_property
    def plain(self) -> bool:
        """Whether each node stands where it counts; else nothing of the object is to be edited."""
        return self._editable and re.search(_INDIRECT, self._text[self._root.start : self._root.end]) is None

    def is_flow(self, node: Node) -> bool:
        """Tell whether a collection is written in brackets."""
        return self._text[node.start : node.start + 1] in {"{", "["} and not isinstance(node, Scalar)

    def is_written(self, node: Node) -> bool:
        """Tell whether there is any text of a node."""
        return node.start < node.end

    def written(self, node: Node) -> str:
        """Return the text of a node."""
        return self._text[node.start : node.end]

    def field(self, mapping: Mapping, name: str, value: str = "") -> str:
        """Write a field as the others of a mapping in brackets are written."""
        quote = '"' if self._is_quoted(mapping) else ""
        return f"{quote}{name}{quote}: {value}"

    def word(self, near: Mapping, text: str) -> str:
        """Write a word as it is written in a mapping, with quotes where it needs them."""
        quoted = self._is_quoted(near) or ":" in text or not isinstance(resolve(text), str)
        return f'"{text}"' if quoted else text

    def put(self, node: Node, text: str) -> Edit | None:
        """Write other text for a node that is written, in place of its quotes, too."""
        quoted = isinstance(node, Scalar) and not node.plain
        if not self.plain or not self.is_written(node) or (quoted and self._text[node.start] not in "\"'"):
            return None
        return self._edit(node.start, node.end, text)

    def replace(self, node: Node, text: str) -> Edit | None:
        """Write other text for a node, in the same quotes; after a colon or a dash, where nothing is written."""
        if not self.plain:
            return None
        if not self.is_written(node):
            before = self._text[max(0, node.start - _NEAR) : node.start]
            space = "" if before.endswith(" ") else " "
            return self._insert(node.start, space + text) if before.rstrip(" ").endswith((":", "-")) else None
        quote = self._text[node.start] if isinstance(node, Scalar) and not node.plain else ""
        if quote and (quote not in "\"'" or text[:1] in "{[\"'"):
            return None
        quote = quote or ('"' if text.startswith(":") else "")
        return self._edit(node.start, node.end, f"{quote}{text}{quote}")

    def rename(self, mapping: Mapping, key: str, name: str) -> Edit | None:
        """Give a field another name."""
        start = mapping.places[key]
        start += self._text[start : start + 1] in {'"', "'"}
        end = start + len(key)
        return self._edit(start, end, name) if self.plain and self._text[start:end] == key else None

    def add_field(self, mapping: Mapping, after: str, name: str, value: str) -> Edit | None:
        """Add a field after one of a mapping; its value is a word, or in brackets."""
        last = mapping.fields[after]
        if not self.plain:
            return None
        if self.is_flow(mapping):
            return self._insert(last.end, f", {self.field(mapping, name, value)}") if self.is_written(last) else None
        return self._add_line(last, self._column(mapping.places[after]), f"{name}: {value}")

    def add_item(self, sequence: Sequence, after: int, lines: tuple[str, ...], inline: str) -> Edit | None:
        """Add an item after one of a list: as lines of their own, or in brackets."""
        last = sequence.items[after]
        if not self.plain:
            return None
        if self.is_flow(sequence):
            return self._insert(last.end, f", {inline}") if self.is_written(last) else None
        dash, inner = self._column(sequence.start), self._column(last.start)
        first, *others = lines
        if inner <= dash + 1:
            return None
        spaces = " " * (inner - dash - 1)
        return self._add_line(last, dash, f"-{spaces}{first}", *(f" {spaces}{line}" for line in others))

    def remove_item(self, sequence: Sequence, index: int) -> Edit | None:
        """Remove an item of a list that is not its first."""
        before, item = sequence.items[index - 1], sequence.items[index]
        if not self.plain or "#" in self._text[before.end : item.start]:
            return None
        return self._edit(before.end, item.end, "")

    def remove_field(self, mapping: Mapping, key: str) -> Edit | None:
        """Remove a field of a mapping; the last one leaves `{}`."""
        if not self.plain:
            return None
        start, end = mapping.places[key], mapping.fields[key].end
        order = sorted(mapping.places, key=mapping.places.__getitem__)
        index = order.index(key)
        if len(order) == 1:
            return self._edit(mapping.start, mapping.end, "{}") if "#" not in self.written(mapping) else None
        if not self.is_flow(mapping) and self._begins_line(start):
            lines = self._lines(start, end)
            return None if lines is None else self._edit(self._line_end_before(lines.start), lines.end, "")
        if index + 1 < len(order):
            end = mapping.places[order[index + 1]]
        else:
            start = mapping.fields[order[index - 1]].end
        written = mapping.fields[key].end
        behind = written if self.is_flow(mapping) else self._line_end(written) or written
        removed = self._text[start:written] + self._text[behind:end]
        return None if "#" in removed else self._edit(start, end, "")

    def join(self, sequence: Sequence, index: int) -> tuple[Edit, ...]:
        """Make a single mapping of an item of a list and the next one."""
        one, other = sequence.items[index : index + 2]
        if not self.plain or self.is_flow(one) != self.is_flow(other):
            return ()
        if self.is_flow(one):
            between = self._text[one.end : other.start]
            plain = "#" not in between and self.written(one).endswith("}")
            return (self._edit(one.end - 1, other.start + 1, ", "),) if plain else ()
        dash = self._text.rfind("-", 0, other.start)
        if self._column(one.start) != self._column(other.start) or self._text[dash + 1 : other.start].strip(" "):
            return ()
        return (self._edit(dash, dash + 1, " "),)

    def wrap(self, mapping: Mapping, keys: tuple[str, ...], name: str) -> tuple[Edit, ...]:
        """Put fields that follow each other into a new one."""
        if not self.plain or not self._are_neighbours(mapping, keys):
            return ()
        start, end = mapping.places[keys[0]], mapping.fields[keys[-1]].end
        if self.is_flow(mapping):
            opening = self.field(mapping, name, "{")
            return self._insert(start, opening), self._insert(end, "}")
        lines = self._lines(start, end) if self._begins_line(start) else None
        if lines is None:
            return ()
        indent = " " * self._column(start)
        body = self._shifted(lines, 2)
        return (self._edit(lines.start, lines.end, f"{indent}{name}:{self._newline(lines.start)}{body}"),)

    def as_item(self, mapping: Mapping) -> tuple[Edit, ...]:
        """Make a mapping the only item of a list in its place."""
        if not self.plain:
            return ()
        if self.is_flow(mapping):
            return self._insert(mapping.start, "["), self._insert(mapping.end, "]")
        lines = self._lines(mapping.start, mapping.end) if self._begins_line(mapping.start) else None
        return () if lines is None else (self._item(mapping.start, lines.end, 0),)

    def list_fields(self, mapping: Mapping, keys: tuple[str, ...], name: str) -> tuple[Edit, ...]:
        """Make fields that follow each other the only item of a new list, or of one before them that is left empty."""
        if not self.plain or not self._are_neighbours(mapping, keys):
            return ()
        start, end = mapping.places[keys[0]], mapping.fields[keys[-1]].end
        if self.is_flow(mapping):
            brackets = self._insert(start, self.field(mapping, name, "[{")), self._insert(end, "}]")
            return () if name in mapping.fields else brackets
        last = self._line_end(end)
        if last is None or self._text[self._line_start(start) : start].strip(" -"):
            return ()
        if name not in mapping.fields:
            opening = f"{name}:{self._newline(start)}{' ' * self._column(start)}"
            return (self._item(start, last, 2, opening),)
        follows = self._are_neighbours(mapping, (name, *keys)) and self._begins_line(start)
        return (self._item(start, last, 2),) if follows else ()

    def _item(self, start: int, end: int, further: int, opening: str = "") -> Edit:
        """Write lines from within the first one as an item that begins `further` in, after an opening."""
        body = self._shifted(Span(start, end), further + 2)[further + 2 :]
        return self._edit(start, end, f"{opening}{' ' * further}- {body}")

    def space_out(self, node: Scalar, keys: tuple[str, ...]) -> tuple[Edit, ...]:
        """Write a space after the colon behind each of some keys, where each begins a line of its own."""
        written = self.written(node)
        colons = [match.end() for match in re.finditer(r"(?m)^[ ]*[^\s:=]+:(?=[^\s:=]+[ ]*$)", written)]
        if not self.plain or not self._begins_line(node.start) or len(colons) != len(keys):
            return ()
        return tuple(self._insert(node.start + colon, " ") for colon in colons)

    def move(
        self, mapping: Mapping, keys: tuple[str, ...], owner: Mapping | None, home: str | None, into: Node
    ) -> tuple[Edit, ...]:
        """Put fields that follow each other into another mapping, or where nothing is written of one.

        The latter is the value of the field `home` of its owner.
        """
        if not self.plain or not self._are_neighbours(mapping, keys):
            return ()
        if isinstance(into, Mapping) and self.is_flow(into):
            return self._move_inline(mapping, keys, into)
        if self.is_flow(mapping) or isinstance(into, Sequence) or (isinstance(into, Scalar) and self.is_written(into)):
            return ()
        if isinstance(into, Mapping):
            column = self._column(min(into.places.values()))
        elif owner is not None and home is not None and not self.is_flow(owner):
            column = self._column(owner.places[home]) + 2
        else:
            return ()
        return self._move_lines(mapping, keys, into, column)

    def _move_lines(self, mapping: Mapping, keys: tuple[str, ...], into: Node, column: int) -> tuple[Edit, ...]:
        start, end = mapping.places[keys[0]], mapping.fields[keys[-1]].end
        lines = self._lines(start, end) if self._begins_line(start) else None
        target = self._line_end(into.end)
        if lines is None or target is None:
            return ()
        shift = column - self._column(start)
        before = self._line_end_before(lines.start)
        if target in {before, lines.end}:
            return (self._edit(lines.start, lines.end, self._shifted(lines, shift)),)
        if lines.start < target < lines.end:
            return ()
        if target < before and re.fullmatch(_ABOVE, self._text[self._next_line(target) : lines.start]):
            lines = Span(self._next_line(target), lines.end)
            return (self._edit(lines.start, lines.end, self._shifted(lines, shift)),)
        added = self._newline(start) + self._shifted(lines, shift)
        return self._insert(target, added), self._edit(before, lines.end, "")

    def _move_inline(self, mapping: Mapping, keys: tuple[str, ...], into: Mapping) -> tuple[Edit, ...]:
        if len(keys) != 1 or not (self.is_flow(mapping.fields[keys[0]]) or isinstance(mapping.fields[keys[0]], Scalar)):
            return ()
        value = mapping.fields[keys[0]]
        removed = self.remove_field(mapping, keys[0])
        text = self.written(value)
        if removed is None or not text or "#" in text or ("\n" in text and not self.is_flow(self._root)):
            return ()
        name = self.field(into if into.places else mapping, keys[0], text)
        last = max(into.fields.values(), key=lambda node: node.end, default=None)
        if last is None:
            return self._edit(into.start, into.end, f"{{{name}}}"), removed
        return (self._insert(last.end, f", {name}"), removed) if self.is_written(last) else ()

    def _are_neighbours(self, mapping: Mapping, keys: tuple[str, ...]) -> bool:
        order = sorted(mapping.places, key=mapping.places.__getitem__)
        first = order.index(keys[0])
        return tuple(order[first : first + len(keys)]) == keys

    def _is_quoted(self, mapping: Mapping) -> bool:
        place = min(mapping.places.values(), default=None)
        return place is not None and self._text[place] == '"' and self.is_flow(mapping)

    def _add_line(self, after: Node, column: int, *lines: str) -> Edit | None:
        end = self._line_end(after.end)
        if end is None:
            return None
        newline = self._newline(after.start)
        return self._insert(end, "".join(f"{newline}{' ' * column}{line}" for line in lines))

    def _shifted(self, lines: Span, shift: int) -> str:
        text = self._text[lines.start : lines.end]
        if shift >= 0:
            return re.sub(_INDENT, " " * shift, text)
        return re.sub(rf"(?m)^ {{1,{-shift}}}", "", text)

    def _lines(self, start: int, end: int) -> Span | None:
        """Return the whole lines of what stands alone on them; a comment behind it belongs to it."""
        last = self._line_end(end)
        return None if last is None else Span(self._line_start(start), last)

    def _line_start(self, offset: int) -> int:
        return self._text.rfind("\n", 0, offset) + 1

    def _line_end(self, offset: int) -> int | None:
        """Return the end of a line of which nothing but a comment is left."""
        if self._text[offset - 1 : offset] in {"\n", "\r"}:
            return None
        rest = re.compile(_REST).match(self._text, offset)
        return None if rest is None else rest.end()

    def _line_end_before(self, line_start: int) -> int:
        """Return the end of the line before the one that begins at an offset, without its newline."""
        end = max(line_start - 1, 0)
        return end - (self._text[end - 1 : end] == "\r")

    def _next_line(self, line_end: int) -> int:
        return self._text.index("\n", line_end) + 1

    def _begins_line(self, offset: int) -> bool:
        return not self._text[self._line_start(offset) : offset].strip(" ")

    def _column(self, offset: int) -> int:
        return offset - self._line_start(offset)

    def _newline(self, near: int) -> str:
        """Return how lines end here."""
        end = self._text.find("\n", near)
        if end < 0:
            end = self._text.rfind("\n", 0, near)
        return "\r\n" if self._text[end - 1 : end] == "\r" else "\n"

    def _insert(self, offset: int, text: str) -> Edit:
        return self._edit(offset, offset, text)

    def _edit(self, start: int, end: int, text: str) -> Edit:
        return Edit(Location(self._source, Span(start, end)), text)
