"""Any YAML as Kubernetes reads it, from the events of libyaml, whose port to Go is the parser of Kubernetes.

Composition follows go-yaml v2 (decode.go): a merged mapping overrides the keys before it, an alias shares what it
names, and documents that grow out of proportion by their aliases are refused.
"""

from __future__ import annotations

import base64
import re
from typing import Any

import yaml

from netpolc.manifests import scalars
from netpolc.manifests.nodes import DEEPEST, UNWRITABLE, Mapping, Node, Repetition, Scalar, Sequence, UnreadableError

MERGE = "<<"
QUOTE = "write it in quotes, if it is meant as text"
_MERGE_TAG = "tag:yaml.org,2002:merge"
_BINARY_TAG = "tag:yaml.org,2002:binary"
_PYTHON_TAG = "tag:yaml.org,2002:python/"

# The reader of libyaml accepts no other characters (reader.c, yaml_parser_update_buffer).
_forbidden = re.compile(r"[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").search

# libyaml drops this mark at the start of a line, go-yaml makes it a part of what follows.
_marked = re.compile("(?<=[\n\r\x85\u2028\u2029])[ ]*(\ufeff)").search

# go-yaml counts what it decodes, and how much of that it owes to aliases (decode.go, allowedAliasRatio).
_SMALL, _LARGE = 400_000, 4_000_000
_MOST, _LEAST = 0.99, 0.1
_FEW_ALIASED, _FEW = 100, 1_000


def read_full(text: str, offset: int) -> tuple[Node | None, list[Repetition]]:
    """Read the document that begins at an offset; return its root, None where it is empty, and its repeated keys.

    Raises UnreadableError for what Kubernetes does not read, or not to its end.
    """
    found = _forbidden(text) or _marked(text)
    if found is not None:
        at = offset + found.end() - 1
        raise UnreadableError(f"the character U+{ord(found[0][-1]):04X} cannot stand here in YAML", at, at + 1)
    loader = getattr(yaml, "CLoader", yaml.Loader)(text)
    composer = _Composer(offset)
    try:
        while not composer.ended:
            composer.take(loader.get_event())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = offset + (len(text) if mark is None else min(mark.index, len(text)))
        raise UnreadableError(
            error.problem or str(error.context), at, at + 1, _advice(error, text[at - offset :])
        ) from None
    finally:
        loader.dispose()
    return composer.root, composer.repetitions


def _advice(error: Any, rest: str) -> str | None:
    if rest.lstrip(" ")[:1] == "\t":
        return "indent with spaces"
    return "write text that holds `: ` in quotes" if "mapping values" in (error.problem or "") else None


class _Collection:
    """A collection that is being read: its node, a key that waits for its value, and the keys written so far."""

    __slots__ = ("anchor", "flow", "key", "node", "weight", "written")

    def __init__(self, node: Mapping | Sequence, event: Any) -> None:
        self.node = node
        self.anchor: str | None = event.anchor
        self.flow: bool = event.flow_style
        self.key: Scalar | None = None
        self.weight = 1
        self.written: dict[str, Scalar] = {}


