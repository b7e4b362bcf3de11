"""Work done by several forked processes, which send their results back as bytes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")
R = TypeVar("R")

MOST = 8
"""The processes beyond which the work of one build does not gain."""

TICKETS = 4_096
"""The most that are issued: all have to fit into a pipe that nobody reads yet."""

_TICKET = 4


def count_for(size: int, smallest_share: int, processes: int) -> int:
    """Return how many of some processes a work is worth, of which none should do less than a share."""
    return max(1, min(MOST, processes, available(), size // smallest_share))


def available() -> int:
    """Count the processors that this process may use; one where processes cannot be split."""
    if not hasattr(os, "fork") or sys.platform == "emscripten":
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(
    items: Sequence[T],
    count: int,
    work: Callable[[T], R],
    encode: Callable[[R], bytes],
    decode: Callable[[T, bytes], R],
) -> list[R]:
    """Do some work for each item in a number of processes, this one included, and return the results in order.

    Whoever is free takes the next item, so let the largest come first. What children need should be made before, or
    each makes it again. What a child that fails has taken is done again here.
    """
    if count <= 1 or len(items) <= 1:
        return [work(item) for item in items]
    tickets = _Tickets(len(items))
    children = [_start(lambda: _encoded(tickets, items, work, encode)) for _ in range(count - 1)]
    found = {number: work(items[number]) for number in tickets}
    for child in children:
        content = _result(*child)
        parts = {} if content is None else msgspec.msgpack.decode(content, type=dict[int, bytes])
        found |= {number: decode(items[number], part) for number, part in parts.items()}
    return [found[number] if number in found else work(item) for number, item in enumerate(items)]


def shares_of(items: Iterable[tuple[int, T]], count: int) -> list[list[T]]:
    """Divide items, each with its size, into shares of about the same size."""
    shares: list[list[T]] = [[] for _ in range(count)]
    sizes = [0] * count
    for size, item in sorted(items, key=lambda sized: -sized[0]):
        smallest = sizes.index(min(sizes))
        shares[smallest].append(item)
        sizes[smallest] += size
    return shares


class _Tickets:
    """The numbers of some items, which are drawn by several processes, each number by one of them."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._step = -(-count // TICKETS)
        self._pipe, writing = os.pipe()
        with os.fdopen(writing, "wb") as pipe:
            for first in range(0, count, self._step):
                pipe.write(first.to_bytes(_TICKET))

    def __iter__(self) -> Iterator[int]:
        while ticket := os.read(self._pipe, _TICKET):
            first = int.from_bytes(ticket)
            yield from range(first, min(first + self._step, self._count))
        os.close(self._pipe)


def _encoded(tickets: _Tickets, items: Sequence[T], work: Callable[[T], R], encode: Callable[[R], bytes]) -> bytes:
    return msgspec.msgpack.encode({number: encode(work(items[number])) for number in tickets})


def _start(work: Callable[[], bytes]) -> tuple[int, int]:
    """Start work in a child that does nothing else; return its process, and the pipe on which it sends its result."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    with suppress(BaseException):  # a child that fails leaves its work to its parent
        os.close(reading)
        content = work()
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(content)
        status = 0
    os._exit(status)


def _result(child: int, pipe: int) -> bytes | None:
    with os.fdopen(pipe, "rb") as reader:
        content = reader.read()
    _, status = os.waitpid(child, 0)
    return None if status else content
