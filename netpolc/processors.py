"""Work shared out to forked processes, which send their results back as bytes."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")

MOST = 8
"""The processes beyond which the work of one build does not gain."""


def count_for(size: int, smallest_share: int) -> int:
    """The processes that some work is worth, of which none should do less than a share."""
    return max(1, min(MOST, available(), size // smallest_share))


def available() -> int:
    """The processors that this process may use; one where processes cannot be split."""
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shares_of(items: Iterable[tuple[int, T]], count: int) -> list[list[T]]:
    """Items, each with its size, in shares of about the same size."""
    shares: list[list[T]] = [[] for _ in range(count)]
    sizes = [0] * count
    for size, item in sorted(items, key=lambda sized: -sized[0]):
        smallest = sizes.index(min(sizes))
        shares[smallest].append(item)
        sizes[smallest] += size
    return shares


class Elsewhere:
    """Shares of some work, begun in a child process each."""

    def __init__(self, shares: Sequence[T], work: Callable[[T], bytes]) -> None:
        """Begin; what children need should be made before, or each makes it again."""
        self._children = [_start(share, work) for share in shares]

    def results(self) -> list[bytes | None]:
        """The result of each share, once it is there; None for one whose process failed."""
        return [_result(*child) for child in self._children]


def _start(share: T, work: Callable[[T], bytes]) -> tuple[int, int]:
    """Begin in a child, which does nothing else: its process, and where its result can be read."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    status = 1
    with suppress(BaseException):  # a child that fails leaves its share to its parent
        os.close(reading)
        content = work(share)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(content)
        status = 0
    os._exit(status)


def _result(child: int, pipe: int) -> bytes | None:
    with os.fdopen(pipe, "rb") as reader:
        content = reader.read()
    _, status = os.waitpid(child, 0)
    return None if status else content
