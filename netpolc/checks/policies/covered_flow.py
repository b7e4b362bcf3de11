"""NP505: rules that add nothing to what others allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.coverage import covering, labels_of
from netpolc.checks.openings import is_for_dns
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.boxes import Space, TooComplexError
from netpolc.engine.proofs import Prover, boxes_of
from netpolc.engine.regions import EVERY_POD, Namespaces
from netpolc.policy.constants import WRITTEN_DIRECTIONS
from netpolc.sets.named_ports import meet, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.policies.checked_policies import CheckedPolicies
    from netpolc.engine.model import AllowRule, Reason
    from netpolc.engine.regions import PodSet
    from netpolc.ir.model import Direction
    from netpolc.sets.ports import PortSet

    _Rules = dict[Reason, list[AllowRule]]


MOST_STEPS, MOST_STEPS_ALTOGETHER = 100_000, 1_000_000
"""How long one rule is compared with the others, and all of them; of what takes longer, nothing is said."""


def check(checked: CheckedPolicies) -> Iterator[Diagnostic]:
    """Compare each rule with all others but those that were found to be covered: of two equal ones, the later is."""
    sources = {policy.location.source for policy in checked.policies if policy.location is not None}
    space = Space(Namespaces(checked.ruleset.namespaces), MOST_STEPS, MOST_STEPS_ALTOGETHER)
    prover = Prover(checked.ruleset, space)
    for direction in WRITTEN_DIRECTIONS:
        rules = _by_reason(checked, direction)
        beside = _Beside(prover, direction)
        own = [each for each in rules if each.location is not None and each.location.source in sources]
        covered: set[Reason] = set()
        for reason in sorted(own, key=_place, reverse=True):
            alone = beside.is_alone(rules[reason])
            reasons = [] if alone else _covering(reason, rules, direction, prover, covered)
            if reasons:
                covered.add(reason)
                yield _covered(reason, reasons, rules)


class _Beside:
    """The rules that may be for the same pods as another one, and their ports: most rules share none with these."""

    def __init__(self, prover: Prover, direction: Direction) -> None:
        self._prover = prover
        self._direction: Direction = direction
        self._near: dict[PodSet, list[AllowRule]] = {}
        self._shared: dict[tuple[PortSet, PortSet], bool] = {}

    def is_alone(self, rules: Iterable[AllowRule]) -> bool:
        """Tell whether no rule for another reason is for any of the pods of some, all of one reason, on their ports."""
        for each in rules:
            for other in self._near_to(each.subject):
                if other.reason is not each.reason and self._share(each.ports, other.ports):
                    return False
        return True

    def _near_to(self, pods: PodSet) -> list[AllowRule]:
        found = self._near.get(pods)
        if found is None:
            found = self._near[pods] = list(self._prover.near(pods, self._direction))
        return found

    def _share(self, one: PortSet, other: PortSet) -> bool:
        found = self._shared.get((one, other))
        if found is None:
            found = any(meet(each, more) is not None for each in pieces(one) for more in pieces(other))
            self._shared[one, other] = found
        return found


def _by_reason(checked: CheckedPolicies, direction: Direction) -> _Rules:
    """Return the rules of a direction, but for those that may not be what is meant."""
    found: _Rules = {}
    for each in checked.ruleset.of(direction).allow_rules:
        if each.reason is not None and each.reason.policy not in checked.faulty:
            found.setdefault(each.reason, []).append(each)
    return found


def _place(reason: Reason) -> tuple[str, int, int]:
    return ("", 0, 0) if reason.location is None else reason.location.order


def _covering(
    reason: Reason, rules: _Rules, direction: Direction, prover: Prover, covered: set[Reason]
) -> list[Reason]:
    prover.space.begin()
    boxes = ((direction, box) for each in rules[reason] for box in boxes_of(each, direction))

    def counts(other: Reason) -> bool:
        return other != reason and other in rules and other not in covered

    try:
        return covering(boxes, prover, counts, reason)
    except TooComplexError:
        return []


def _covered(reason: Reason, reasons: list[Reason], rules: _Rules) -> Diagnostic:
    return Diagnostic(
        code="NP505",
        severity="note" if _is_harmless(reason, reasons, rules) else "warning",
        message="this rule adds nothing to what others allow",
        location=reason.location,
        labels=labels_of(reasons),
        help="remove it, or narrow what covers it",
    )


def _is_harmless(reason: Reason, reasons: list[Reason], rules: _Rules) -> bool:
    """Tell whether nobody can take a rule for a restriction: policies that stand for themselves repeat each other.

    It is so of a way to DNS, and of a rule that other policies have, too, be it for more pods.
    """
    if all(is_for_dns(each.ports) for each in rules[reason]):
        return True
    own = {_opened(each) for each in rules[reason]}
    others = {_opened(each) for other in reasons if other.policy != reason.policy for each in rules.get(other, ())}
    return own <= others and all(other.policy != reason.policy for other in reasons)


def _opened(rule: AllowRule) -> AllowRule:
    """Return what a rule opens, for whichever pods and reasons."""
    return msgspec.structs.replace(rule, subject=EVERY_POD, reason=None)
