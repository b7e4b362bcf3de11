"""Which halves make whole flows: those whose other half opens nothing that the policies do not."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import ANYTHING, Anything, Block, Fact, Pods
from netpolc.engine.index import Index
from netpolc.engine.regions import EVERY_POD, PodSet, in_namespace, in_namespaces, meet
from netpolc.ir.model import InNamespace, InNamespaces
from netpolc.sets.labels import EVERYTHING, LabelSelector
from netpolc.sets.ports import PortSet, difference, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.adopt.importer.model import End, Facts, Grant, Half
    from netpolc.ir.model import Direction

    Table = dict[tuple[LabelSelector, End], list[PortSet]]

EVERYWHERE = InNamespaces(EVERYTHING)
NOTHING = PortSet()
MOST_PARTS = 8
"""How many closed parts a whole flow may open again; with more, it would build far more rules than it came from."""

MOST_STEPS = 500_000
"""How often a closed part is looked at; what is asked later stays a half, which is as right."""

OPPOSITE: dict[Direction, Direction] = {"ingress": "egress", "egress": "ingress"}


def flows_of(facts: Facts, *, whole: bool) -> tuple[Fact, ...]:
    """The facts as flows, each once: as `whole` ones where that means the same, else one half at a time.

    Each half of a whole flow is either said by a rule or opens what is open anyway; so to write one never opens
    anything. What two rules say from both ends becomes one fact, in the place of the ingress rule.
    """
    known = _Known(facts) if whole else None
    found: dict[tuple[End, End, PortSet, Half], list[Grant]] = {}
    for direction in OPPOSITE:
        for grant in facts.grants:
            if grant.direction == direction:
                half = direction if known is None or not known.allow_whole(grant) else None
                found.setdefault((grant.source, grant.destination, grant.ports, half), []).append(grant)
    return tuple(Fact(*key, tuple(grants)) for key, grants in found.items())


class _Known:
    """What policies close and let through, filed so that each question takes few steps."""

    def __init__(self, facts: Facts) -> None:
        self.closed = {direction: _closed(facts, direction) for direction in OPPOSITE}
        self.granted: dict[tuple[Direction, LabelSelector], Table] = {}
        self.answers: dict[tuple[End, End, PortSet, Direction], bool] = {}
        self.steps = 0
        for grant in facts.grants:
            subject = _region(grant.subject)
            if subject is not None:
                table = self.granted.setdefault((grant.direction, subject.namespaces), {})
                table.setdefault((subject.pods, grant.peer), []).append(grant.ports)

    def allow_whole(self, grant: Grant) -> bool:
        """Whether the other half of a rule opens nothing new."""
        question = grant.peer, grant.subject, grant.ports, OPPOSITE[grant.direction]
        if question not in self.answers:
            self.answers[question] = self._is_nothing_new(*question)
        return self.answers[question]

    def _is_nothing_new(self, end: End, far: End, ports: PortSet, direction: Direction) -> bool:
        region = _region(end)
        if region is None:
            return True
        parts = 0
        for closed in self.closed[direction].near(region):
            self.steps += 1
            both = meet(region, closed)
            if isinstance(both, PodSet):
                parts += 1
                if not self._let_through(closed.namespaces, both.pods, far, ports, direction):
                    return False
            if parts > MOST_PARTS or self.steps > MOST_STEPS:
                return False
        return True

    def _let_through(
        self, namespace: LabelSelector, selector: LabelSelector, far: End, ports: PortSet, direction: Direction
    ) -> bool:
        """Whether rules for these pods, or for more, let them through to a far end, or to more."""
        table = self.granted.get((direction, namespace), {})
        covers = [table.get(place, ()) for place in product(_wider_selectors(selector), _wider(far))]
        held = [each for cover in covers for each in cover]
        return bool(held) and difference(ports, union(held)) == NOTHING


def _closed(facts: Facts, direction: Direction) -> Index[PodSet]:
    """What is closed in a direction; of a namespace that is closed as a whole, no parts."""
    subjects = {
        PodSet(in_namespace(closed.namespace), closed.selector): None
        for closed in facts.closed
        if closed.direction == direction
    }
    whole = {subject.namespaces for subject in subjects if subject.pods == EVERYTHING}
    return Index((each, each) for each in subjects if each.pods == EVERYTHING or each.namespaces not in whole)


def _region(end: End) -> PodSet | None:
    """The pods that an end could be."""
    match end:
        case Block():
            return None
        case Anything():
            return EVERY_POD
        case Pods(where, selector):
            if isinstance(where, InNamespace):
                return PodSet(in_namespace(where.name), selector)
            namespaces = in_namespaces(where.selector)
            return None if namespaces is None else PodSet(namespaces, selector)


def _wider(end: End) -> Iterator[End]:
    """An end, and ends that hold all of it."""
    yield end
    match end:
        case Pods(namespaces, selector):
            yield ANYTHING
            places = (namespaces, EVERYWHERE) if namespaces != EVERYWHERE else (EVERYWHERE,)
            for where, pods in product(places, _wider_selectors(selector)):
                if (where, pods) != (namespaces, selector):
                    yield Pods(where, pods)
        case Block(cidr, excepts):
            yield ANYTHING
            if excepts:
                yield Block(cidr)
        case Anything():
            pass


def _wider_selectors(selector: LabelSelector) -> Iterator[LabelSelector]:
    yield selector
    if selector.requirements:
        yield EVERYTHING
    if len(selector.requirements) > 1:
        for requirement in selector.requirements:
            yield LabelSelector((requirement,))
