"""Parsing on several processors, since it is the largest cost of a large build."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from netpolc.syntax.parser import parse_flawless, prepare
from netpolc.syntax.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.source import Source

SMALLEST_SHARE = 100_000
"""The characters below which another process costs more than it saves: about 50 ms of parsing."""

MOST_PROCESSES = 8


def parse_apart(sources: Sequence[Source]) -> dict[Source, Tree]:
    """The trees of sources that are free of mistakes, as far as other processes could parse them.

    What is missing from the result is the caller's to parse: its own share, and texts of which something is to be said.
    """
    count = min(MOST_PROCESSES, _processors(), sum(len(source.text) for source in sources) // SMALLEST_SHARE)
    if count <= 1:
        return {}
    prepare()  # before there are children, who would each do it again
    shares: list[list[Source]] = [[] for _ in range(count)]
    sizes = [0] * count
    for source in sorted(sources, key=lambda source: -len(source.text)):
        smallest = sizes.index(min(sizes))
        shares[smallest].append(source)
        sizes[smallest] += len(source.text)
    children = [(share, *_start(share)) for share in shares[1:]]
    trees = {source: tree for source in shares[0] if (tree := parse_flawless(source)) is not None}
    for share, child, pipe in children:
        found = zip(share, _result(child, pipe), strict=False)
        trees |= {source: tree for source, tree in found if tree is not None}
    return trees


def _processors() -> int:
    """The processors that this process may use; one where processes cannot be split."""
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start(share: list[Source]) -> tuple[int, int]:
    """Begin to parse in a child, which does nothing else: its process, and where its result can be read."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    with suppress(BaseException):  # a child that fails leaves its share to its parent
        os.close(reading)
        trees = [parse_flawless(source) for source in share]
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(msgspec.msgpack.encode(trees))
    os._exit(0)


def _result(child: int, pipe: int) -> list[Tree | None]:
    with os.fdopen(pipe, "rb") as reader:
        content = reader.read()
    os.waitpid(child, 0)
    try:
        return msgspec.msgpack.decode(content, type=list[Tree | None])
    except msgspec.MsgspecError:
        return []
