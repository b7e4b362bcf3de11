"""Who denies the connections of a rule at their other end, where tiers of cluster-wide policies are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.boxes import Space, TooComplexError
from netpolc.engine.model import AllowRule, Isolation
from netpolc.engine.proofs import Prover, boxes_of
from netpolc.engine.regions import EVERY_POD, PodSet
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.engine.boxes import Box
    from netpolc.engine.model import DirectionRules, Reason, RuleSet
    from netpolc.engine.regions import Namespaces

OTHER_END: dict[Direction, Direction] = {"ingress": "egress", "egress": "ingress"}

MOST_STEPS, MOST_STEPS_ALTOGETHER = 100_000, 1_000_000
"""How long is looked at one rule, and at all of them; what takes longer counts as open."""


class TieredEnds:
    """Both ends of connections, as tiers and rules decide there."""

    def __init__(self, ruleset: RuleSet, namespaces: Namespaces) -> None:
        """Index all that is decided."""
        self._prover = Prover(ruleset, Space(namespaces, MOST_STEPS, MOST_STEPS_ALTOGETHER))
        self._first = {
            each: frozenset(decision.reason for tier in ruleset.of(each).before for decision in tier.decisions)
            for each in DIRECTIONS
        }
        self._found: dict[tuple[Direction, PodSet, object, object], tuple[Isolation, ...]] = {}

    def closing(self, direction: Direction, allow_rule: AllowRule) -> tuple[Isolation, ...]:
        """Return what denies each connection of a rule at its other end, if a rule there could let some of them pass.

        There is nothing where one passes, where none passes the rule's own end, or where names of ports leave it open.
        """
        if allow_rule.ports.names:
            return ()
        key = direction, allow_rule.subject, allow_rule.peer, allow_rule.ports
        if key not in self._found:
            self._prover.space.begin()
            try:
                self._found[key] = self._closing(direction, allow_rule)
            except TooComplexError:
                self._found[key] = ()
        return self._found[key]

    def _closing(self, direction: Direction, allow_rule: AllowRule) -> tuple[Isolation, ...]:
        other = OTHER_END[direction]
        closing: dict[Reason | None, Isolation] = {}
        for whole in boxes_of(allow_rule, direction):
            for passage in self._prover.passages(whole, direction):
                for denied in self._prover.outcomes(passage.box, other):
                    if denied.passes:
                        return ()
                    subject = _end(denied.box, other)
                    if denied.reason not in self._first[other] and isinstance(subject, PodSet):
                        closing.setdefault(denied.reason, Isolation(subject, denied.reason))
        return tuple(closing.values())


def _end(box: Box, direction: Direction) -> object:
    return box.source if direction == "egress" else box.destination


def opened_by_tiers(rules: DirectionRules, pod_addresses: AddressSet) -> Iterator[AllowRule]:
    """Yield what tiers let through that may be more than it says: blocks with pods, and names of ports."""
    for each in rules.decisions:
        if each.action != "allow":
            continue
        if not isinstance(each.peer, AddressSet):
            if each.ports.names:
                yield AllowRule(each.subject, each.peer, each.ports, each.reason)
        elif each.peer & pod_addresses:
            yield AllowRule(each.subject, EVERY_POD, each.ports, each.reason)
