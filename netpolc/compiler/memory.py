"""The memory of a caller that stays: an editor, a page, a server.

A memory spares work and changes no answer. It knows texts by what they say, so nobody has to tell it what has changed.
"""

from __future__ import annotations

from _thread import allocate_lock  # all that a lock takes; `threading` loads more
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from netpolc.source import Source

T = TypeVar("T")

MOST_CHARACTERS = 64 * 1024 * 1024
"""The characters of texts beyond which the one that was used least recently is forgotten."""

MOST_RESULTS = 64
"""The results of requests beyond which the oldest is forgotten."""


class Memory:
    """Texts, what was made of each, and the last result of each request. Threads may share one."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = allocate_lock()
        self._sources: dict[tuple[str, str], Source] = {}
        self._made: dict[Source, dict[Hashable, Any]] = {}
        self._results: dict[Hashable, Any] = {}
        self._characters = 0

    def source(self, source: Source) -> Source:
        """Return the source of that name and text which is known, or remember this one."""
        key = source.name, source.text
        with self._lock:
            known = self._sources.pop(key, None)
            if known is None:
                known = source
                self._made[source] = {}
                self._characters += len(source.text)
            self._sources[key] = known
            while self._characters > MOST_CHARACTERS and len(self._sources) > 1:
                oldest = self._sources.pop(next(iter(self._sources)))
                self._characters -= len(oldest.text)
                del self._made[oldest]
        return known

    def made(self, source: Source, what: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of a source by that name, or make it; what raises is not kept."""
        made = self._made.get(source)
        if made is None:
            return make()
        if what not in made:
            made[what] = make()
        found: T = made[what]
        return found

    def noted(self, source: Source, what: Hashable) -> Any:
        """Return what was made of a source by that name, None where nothing was."""
        return self._made.get(source, {}).get(what)

    def note(self, source: Source, what: Hashable, made: object) -> None:
        """Remember what was made of a source, unless that is forgotten."""
        if source in self._made:
            self._made[source][what] = made

    def result(self, request: Hashable) -> Any:
        """Return the last result of a request, None where there is none."""
        return self._results.get(request)

    def keep(self, request: Hashable, result: object) -> None:
        """Remember the result of a request in the place of the one before."""
        with self._lock:
            self._results.pop(request, None)
            self._results[request] = result
            while len(self._results) > MOST_RESULTS:
                del self._results[next(iter(self._results))]
