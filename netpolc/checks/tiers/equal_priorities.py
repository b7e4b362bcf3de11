"""NP437: two policies of one tier and priority that decide otherwise of the same connection.

Which of them counts is undefined (network-policy-api, apis/v1beta1, `priority`); kube-network-policies v1.1.1 goes by
their names. Where they have no connection in common, or decide alike, nobody has to know.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.boxes import Space, TooComplexError
from netpolc.engine.from_tier_policies import decisions_of
from netpolc.engine.proofs import boxes_of
from netpolc.engine.regions import Namespaces
from netpolc.policy.constants import WRITTEN_DIRECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.tiers.checked_tiers import CheckedTiers
    from netpolc.policy.tier_model import TierPolicy


def check(checked: CheckedTiers) -> Iterator[Diagnostic]:
    """Yield each policy whose priority an earlier one has, if it matters which of them goes first."""
    together: dict[tuple[str, int], list[TierPolicy]] = {}
    for policy in checked.policies:
        together.setdefault((policy.tier, policy.priority), []).append(policy)
    space = Space(Namespaces(checked.ruleset.namespaces))
    for several in together.values():
        told: set[str] = set()
        for one, other in combinations(several, 2):
            if other.shown not in told and _may_differ(one, other, checked, space):
                told.add(other.shown)
                yield _equal(one, other)


def _may_differ(one: TierPolicy, other: TierPolicy, checked: CheckedTiers, space: Space) -> bool:
    space.begin()
    try:
        return any(
            mine.action != yours.action and space.meet(here, there) is not None
            for direction in WRITTEN_DIRECTIONS
            for mine in decisions_of(one, direction, checked.nodes)
            for yours in decisions_of(other, direction, checked.nodes)
            for here in boxes_of(mine, direction)
            for there in boxes_of(yours, direction)
        )
    except TooComplexError:
        return False


def _equal(one: TierPolicy, other: TierPolicy) -> Diagnostic:
    places = (one.priority_location or one.location, other.priority_location or other.location)
    return Diagnostic(
        code="NP437",
        severity="error",
        message=f"`{other.shown}` has the priority of `{one.shown}`, and decides otherwise of the same connections",
        location=places[1],
        labels=() if places[0] is None else (Label(places[0], "the same here"),),
        help="give each a priority of its own; it is undefined which of them counts",
    )
