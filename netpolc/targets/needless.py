"""Policies for pairs that may be left out, because the other policies of their namespace let the same through.

A pair is what a flow's end and a baseline's part have in common (`ir.isolation.is_pair`). Its pods are isolated by the
baseline's own policy, so a policy for a pair only lets through. What it lets through counts at its own end, whatever
the other end says, which other programs may decide; and for namespaces of any labels, whatever a program states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.boxes import Space, TooComplexError
from netpolc.engine.from_program import regions_of
from netpolc.engine.index import Index
from netpolc.engine.model import AllowRule
from netpolc.engine.proofs import boxes_of
from netpolc.engine.regions import Namespaces, PodSet, in_namespace
from netpolc.policy.constants import DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netpolc.engine.boxes import Box
    from netpolc.ir.model import Direction, Peer
    from netpolc.sets.labels import LabelSelector
    from netpolc.sets.ports import PortSet

    LetThrough = Mapping[Direction, Iterable[tuple[Peer, PortSet]]]

MOST_STEPS = 200_000
"""The requirements that are compared for one namespace, about half a second: pairs that are left then are written."""


def needless(
    namespace: str | None, policies: Mapping[LabelSelector, LetThrough], pairs: Iterable[LabelSelector]
) -> set[LabelSelector]:
    """Choose pairs whose policies can all be left out, so that of the rest none can; the narrowest go first.

    `policies` are those of one namespace: what each lets through in each direction, by the pods that it selects.
    """
    search = _Search(namespace, policies)
    try:
        for pair in sorted(pairs, key=lambda selector: (-len(selector.requirements), selector)):
            search.try_without(pair)
    except TooComplexError:
        return search.left_out
    return search.left_out


class _Search:
    def __init__(self, namespace: str | None, policies: Mapping[LabelSelector, LetThrough]) -> None:
        self.left_out: set[LabelSelector] = set()
        self._space = Space(Namespaces({}), MOST_STEPS)
        self._rules = {
            direction: {
                selector: _allow_rules(PodSet(in_namespace(namespace), selector), let_through.get(direction, ()))
                for selector, let_through in policies.items()
            }
            for direction in DIRECTIONS
        }
        self._indexes = {
            direction: Index((each.subject, each) for allow_rules in by_pods.values() for each in allow_rules)
            for direction, by_pods in self._rules.items()
        }

    def try_without(self, pair: LabelSelector) -> None:
        """Leave a pair out if the others say all that it does.

        Raises:
            TooComplexError: it takes too long to tell, and the pair stays.
        """
        if all(self._is_said_by_others(self._rules[direction][pair], direction) for direction in DIRECTIONS):
            self.left_out.add(pair)

    def _is_said_by_others(self, allow_rules: list[AllowRule], direction: Direction) -> bool:
        if not allow_rules:
            return True
        subject, index = allow_rules[0].subject, self._indexes[direction]
        boxes = [box for allow_rule in allow_rules for box in boxes_of(allow_rule, direction)]
        # Most are held by one rule for all pods of the pair, or by none at all, so the others are seldom asked for all.
        around = self._of_others(subject, index.around(subject), direction)
        rest = [box for box in boxes if not any(self._space.meet(box, other) == box for other in around)]
        others = self._of_others(subject, index.near(subject), direction) if rest else []
        return all(self._space.is_covered(box, others) for box in rest)

    def _of_others(self, subject: PodSet, found: Iterable[AllowRule], direction: Direction) -> list[Box]:
        remaining = (each for each in found if each.subject != subject and each.subject.pods not in self.left_out)
        return [box for each in remaining for box in boxes_of(each, direction)]


def _allow_rules(subject: PodSet, let_through: Iterable[tuple[Peer, PortSet]]) -> list[AllowRule]:
    return [AllowRule(subject, region, ports, None) for peer, ports in let_through for region in regions_of(peer)]
