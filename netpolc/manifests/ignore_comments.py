"""Comments for netpolc in YAML, as opposed to text in quotes and blocks that looks like them; JSON has none."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from netpolc.identity import IdentitySet
from netpolc.manifests.nodes import Mapping, Node, Scalar
from netpolc.manifests.stream import read_documents
from netpolc.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_MENTION = "netpolc"
_CANDIDATE = rf"(?i)(?<!\S)#+[ \t]*{_MENTION}\b[^\r\n]*"
_QUOTED = r""""(?:[^"\\]|\\.)*+"|'(?:[^']|'')*+'"""


def comments_of(source: Source) -> list[Span]:
    """Return the extents of the comments that address netpolc, each from its `#` to the end of its line.

    There are none in a document that cannot be read, since nothing else is found in it, either.
    """
    text = source.text
    if _MENTION not in text.lower():
        return []
    comments = {match.start(): Span(*match.span()) for match in re.finditer(_CANDIDATE, text)}
    starts = list(comments)
    for start, end in _other_than_comments(text) if comments else ():
        for index in range(bisect_left(starts, start), bisect_left(starts, end)):
            comments.pop(starts[index], None)
    return list(comments.values())


def _other_than_comments(text: str) -> Iterator[tuple[int, int]]:
    """Yield the extents of scalars, quoted keys and unreadable documents, as start and end."""
    quoted = re.compile(_QUOTED, re.DOTALL).match
    for document in read_documents(text):
        if document.fault is not None:
            yield document.start, document.end
        for node in _below(document.roots):
            if isinstance(node, Scalar):
                yield node.start, node.end
            elif isinstance(node, Mapping):
                keys = (quoted(text, start) for start in node.places.values())
                yield from (key.span() for key in keys if key is not None)


def _below(roots: tuple[Node, ...]) -> Iterator[Node]:
    """Yield all nodes, once each even where several aliases lead to it."""
    waiting = list(roots)
    seen: IdentitySet[Node] = IdentitySet()
    while waiting:
        node = waiting.pop()
        if isinstance(node, Scalar):
            yield node
        elif node not in seen:
            seen.add(node)
            yield node
            waiting += node.fields.values() if isinstance(node, Mapping) else node.items
