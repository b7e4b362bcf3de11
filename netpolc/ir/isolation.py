"""Which pods baselines close, and so where rules are needed to open anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.ir.model import Anything, Direction, Flow, InNamespace, Net, Peer, Pods, Program
from netpolc.sets.labels import EVERYTHING, LabelSelector, intersect

if TYPE_CHECKING:
    from collections.abc import Iterable


class Subject(msgspec.Struct, frozen=True):
    """Closed pods of one namespace that a peer holds; `within` is the part that a baseline closes, if not all."""

    namespace: str | None
    selector: LabelSelector
    within: Pods | None


def opened_by(flow: Flow, half: Direction) -> tuple[Peer, ...]:
    """The peers whose pods one half of a flow opens."""
    return flow.sources if half == "egress" else tuple([end.peer for end in flow.destinations])


class IsolatedPods:
    """The closed pods of a program, by namespace and direction."""

    def __init__(self, program: Program) -> None:
        """Collect the baselines of a program; one on a whole namespace outdoes those on some of its pods."""
        self._namespaces = {namespace.name: namespace for namespace in program.namespaces}
        self._whole: set[tuple[str | None, Direction]] = set()
        self._parts: dict[tuple[str | None, Direction], _Parts] = {}
        # By identity, since resolution makes one peer of each name: comparing peers would cost more than it saves.
        self._known: dict[tuple[int, Direction], tuple[Subject, ...]] = {}
        self._names: dict[tuple[int, Direction], frozenset[str | None]] = {}
        self._reach: dict[int, frozenset[str | None]] = {}
        self._program = program
        for baseline in program.baselines:
            for direction in baseline.directions:
                closed = baseline.namespace, direction
                if baseline.on is None:
                    self._whole.add(closed)
                else:
                    self._parts.setdefault(closed, _Parts()).add(baseline.on)

    def subjects(self, peer: Peer, direction: Direction) -> tuple[Subject, ...]:
        """The closed pods among a peer's, for which a rule has to be written to open the direction."""
        key = id(peer), direction
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self._subjects(peer, direction))
        return found

    def names(self, peer: Peer, direction: Direction) -> frozenset[str | None]:
        """The owned namespaces in which pods of a peer are closed."""
        key = id(peer), direction
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = frozenset([subject.namespace for subject in self.subjects(peer, direction)])
        return found

    def reach(self, flow: Flow) -> frozenset[str | None]:
        """The owned namespaces in which rules have to be written for a flow."""
        known = self._reach.get(id(flow))
        if known is None:
            found = [self.names(peer, half) for half in flow.halves for peer in opened_by(flow, half)]
            known = self._reach[id(flow)] = frozenset().union(*found)
        return known

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
            if (name, direction) in self._whole:
                yield Subject(name, selector, None)
            elif (name, direction) in self._parts:
                for within in self._parts[name, direction].near(selector):
                    both = intersect(selector, within.selector)
                    if both is not None:
                        yield Subject(name, both, within)


class _Parts:
    """Closed parts of one namespace, filed under what they ask of one label, so that few are compared with a peer."""

    def __init__(self) -> None:
        self._known: dict[LabelSelector, tuple[int, Pods]] = {}
        self._filed: dict[str, dict[str, list[tuple[int, Pods]]]] = {}
        self._others: list[tuple[int, Pods]] = []

    def add(self, part: Pods) -> None:
        """File a part; the first with a selector stands for all."""
        if part.selector in self._known:
            return
        entry = self._known[part.selector] = len(self._known), part
        values = _values(part.selector)
        for key in list(values)[:1]:
            for value in values[key]:
                self._filed.setdefault(key, {}).setdefault(value, []).append(entry)
        if not values:
            self._others.append(entry)

    def near(self, selector: LabelSelector) -> list[Pods]:
        """The parts that may have pods in common with a selector, in the order in which they were filed."""
        values = _values(selector)
        found = dict(self._others)
        for key, filed in self._filed.items():
            for value in values.get(key, filed):
                found.update(filed.get(value, ()))
        return [found[number] for number in sorted(found)]


def _values(selector: LabelSelector) -> dict[str, tuple[str, ...]]:
    """The values that a selector leaves to the labels for which it names them."""
    return {
        requirement.key: requirement.values for requirement in selector.requirements if requirement.operator == "In"
    }
