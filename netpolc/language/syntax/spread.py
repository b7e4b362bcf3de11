"""Parsing on several processors, since it is the largest cost of a large build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc import processors
from netpolc.language.syntax.parser import parse_flawless, prepare
from netpolc.language.syntax.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.source import Source

SMALLEST_SHARE = 100_000
"""The characters below which another process costs more than it saves."""


def parse_apart(sources: Sequence[Source], processes: int) -> dict[Source, Tree]:
    """Parse sources that are free of mistakes in several processes; none where it is not worth another one."""
    count = processors.count_for(sum(len(source.text) for source in sources), SMALLEST_SHARE, processes)
    if count == 1:
        return {}
    prepare()  # before there are children, who would each do it again
    largest_first = sorted(sources, key=lambda source: -len(source.text))
    trees = processors.spread(largest_first, count, parse_flawless, msgspec.msgpack.encode, _decoded)
    return {source: tree for source, tree in zip(largest_first, trees, strict=True) if tree is not None}


def _decoded(_: Source, content: bytes) -> Tree | None:
    return msgspec.msgpack.decode(content, type=Tree | None)
