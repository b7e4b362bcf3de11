"""A reader for JSON: one value after another, as Kubernetes reads a stream that begins with a brace."""

from __future__ import annotations

import re

from netpolc.manifests.nodes import DEEPEST, Mapping, Node, Repetition, Scalar, Sequence, UnreadableError

_token = re.compile(r'[][{}]|"(?:[^"\\]|\\.)*+"|[^][{}":, \t\r\n]++')
_blank = re.compile(r"[ \t\r\n]*+")
_lone = re.compile("[\ud800-\udfff]")


def begins_as_json(text: str) -> bool:
    """Whether Kubernetes would read a text as JSON."""
    return text.lstrip()[:1] == "{"


def read_json(text: str, offset: int) -> tuple[list[Node], list[Repetition]]:
    """The values of a stream that begins at an offset of its source, and the keys that they repeat.

    Raises UnreadableError for anything else than JSON.
    """
    roots: list[Node] = []
    repetitions: list[Repetition] = []
    for start, end in _extents(text, offset):
        roots.append(_read_value(text, start, end, offset, repetitions))
    return roots, repetitions


def _extents(text: str, offset: int) -> list[tuple[int, int]]:
    """Where the values of a text begin and end, all of them valid."""
    import json  # noqa: PLC0415 - most manifests are YAML

    decode = json.JSONDecoder(parse_constant=_refuse, parse_int=str, parse_float=str).raw_decode
    extents: list[tuple[int, int]] = []
    at = _after_blank(text, 0)
    while at < len(text):
        try:
            _, end = decode(text, at)
        except json.JSONDecodeError as error:
            place = offset + min(error.pos, len(text))
            raise UnreadableError(error.msg[:1].lower() + error.msg[1:], place, place + 1) from None
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
    """The nodes of a valid value."""
    top: Mapping | Sequence = Sequence([], offset + first, offset + last)
    around = [top]
    keys: list[Scalar | None] = [None]
    root = top
    for match in _token.finditer(text, first, last):
        token, start, end = match[0], offset + match.start(), offset + match.end()
        if token in "}]":
            top.end = end
            around.pop()
            keys.pop()
            top = around[-1]
            continue
        node: Node
        if token == "{":
            node = Mapping({}, {}, start, end)
        elif token == "[":
            node = Sequence([], start, end)
        elif token[0] == '"':
            node = Scalar(_unquoted(token), start, end, plain=False)
        else:
            node = Scalar(token, start, end)
        if isinstance(top, Sequence):
            top.items.append(node)
        elif keys[-1] is None and isinstance(node, Scalar):
            keys[-1] = node
            continue
        else:
            _set(top, keys[-1], node, repetitions)
            keys[-1] = None
        if not isinstance(node, Scalar):
            if len(around) > DEEPEST:
                raise UnreadableError(f"values nest deeper than {DEEPEST} levels", start, end)
            around.append(node)
            keys.append(None)
            top = node
    return root.items[0] if isinstance(root, Sequence) else root


def _set(mapping: Mapping, key: Scalar | None, node: Node, repetitions: list[Repetition]) -> None:
    if key is None:
        return
    first = mapping.places.get(key.text)
    if first is not None:
        size = key.end - key.start
        repetitions.append(Repetition(key.text, (first, first + size), (key.start, key.end)))
    mapping.fields[key.text] = node
    mapping.places[key.text] = key.start


def _unquoted(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    import json  # noqa: PLC0415 - as above

    return _lone.sub("\N{REPLACEMENT CHARACTER}", json.loads(token))
