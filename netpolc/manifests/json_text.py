"""A reader for JSON: one value after another, as Kubernetes reads a stream that begins with a brace."""

from __future__ import annotations

import json
import re

from netpolc.manifests.nodes import DEEPEST, Mapping, Node, Repetition, Scalar, Sequence, UnreadableError

_token = re.compile(r'[][{}]|"(?:[^"\\]|\\.)*+"|[^][{}":, \t\r\n]++')
_blank = re.compile(r"[ \t\r\n]*+")
_lone = re.compile("[\ud800-\udfff]")


def read_json(text: str, offset: int) -> tuple[list[Node], list[Repetition]]:
    """Read a stream of values that begins at an offset of its source; return their roots and the repeated keys.

    Raises UnreadableError for anything else than JSON.
    """
    roots: list[Node] = []
    repetitions: list[Repetition] = []
    for start, end in _extents(text, offset):
        roots.append(_read_value(text, start, end, offset, repetitions))
    return roots, repetitions


def _extents(text: str, offset: int) -> list[tuple[int, int]]:
    """Return the start and end of each value of a text, and raise UnreadableError at the first invalid one."""
    decode = json.JSONDecoder(parse_constant=_refuse, parse_int=str, parse_float=str).raw_decode
    extents: list[tuple[int, int]] = []
    at = _after_blank(text, 0)
    while at < len(text):
        try:
            _, end = decode(text, at)
        except json.JSONDecodeError as error:
            stop = offset + min(error.pos, len(text))
            raise UnreadableError(error.msg[:1].lower() + error.msg[1:], stop, stop + 1) from None
        except (ValueError, RecursionError) as error:
            message = str(error) if isinstance(error, ValueError) else f"values nest deeper than {DEEPEST} levels"
            raise UnreadableError(message, offset + at, offset + at + 1) from None
        extents.append((at, end))
        at = _after_blank(text, end)
    return extents


def _after_blank(text: str, at: int) -> int:
    match = _blank.match(text, at)
    return at if match is None else match.end()


def _refuse(constant: str) -> None:
    raise ValueError(f"`{constant}` is no value of JSON")


def _read_value(text: str, first: int, last: int, offset: int, repetitions: list[Repetition]) -> Node:
    """Build the nodes of a valid value."""
    builder = _Builder(repetitions)
    for match in _token.finditer(text, first, last):
        token, start, end = match[0], offset + match.start(), offset + match.end()
        if token == "{":
            builder.open(Mapping({}, {}, start, end))
        elif token == "[":
            builder.open(Sequence([], start, end))
        elif token in "}]":
            builder.close(end)
        elif token[0] == '"':
            builder.add(Scalar(_unquoted(token), start, end, plain=False))
        else:
            builder.add(Scalar(token, start, end))
    return builder.root.items[0]


class _Builder:
    """A stack of the open collections, with the keys of each and the key that waits for its value."""

    def __init__(self, repetitions: list[Repetition]) -> None:
        self.root = Sequence([], 0, 0)
        self.repetitions = repetitions
        self._around: list[Mapping | Sequence] = [self.root]
        self._keys: list[dict[str, Scalar]] = [{}]
        self._waiting: list[Scalar | None] = [None]

    def open(self, node: Mapping | Sequence) -> None:
        self.add(node)
        if len(self._around) > DEEPEST:
            raise UnreadableError(f"values nest deeper than {DEEPEST} levels", node.start, node.end)
        self._around.append(node)
        self._keys.append({})
        self._waiting.append(None)

    def close(self, end: int) -> None:
        self._around.pop().end = end
        self._keys.pop()
        self._waiting.pop()

    def add(self, node: Node) -> None:
        top, key = self._around[-1], self._waiting[-1]
        if isinstance(top, Sequence):
            top.items.append(node)
        elif key is not None:
            self._waiting[-1] = None
            first = self._keys[-1].setdefault(key.text, key)
            if first is not key:
                self.repetitions.append(Repetition(key.text, (first.start, first.end), (key.start, key.end)))
            top.fields[key.text] = node
            top.places[key.text] = key.start
        elif isinstance(node, Scalar):
            self._waiting[-1] = node


def _unquoted(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    return _lone.sub("\N{REPLACEMENT CHARACTER}", json.loads(token))
