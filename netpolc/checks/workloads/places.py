"""The exact places of values that policies or programs speak of, and others written in their place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Edit, Fix
from netpolc.manifests.nodes import DEEPEST, Mapping, Node, Scalar, Sequence
from netpolc.manifests.scalars import resolve
from netpolc.manifests.stream import read_documents
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_PORTS = r"\s*:\s*(\{[^{}]*\}|[^\s,{}]+)"
_WORD = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"
_LONGEST_LIST = 1000
KEPT = 1_000
"""The texts of which it is remembered what was read."""


def place_of_label(location: Location | None, path: tuple[str, ...], key: str, value: str) -> Location | None:
    """Find where a value of a label stands: below a path of YAML, or the only time in the text of a program."""
    if location is None:
        return None
    if not path:
        return _only(location, value)
    column = _column(location)
    return _within(location, _values(_node(location, path, column), key, value), column)


def place_of_port(location: Location | None, path: tuple[str, ...], port: str) -> Location | None:
    """Find where a port stands: below a path of YAML, or after the destination that is the location."""
    if location is None:
        return None
    if path:
        column = _column(location)
        node = _node(location, path, column)
        return _within(location, iter([node] if isinstance(node, Scalar) and node.text == port else ()), column)
    end = location.span.end
    found = re.compile(_PORTS).match(location.source.text, end, end + _LONGEST_LIST)
    return None if found is None else _only(Location(location.source, Span(*found.span(1))), port)


def place_of_field(location: Location | None, path: tuple[str, ...], name: str) -> Location | None:
    """Find where a field begins: below a path of YAML."""
    if location is None:
        return None
    column = _column(location)
    node = _node(location, path, column)
    if not isinstance(node, Mapping) or name not in node.fields:
        return None
    start = node.places[name]
    return _within(location, iter([Scalar(name, start, start + len(name))]), column)


def replacement(place: Location | None, old: str, new: str) -> tuple[Fix, ...]:
    """Return a fix that writes another word or number where one stands, in the same quotes if there are any."""
    if place is None or re.fullmatch(_WORD, new) is None or (_is_text(old) and not _is_text(new)):
        return ()
    written = place.text
    if written.strip("\"'") != old:
        return ()
    return (Fix(f"use `{new}`", (Edit(place, written.replace(old, new)),)),)


def _is_text(word: str) -> bool:
    return isinstance(resolve(word), str)


def _only(location: Location, word: str) -> Location | None:
    """Find where a word stands, if it does so once."""
    found = list(re.finditer(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])", location.text))
    if len(found) != 1:
        return None
    start = location.span.start
    return Location(location.source, Span(start + found[0].start(), start + found[0].end()))


def _within(location: Location, nodes: Iterator[Scalar], column: int) -> Location | None:
    """Find where the first of some nodes stands; their offsets count from the beginning of the location's line."""
    node = next(nodes, None)
    if node is None:
        return None
    start = location.span.start - column
    return Location(location.source, Span(start + node.start, start + node.end))


def _node(location: Location, path: tuple[str, ...], column: int) -> Node | None:
    """Return the node at a path of what is read again from a location; None where that means nothing by itself."""
    # What stands before it on its line decides how deep it is indented.
    node = _root(" " * column + location.text)
    for name in path:
        node = node.fields.get(name) if isinstance(node, Mapping) else None
    return node


@lru_cache(maxsize=KEPT)
def _root(text: str) -> Node | None:
    """Return the only value in a text, None where there is none or are several; rules repeat each other."""
    documents = list(read_documents(text))
    return documents[0].roots[0] if len(documents) == 1 and len(documents[0].roots) == 1 else None


def _column(location: Location) -> int:
    """Return how far a block may be indented; what stands further right is in brackets, which need no indentation."""
    column = location.source.position(location.span.start)[1] - 1
    return column if column <= DEEPEST else 0


def _values(node: Node | None, key: str, value: str) -> Iterator[Scalar]:
    """Yield the places of a value: of a name itself, or of a label in a selector or among a service's labels."""
    if isinstance(node, Scalar):
        candidates: list[Node | None] = [node]
    elif isinstance(node, Mapping):
        labels = node.fields.get("matchLabels")
        candidates = [each.fields.get(key) for each in (node, labels) if isinstance(each, Mapping)]
        expressions = node.fields.get("matchExpressions")
        for each in expressions.items if isinstance(expressions, Sequence) else ():
            if isinstance(each, Mapping) and _is(each.fields.get("key"), key):
                values = each.fields.get("values")
                candidates += values.items if isinstance(values, Sequence) else ()
    else:
        candidates = []
    return (each for each in candidates if isinstance(each, Scalar) and each.text == value)


def _is(node: Node | None, text: str) -> bool:
    return isinstance(node, Scalar) and node.text == text
