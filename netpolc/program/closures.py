"""Which pods baselines close, and so where rules are needed to open anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.program.model import Anything, Direction, InNamespace, Net, Peer, Pods, Program
from netpolc.sets.labels import EVERYTHING, LabelSelector, intersect

if TYPE_CHECKING:
    from collections.abc import Iterable


class Subject(msgspec.Struct, frozen=True):
    """Closed pods of one namespace that a peer holds; `within` is the part that a baseline closes, if not all."""

    namespace: str | None
    selector: LabelSelector
    within: Pods | None


class Closures:
    """The closed pods of a program, by namespace and direction."""

    def __init__(self, program: Program) -> None:
        """Collect the baselines of a program; in each direction, one on a whole namespace outdoes those on some pods."""
        self._namespaces = {namespace.name: namespace for namespace in program.namespaces}
        self._closed: dict[tuple[str | None, Direction], list[Pods | None]] = {}
        # By identity, since resolution makes one peer of each name: comparing peers would cost more than it saves.
        self._known: dict[tuple[int, Direction], tuple[Subject, ...]] = {}
        self._program = program
        for baseline in program.baselines:
            for direction in baseline.directions:
                parts = self._closed.setdefault((baseline.namespace, direction), [])
                if baseline.on is None:
                    parts[:] = [None]
                elif parts != [None] and all(part is None or part.selector != baseline.on.selector for part in parts):
                    parts.append(baseline.on)

    def subjects(self, peer: Peer, direction: Direction) -> tuple[Subject, ...]:
        """The closed pods among a peer's, for which a rule has to be written to open the direction."""
        key = id(peer), direction
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self._subjects(peer, direction))
        return found

    def owned(self, peer: Pods) -> tuple[str | None, ...]:
        """The owned namespaces that a peer reaches into; unstated labels count as absent."""
        if isinstance(peer.namespaces, InNamespace):
            name = peer.namespaces.name
            return (name,) if name in self._namespaces else ()
        selector = peer.namespaces.selector
        return tuple(name for name, namespace in self._namespaces.items() if selector.matches(namespace.labels))

    def _subjects(self, peer: Peer, direction: Direction) -> Iterable[Subject]:
        match peer:
            case Net():
                return
            case Anything():
                names, selector = tuple(self._namespaces), EVERYTHING
            case Pods():
                names, selector = self.owned(peer), peer.selector
        for name in names:
            for within in self._closed.get((name, direction), ()):
                both = selector if within is None else intersect(selector, within.selector)
                if both is not None:
                    yield Subject(name, both, within)
