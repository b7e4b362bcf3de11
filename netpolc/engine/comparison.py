"""The connections that one rule set allows and another does not, for every pod that could exist.

What is the same in form is not looked at: see `netpolc.engine.agreement`. Only what differs is compared in meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.engine.agreement import IsolatedSets, table
from netpolc.engine.boxes import Box, Space
from netpolc.engine.model import AllowRule
from netpolc.engine.ports import EVERY_PORTS
from netpolc.engine.proofs import Prover, boxes_of
from netpolc.engine.regions import ANYTHING, Namespaces
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.ports import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.engine.agreement import Table
    from netpolc.engine.model import DirectionRules, Isolation, RuleSet
    from netpolc.engine.regions import PodSet


class BoxDifference(msgspec.Struct, frozen=True):
    """Connections that one side allows and the other denies, and at which end."""

    box: Box
    allowed_by: Literal["one", "other"]
    direction: Direction


def differences(one: RuleSet, other: RuleSet) -> Iterator[BoxDifference]:
    """Yield the connections that either side allows and the other does not; both know the same namespaces."""
    comparison = _Comparison(one, other)
    for direction in DIRECTIONS:
        yield from comparison.compare(direction)


class _Comparison:
    def __init__(self, one: RuleSet, other: RuleSet) -> None:
        self.namespaces = Namespaces(one.namespaces)
        self.rulesets = {"one": one, "other": other}
        self._provers: dict[str, Prover] = {}

    def compare(self, direction: Direction) -> Iterator[BoxDifference]:
        ours, theirs = self.rulesets["one"].of(direction), self.rulesets["other"].of(direction)
        yield from self._isolated(direction, ours, "one", "other")
        yield from self._isolated(direction, theirs, "other", "one")
        mine, others = table(ours, self.namespaces), table(theirs, self.namespaces)
        if mine != others:
            yield from self._let_through(direction, mine, others, "one", "other")
            yield from self._let_through(direction, others, mine, "other", "one")

    def prover(self, side: str) -> Prover:
        if side not in self._provers:
            self._provers[side] = Prover(self.rulesets[side], Space(self.namespaces))
        return self._provers[side]

    def _isolated(
        self, direction: Direction, rules: DirectionRules, side: Side, opposite: Side
    ) -> Iterator[BoxDifference]:
        """Yield what a side isolates and the other does not, and so allows, unless the side lets it through."""
        isolated = IsolatedSets(self.rulesets[opposite].of(direction).isolations)
        for isolation in _distinct(rules.isolations):
            subject = isolation.subject
            if isolated.hold(subject):
                continue
            prover = self.prover(opposite)
            prover.space.begin()
            passages = [
                each for whole in _with_anything(subject, direction) for each in prover.passages(whole, direction)
            ]
            for passage in passages:
                if passage.reason is None:
                    yield from self._denied(direction, passage.box, side, opposite)

    def _let_through(
        self, direction: Direction, table: Table, others: Table, side: Side, opposite: Side
    ) -> Iterator[BoxDifference]:
        """Yield what a side lets through, and the other isolates and does not let through."""
        for subject, peers in table.items():
            theirs = others.get(subject, {})
            for peer, ports in peers.items():
                if theirs.get(peer) != ports:
                    for box in _familiar_first(boxes_of(AllowRule(subject, peer, ports, None), direction)):
                        yield from self._denied(direction, box, opposite, side)

    def _denied(self, direction: Direction, box: Box, denying: Side, allowing: Side) -> Iterator[BoxDifference]:
        """Yield the parts of a box that one side denies at an end, if the other allows them at both ends."""
        for side in (allowing, denying):
            self.prover(side).space.begin()
        if not self.prover(allowing).space.possible(box):
            return
        if self.prover(denying).lets_all_through(box, direction):
            return
        self.prover(denying).space.begin()
        passing = [passage.box for passage in self.prover(denying).passages(box, direction)]
        far: Direction = "ingress" if direction == "egress" else "egress"
        for rest in self.prover(denying).space.without(box, passing):
            for passage in self.prover(allowing).passages(rest, far):
                yield BoxDifference(passage.box, allowing, direction)


Side = Literal["one", "other"]


def _distinct(isolations: Iterable[Isolation]) -> Iterable[Isolation]:
    return {isolation.subject: isolation for isolation in isolations}.values()


def _with_anything(subject: PodSet, direction: Direction) -> Iterator[Box]:
    for region in ANYTHING:
        for ports in EVERY_PORTS:
            yield Box(subject, region, ports) if direction == "egress" else Box(region, subject, ports)


def _familiar_first(boxes: Iterable[Box]) -> list[Box]:
    return sorted(boxes, key=lambda box: PROTOCOLS.index(box.ports.protocol))