class _Composer:
    """A builder of the nodes of one document. The weight of a node is what go-yaml counts when it decodes it."""

    def __init__(self, offset: int) -> None:
        self.root: Node | None = None
        self.ended = False
        self.repetitions: list[Repetition] = []
        self._offset = offset
        self._last = offset
        self._documents = 0
        self._open: list[_Collection] = []
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._decoded = self._aliased = 0
        self._take = {
            "ScalarEvent": self._scalar,
            "MappingStartEvent": self._mapping,
            "SequenceStartEvent": self._sequence,
            "MappingEndEvent": self._finish,
            "SequenceEndEvent": self._finish,
            "AliasEvent": self._alias,
            "DocumentStartEvent": self._document,
            "StreamEndEvent": self._end,
        }

    def take(self, event: Any) -> None:
        """Take the next event of the parser."""
        if (take := self._take.get(type(event).__name__)) is not None:
            take(event, self._offset + event.start_mark.index, self._offset + event.end_mark.index)

    def _end(self, _: Any, __: int, ___: int) -> None:
        self.ended = True

    def _document(self, _: Any, start: int, __: int) -> None:
        self._documents += 1
        if self._documents > 1:
            raise UnreadableError("Kubernetes ignores what follows the end of a document", start, start + 1)

    def _scalar(self, event: Any, start: int, end: int) -> None:
        text, plain = event.value, event.implicit[0]
        if event.tag is not None:
            text, plain = _tagged(text, event.tag, start, end)
        node = Scalar(text, start, end, plain)
        if event.anchor is not None:
            self._anchors[event.anchor] = node, 1
        self._decoded += 1
        self._last = end
        self._add(node, 1)

    def _mapping(self, event: Any, start: int, end: int) -> None:
        self._begin(_Collection(Mapping({}, {}, start, end), event), event.tag)

    def _sequence(self, event: Any, start: int, end: int) -> None:
        self._begin(_Collection(Sequence([], start, end), event), event.tag)

    def _begin(self, collection: _Collection, tag: str | None) -> None:
        start, end = collection.node.start, collection.node.end
        if tag is not None:
            _refuse_python(tag, start, end)
        if len(self._open) >= DEEPEST:
            raise UnreadableError(f"collections nest deeper than {DEEPEST} levels", start, end)
        if collection.anchor is not None:
            self._anchors[collection.anchor] = None
        self._decoded += 1
        self._open.append(collection)

    def _finish(self, _: Any, __: int, end: int) -> None:
        collection = self._open.pop()
        node = collection.node
        if collection.flow:
            self._last = end
        node.end = self._last
        if collection.anchor is not None:
            self._anchors[collection.anchor] = node, collection.weight
        self._add(node, collection.weight)

    def _alias(self, event: Any, start: int, end: int) -> None:
        name = event.anchor
        if name not in self._anchors:
            raise UnreadableError(f"no anchor `&{name}` comes before this alias", start, end)
        anchored = self._anchors[name]
        if anchored is None:
            raise UnreadableError(f"the value of the anchor `&{name}` contains itself", start, end)
        node, weight = anchored
        self._aliased += weight
        self._decoded += weight + 1
        if (
            self._aliased > _FEW_ALIASED
            and self._decoded > _FEW
            and self._aliased / self._decoded > _allowed(self._decoded)
        ):
            raise UnreadableError("aliases make this document grow out of proportion", start, end)
        self._last = end
        self._add(node, weight + 1, aliased=True)

    def _add(self, node: Node, weight: int, *, aliased: bool = False) -> None:
        """Put a finished node where it belongs: into the collection around it, as an item, a key or a value."""
        if not self._open:
            self.root = node
            return
        around = self._open[-1]
        around.weight += weight
        if isinstance(around.node, Sequence):
            around.node.items.append(_writable(node))
        elif around.key is None:
            if not isinstance(node, Scalar):
                raise UnreadableError("a key is a list or a mapping", node.start, node.end)
            around.key = node
        else:
            key, around.key = around.key, None
            if key.text == MERGE and key.plain:
                _merge(around.node, node, key, aliased=aliased)
            else:
                self._set(around, key, _writable(node))

    def _set(self, around: _Collection, key: Scalar, node: Node) -> None:
        mapping = around.node
        name = scalars.key_of(key)
        if name is None or not isinstance(mapping, Mapping):
            raise UnreadableError(f"a key is `{key.text or 'null'}`, which is no text", key.start, key.end)
        first = around.written.setdefault(name, key)
        if first is not key:
            self.repetitions.append(Repetition(name, (first.start, first.end), (key.start, key.end)))
        mapping.fields[name] = node
        mapping.places[name] = key.start


def _writable(node: Node) -> Node:
    if isinstance(node, Scalar) and node.plain and node.text in UNWRITABLE:
        raise UnreadableError(f"`{node.text}` is a number that JSON cannot hold", node.start, node.end, QUOTE)
    return node


def _merge(mapping: Mapping | Sequence, value: Node, key: Scalar, *, aliased: bool) -> None:
    """Take over the fields of other mappings: of several, the first counts; of fields already there, none."""
    # A list of mappings must stand there itself: go-yaml takes no alias of one.
    several = isinstance(value, Sequence) and not aliased
    merged = value.items if several and isinstance(value, Sequence) else [value]
    for other in reversed(merged):
        if not isinstance(other, Mapping) or not isinstance(mapping, Mapping):
            raise UnreadableError("`<<` takes a mapping, or a list of mappings", key.start, key.end)
        mapping.fields.update(other.fields)
        mapping.places.update(other.places)


def _tagged(text: str, tag: str, start: int, end: int) -> tuple[str, bool]:
    """Return the text of a scalar with a tag, and whether it is resolved like a plain one all the same."""
    _refuse_python(tag, start, end)
    if tag == _BINARY_TAG:
        try:
            return base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True).decode("utf-8", "replace"), False
        except ValueError:
            raise UnreadableError("this is no base64, as `!!binary` takes it", start, end) from None
    if tag == _MERGE_TAG:
        return text, text == MERGE
    plain = scalars.tagged(text, tag)
    if plain is None:
        raise UnreadableError(f"`{text}` is no `!!{tag.rpartition(':')[2]}`", start, end)
    return text, plain


def _refuse_python(tag: str, start: int, end: int) -> None:
    if tag.startswith(_PYTHON_TAG):
        raise UnreadableError("the tag asks for an object of Python", start, end)


def _allowed(decoded: int) -> float:
    """Return the fraction of a document that may come from aliases."""
    if decoded <= _SMALL:
        return _MOST
    if decoded >= _LARGE:
        return _LEAST
    return _MOST - (_MOST - _LEAST) * (decoded - _SMALL) / (_LARGE - _SMALL)
