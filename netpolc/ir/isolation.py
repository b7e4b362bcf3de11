"""The pods that baselines isolate, and so where a flow needs rules to let anything through."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from netpolc.identity import IdentityCache
from netpolc.ir.model import Anything, Direction, Flow, InNamespace, Net, Peer, Pods, Program
from netpolc.sets.labels import EVERYTHING, LabelSelector, holds, intersect, is_covered

if TYPE_CHECKING:
    from collections.abc import Iterable


class IsolatedSubject(msgspec.Struct, frozen=True):
    """Isolated pods of one namespace that a peer holds; `within` is the part that a baseline isolates, if not all.

    They are all pods of the peer, or all of the baseline's part, or else only what both have in common: a *pair*.
    """

    namespace: str | None
    selector: LabelSelector
    within: Pods | None


def is_pair(peer: Peer, subject: IsolatedSubject) -> bool:
    """Tell whether a subject of a peer is neither the peer as it is nor an isolated part as a baseline states it."""
    stated = peer.selector if isinstance(peer, Pods) else EVERYTHING
    return subject.selector != stated and (subject.within is None or subject.selector != subject.within.selector)


def opened_by(flow: Flow, direction: Direction) -> tuple[Peer, ...]:
    """Return the peers of a flow whose pods it opens in a direction: sources for egress, destinations for ingress."""
    return flow.sources if direction == "egress" else tuple([end.peer for end in flow.destinations])


class IsolatedPods:
    """The isolated pods of a program, by namespace and direction."""

    def __init__(self, program: Program) -> None:
        """Collect the baselines of a program; one on a whole namespace outdoes those on some of its pods."""
        self._namespaces = {namespace.name: namespace for namespace in program.namespaces}
        self._whole: set[tuple[str | None, Direction]] = set()
        self._parts: dict[tuple[str | None, Direction], _Parts] = {}
        # By identity, since resolution makes one peer of each name: comparing peers would cost more than it saves.
        self._subjects_of: defaultdict[Direction, IdentityCache[Peer, tuple[IsolatedSubject, ...]]] = defaultdict(
            IdentityCache
        )
        self._names: defaultdict[Direction, IdentityCache[Peer, frozenset[str | None]]] = defaultdict(IdentityCache)
        self._reach: IdentityCache[Flow, frozenset[str | None]] = IdentityCache()
        self._program = program
        for baseline in program.baselines:
            for direction in baseline.directions:
                key = baseline.namespace, direction
                if baseline.on is None:
                    self._whole.add(key)
                else:
                    self._parts.setdefault(key, _Parts()).add(baseline.on)

    def subjects(self, peer: Peer, direction: Direction) -> tuple[IsolatedSubject, ...]:
        """List the isolated pods among a peer's, for which a rule has to be written to open the direction.

        Of each namespace, that is the peer as it is, where baselines isolate all of it there, and else what it has in
        common with each isolated part.
        """
        cache = self._subjects_of[direction]
        found = cache.get(peer)
        if found is None:
            found = cache.add(peer, tuple(self._subjects(peer, direction)))
        return found

    def names(self, peer: Peer, direction: Direction) -> frozenset[str | None]:
        """Return the owned namespaces in which pods of a peer are isolated."""
        cache = self._names[direction]
        found = cache.get(peer)
        if found is None:
            found = cache.add(peer, frozenset([subject.namespace for subject in self.subjects(peer, direction)]))
        return found

    def reach(self, flow: Flow) -> frozenset[str | None]:
        """Return the owned namespaces in which rules have to be written for a flow."""
        known = self._reach.get(flow)
        if known is None:
            found = [self.names(peer, each) for each in flow.directions for peer in opened_by(flow, each)]
            known = self._reach.add(flow, frozenset().union(*found))
        return known

    def owned(self, peer: Pods) -> tuple[str | None, ...]:
        """List the owned namespaces that a peer reaches into; unstated labels count as absent."""
        if isinstance(peer.namespaces, InNamespace):
            name = peer.namespaces.name
            return (name,) if name in self._namespaces else ()
        selector = peer.namespaces.selector
        return tuple(name for name, namespace in self._namespaces.items() if selector.matches(namespace.labels))

    def _subjects(self, peer: Peer, direction: Direction) -> Iterable[IsolatedSubject]:
        match peer:
            case Net():
                return
            case Anything():
                names, selector = tuple(self._namespaces), EVERYTHING
            case Pods():
                names, selector = self.owned(peer), peer.selector
        for name in names:
            if (name, direction) in self._whole:
                yield IsolatedSubject(name, selector, None)
            elif (name, direction) in self._parts:
                yield from _subjects_within(name, selector, self._parts[name, direction])


def _subjects_within(name: str | None, selector: LabelSelector, parts: _Parts) -> list[IsolatedSubject]:
    """List the pods of a selector that are within isolated parts of one namespace, in as few sets as say it."""
    around = parts.around(selector)
    if around is not None:
        return [IsolatedSubject(name, selector, around)]
    near = [(intersect(selector, within.selector), within) for within in parts.near(selector)]
    found = [IsolatedSubject(name, both, within) for both, within in near if both is not None]
    isolated = [subject.within.selector for subject in found if subject.within is not None]
    has_pair = any(subject.selector not in isolated for subject in found)
    return [IsolatedSubject(name, selector, None)] if has_pair and is_covered(selector, isolated) else found


class _Parts:
    """Isolated parts of one namespace, indexed by one label that they ask for, so that few are compared with a peer."""

    def __init__(self) -> None:
        self._parts: list[Pods] = []
        self._numbers: dict[LabelSelector, int] = {}
        self._by_label: dict[str, dict[str, list[int]]] = {}
        self._others: list[int] = []

    def add(self, part: Pods) -> None:
        """Add a part; of those with one selector, the one whose words name policies best stands for all."""
        number = self._numbers.setdefault(part.selector, len(self._parts))
        if number < len(self._parts):
            self._parts[number] = min(self._parts[number], part, key=_plainness)
            return
        self._parts.append(part)
        values = _values(part.selector)
        for key in list(values)[:1]:
            for value in values[key]:
                self._by_label.setdefault(key, {}).setdefault(value, []).append(number)
        if not values:
            self._others.append(number)

    def around(self, selector: LabelSelector) -> Pods | None:
        """Return a part that holds all pods of a selector, the one with just these pods before others, or None."""
        number = self._numbers.get(selector)
        if number is not None:
            return self._parts[number]
        found = list(self._others)
        for key, values in _values(selector).items():
            found += self._by_label.get(key, {}).get(values[0], ())
        return next((self._parts[number] for number in found if holds(self._parts[number].selector, selector)), None)

    def near(self, selector: LabelSelector) -> list[Pods]:
        """List the parts that may have pods in common with a selector, in the order in which they were added."""
        values = _values(selector)
        found = set(self._others)
        for key, by_value in self._by_label.items():
            for value in values.get(key, by_value):
                found.update(by_value.get(value, ()))
        return [self._parts[number] for number in sorted(found)]


def _plainness(part: Pods) -> tuple[bool, bool, str]:
    """Return what orders the words for one selector, so that it does not matter which is said first."""
    return not part.declared, part.name.startswith(("[", "*")), part.name


def _values(selector: LabelSelector) -> dict[str, tuple[str, ...]]:
    """Return the values that a selector leaves to the labels for which it names them."""
    return {
        requirement.key: requirement.values for requirement in selector.requirements if requirement.operator == "In"
    }
