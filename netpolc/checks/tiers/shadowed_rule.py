"""NP520: a rule of a tier that decides nothing, because those before it hold all of its connections.

Of policies with the same priority, none comes before the other. What netpolc wrote is not asked: of one line, it makes
several rules, and some that only keep pods from others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.boxes import Space, TooComplexError
from netpolc.engine.index import Index
from netpolc.engine.proofs import boxes_of
from netpolc.engine.regions import Namespaces
from netpolc.policy.constants import WRITTEN_DIRECTIONS
from netpolc.policy.names import MANAGED_BY

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from netpolc.checks.tiers.checked_tiers import CheckedTiers
    from netpolc.engine.boxes import Box
    from netpolc.engine.model import Decision, Reason, Tier
    from netpolc.ir.model import Direction

STEPS = 100_000
"""The steps that are taken to see this of one rule; what takes more is not said."""


def check(checked: CheckedTiers) -> Iterator[Diagnostic]:
    """Yield each such rule, with the rules that come before it, of this policy or of others."""
    space = Space(Namespaces(checked.ruleset.namespaces), STEPS)
    priorities: dict[str | None, int] = {policy.shown: policy.priority for policy in checked.policies}
    asked = {policy.shown for policy in checked.policies if MANAGED_BY not in policy.labels}
    for direction in WRITTEN_DIRECTIONS:
        for tier in checked.ruleset.of(direction).tiers:
            yield from _shadowed(tier, direction, space, priorities, asked)


def _shadowed(
    tier: Tier, direction: Direction, space: Space, priorities: Mapping[str | None, int], asked: Container[str | None]
) -> Iterator[Diagnostic]:
    before: Index[Decision] = Index()
    rules: dict[Reason, list[Decision]] = {}
    for decision in tier.decisions:
        if decision.reason is not None:
            rules.setdefault(decision.reason, []).append(decision)
    for reason, decisions in rules.items():
        space.begin()
        near = (
            []
            if reason.policy not in asked
            else [
                each
                for each in dict.fromkeys(each for decision in decisions for each in before.near(decision.subject))
                if _is_before(each.reason, reason, priorities)
            ]
        )
        boxes = [box for decision in decisions for box in boxes_of(decision, direction)]
        # What could exist nowhere says something else than that rules come before it.
        possible = [box for box in boxes if space.possible(box)]
        try:
            if possible and near:
                holding = [(each, box) for each in near for box in boxes_of(each, direction)]
                if all(space.is_covered(box, [whole for _, whole in holding]) for box in possible):
                    yield _said(reason, _meeting(possible, holding, space))
        except TooComplexError:
            pass
        for decision in decisions:
            before.add(decision.subject, decision)


def _is_before(one: Reason | None, other: Reason, priorities: Mapping[str | None, int]) -> bool:
    """Tell whether one of two rules, which stand in this order, surely counts before the other."""
    if one is None or one.policy == other.policy:
        return True
    return priorities.get(one.policy) != priorities.get(other.policy)


def _meeting(boxes: list[Box], holding: list[tuple[Decision, Box]], space: Space) -> list[Reason]:
    """Return the rules that have connections in common with some."""
    found = (
        each.reason
        for each, whole in holding
        if each.reason is not None and any(space.meet(box, whole) is not None for box in boxes)
    )
    return list(dict.fromkeys(found))


def _said(reason: Reason, before: list[Reason]) -> Diagnostic:
    return Diagnostic(
        code="NP520",
        severity="warning",
        message="this rule decides nothing: rules before it hold all of its connections",
        location=reason.location,
        labels=tuple(Label(each.location, "this comes first") for each in before[:3] if each.location is not None),
        help="put it before them, or leave it out",
    )
