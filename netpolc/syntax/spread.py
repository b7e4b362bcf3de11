"""Parsing on several processors, since it is the largest cost of a large build."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc import processors
from netpolc.syntax.parser import parse_flawless, prepare
from netpolc.syntax.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.source import Source

SMALLEST_SHARE = 100_000
"""The characters below which another process costs more than it saves."""


def parse_apart(sources: Sequence[Source]) -> dict[Source, Tree]:
    """The trees of sources that are free of mistakes, as far as other processes could parse them.

    What is missing from the result is the caller's to parse: its own share, and texts of which something is to be said.
    """
    count = processors.count_for(sum(len(source.text) for source in sources), SMALLEST_SHARE)
    if count == 1:
        return {}
    prepare()  # before there are children, who would each do it again
    mine, *others = processors.shares_of(((len(source.text), source) for source in sources), count)
    elsewhere = processors.Elsewhere(others, _parse)
    trees = {source: tree for source in mine if (tree := parse_flawless(source)) is not None}
    for share, content in zip(others, elsewhere.results(), strict=True):
        found = [] if content is None else msgspec.msgpack.decode(content, type=list[Tree | None])
        trees |= {source: tree for source, tree in zip(share, found, strict=False) if tree is not None}
    return trees


def _parse(share: list[Source]) -> bytes:
    return msgspec.msgpack.encode([parse_flawless(source) for source in share])
