"""Flows out of the halves that policies allow.

Kubernetes allows a connection in two halves: the egress of its source and the ingress of its destination. A rule of a
policy allows one half; a flow of the language opens both unless it names one. So a half is written as a whole flow
where its other half opens nothing that the policies do not allow.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import ANYTHING, AnyEnd, BlockEnd, Fact, PodsEnd
from netpolc.engine.index import Index
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace, in_namespaces, meet
from netpolc.ir.model import InNamespace, InNamespaces
from netpolc.policy.constants import OPPOSITE
from netpolc.sets.labels import EVERYTHING, LabelSelector
from netpolc.sets.ports import PortSet, difference, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.adopt.importer.model import AllowedPeer, End, Facts, FlowHalf
    from netpolc.ir.model import Direction

    Table = dict[tuple[LabelSelector, End], list[PortSet]]

EVERYWHERE = InNamespaces(EVERYTHING)
NOTHING = PortSet()
NAMELESS = in_namespace(None)
MOST_PARTS = 8
"""How many isolated parts a whole flow may open again; with more, it would build far more rules than it came from."""

MOST_STEPS = 500_000
"""How often isolated parts are looked at; beyond that, flows stay halves, which is as right."""


def flows_of(facts: Facts, *, whole: bool) -> tuple[Fact, ...]:
    """Return the facts as flows, each once: as `whole` ones where that means the same, else one half at a time.

    Each half of a whole flow is either allowed by a rule or opens what is open anyway, so a whole flow never opens
    anything new. A connection that two rules allow from both ends becomes one fact, where the ingress rule stands.
    """
    index = _PolicyIndex(facts) if whole else None
    found: dict[tuple[End, End, PortSet, FlowHalf], list[AllowedPeer]] = {}
    for direction in OPPOSITE:
        for allowed in facts.allowed_peers:
            if allowed.direction == direction:
                half = direction if index is None or not index.allow_whole(allowed) else None
                found.setdefault((allowed.source, allowed.destination, allowed.ports, half), []).append(allowed)
    return tuple(Fact(*key, tuple(allowed_peers)) for key, allowed_peers in found.items())


class _PolicyIndex:
    """The isolated pods and allowed peers of policies, filed so that each question takes few steps."""

    def __init__(self, facts: Facts) -> None:
        self.closed = {direction: _closed(facts, direction) for direction in OPPOSITE}
        self.allowed: dict[tuple[Direction, LabelSelector], Table] = {}
        self.answers: dict[tuple[End, End, PortSet, Direction], bool] = {}
        self.steps = 0
        for allowed in facts.allowed_peers:
            subject = _region(allowed.subject)
            if subject is not None:
                table = self.allowed.setdefault((allowed.direction, subject.namespaces), {})
                table.setdefault((subject.pods, allowed.peer), []).append(allowed.ports)

    def allow_whole(self, allowed: AllowedPeer) -> bool:
        """Tell whether the other half of a rule can be written, and allows nothing new."""
        question = allowed.peer, allowed.subject, allowed.ports, OPPOSITE[allowed.direction]
        if question not in self.answers:
            self.answers[question] = self._is_nothing_new(*question)
        return self.answers[question]

    def _is_nothing_new(self, end: End, far: End, ports: PortSet, direction: Direction) -> bool:
        region = _region(end)
        if region is None:
            return True
        is_nameless = isinstance(far, PodsEnd) and far.namespaces == InNamespace(None)
        parts = 0
        for closed in self.closed[direction].near(region):
            self.steps += 1
            both = meet(region, closed)
            if isinstance(both, PodSet):
                parts += 1
                if is_nameless and closed.namespaces != NAMELESS:
                    return False  # a policy elsewhere cannot say where the far end is
                if not self._let_through(closed.namespaces, both.pods, far, ports, direction):
                    return False
            if parts > MOST_PARTS or self.steps > MOST_STEPS:
                return False
        return True

    def _let_through(
        self, namespace: LabelSelector, selector: LabelSelector, far: End, ports: PortSet, direction: Direction
    ) -> bool:
        """Tell whether rules for these pods, or for more, allow all of the ports with a far end, or with more."""
        table = self.allowed.get((direction, namespace), {})
        covers = [table.get(key, ()) for key in product(_wider_selectors(selector), _wider(far))]
        held = [each for cover in covers for each in cover]
        return bool(held) and difference(ports, union(held)) == NOTHING


def _closed(facts: Facts, direction: Direction) -> Index[PodSet]:
    """Index the pods that are isolated in a direction; parts of a namespace are left out if all of it is."""
    subjects = {
        PodSet(in_namespace(closed.namespace), closed.selector): None
        for closed in facts.isolations
        if closed.direction == direction
    }
    whole = {subject.namespaces for subject in subjects if subject.pods == EVERYTHING}
    return Index((each, each) for each in subjects if each.pods == EVERYTHING or each.namespaces not in whole)


def _region(end: End) -> PodSet | None:
    """Return the pods that an end may be, or None where it is no pods."""
    match end:
        case BlockEnd():
            return None
        case AnyEnd():
            return EVERY_POD
        case PodsEnd(where, selector):
            if isinstance(where, InNamespace):
                return PodSet(in_namespace(where.name), selector)
            namespaces = in_namespaces(where.selector)
            return None if namespaces is None else PodSet(namespaces, selector)


def _wider(end: End) -> Iterator[End]:
    """Yield an end, and ends that contain all of it."""
    yield end
    match end:
        case PodsEnd(namespaces, selector):
            yield ANYTHING
            namespace_sets = (namespaces, EVERYWHERE) if namespaces != EVERYWHERE else (EVERYWHERE,)
            for where, pods in product(namespace_sets, _wider_selectors(selector)):
                if (where, pods) != (namespaces, selector):
                    yield PodsEnd(where, pods)
        case BlockEnd(cidr, excepts):
            yield ANYTHING
            if excepts:
                yield BlockEnd(cidr)
        case AnyEnd():
            pass


def _wider_selectors(selector: LabelSelector) -> Iterator[LabelSelector]:
    yield selector
    if selector.requirements:
        yield EVERYTHING
    if len(selector.requirements) > 1:
        for requirement in selector.requirements:
            yield LabelSelector((requirement,))
