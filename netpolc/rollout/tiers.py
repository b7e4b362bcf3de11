"""The order in which cluster-wide policies are changed, around the steps of NetworkPolicies.

Within a tier the first decision that holds a connection counts, so while old and new lists are there together, that is
the first of the old or the first of the new one, and both are sides. It follows:

- What is new goes from the first priority to the last, what is old from the last to the first: at each moment, what
  decides is what decided, or what shall.
- New policies of Admin come before all NetworkPolicies, old ones go after them: in between, what either decides is
  decided. Those of Baseline judge pods that no NetworkPolicy isolates; when they change, all pods are isolated that are
  on either side.

That is no proof where a `Pass` hides what another decides, where a policy changes in place, or where both ends of a
connection change in opposite ways. So each state before and after a step here is proven against both sides; between two
of these only NetworkPolicies change, by an order that is safe whatever the tiers say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.boxes import Space, TooComplexError
from netpolc.engine.comparison import differences
from netpolc.engine.proofs import Prover
from netpolc.engine.regions import Namespaces
from netpolc.policy.tier_model import TierPolicy
from netpolc.rollout.around import Around
from netpolc.rollout.model import Document, Key, Order, Step, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.engine.model import RuleSet
    from netpolc.rollout.model import WayParts

MOST_STATES = 200
"""How many states are proven before the question is given up."""
MOST_STEPS = 400_000
"""The steps that are taken to prove one of them: about a second."""
UNTOLD = "what cluster-wide policies cut or open on the way took too long to find out"


class BothSides(msgspec.Struct, frozen=True):
    """All policies before and after, and what stands around them."""

    was: Mapping[Key, Document]
    shall: Mapping[Key, Document]
    around: Around


def with_tier_steps(way: WayParts, changes: Sequence[Step], sides: BothSides, *, proves_all: bool) -> Order:
    """Put the steps of cluster-wide policies around those of NetworkPolicies; what cannot be kept is said.

    Where it `proves_all`, the states that NetworkPolicies leave are not taken to be safe, either.
    """
    found: Order | None = None
    for early in (True, False):
        order = _placed(way, changes, early=early)
        if len(order.steps) == 1:
            return order
        faults = _faults(order.steps, sides, proves_all=proves_all)
        if found is None or len(faults) < len(found.unsaved) - len(way.unsaved):
            found = Order(order.steps, way.unsaved + faults)
        if not faults or not any(step.before and step.after for step in changes):
            break
    return found or Order(())


def _placed(way: WayParts, changes: Sequence[Step], *, early: bool) -> Order:
    """Return all steps, with policies that change in place among the new ones, if `early`, or else among the old."""
    of: dict[tuple[str, bool], list[Step]] = {}
    for step in changes:
        is_new = step.before is None or (step.after is not None and early)
        of.setdefault((_tier(step), is_new), []).append(step)
    new, old = ({tier: sorted(of.get((tier, side), ()), key=_precedence) for tier in _TIERS} for side in (True, False))
    return Order(
        (
            *new["Admin"],
            *way.first,
            *new["Baseline"],
            *reversed(old["Baseline"]),
            *way.second,
            *reversed(old["Admin"]),
        ),
        way.unsaved,
    )


_TIERS = ("Admin", "Baseline")


def _tier(step: Step) -> str:
    policy = step.after or step.before
    return policy.tier if isinstance(policy, TierPolicy) else ""


def _precedence(step: Step) -> tuple[int, str]:
    policy = step.after or step.before
    return (policy.priority if isinstance(policy, TierPolicy) else 0), step.key[1]


def _faults(steps: Sequence[Step], sides: BothSides, *, proves_all: bool) -> tuple[str, ...]:
    """Return in words what the states cut or open that are right before or after a change of the tiers."""
    before, after = (sides.around.rules(each.values()) for each in (sides.was, sides.shall))
    found: list[str] = []
    there = dict(sides.was)
    left = MOST_STATES
    for step, following in zip(steps, (*steps[1:], None), strict=True):
        there.pop(step.key, None)
        if step.after is not None:
            there[step.key] = step.after
        # What NetworkPolicies make of it in the end bounds what they make of it on the way.
        if not (proves_all or _tier(step) or (following is not None and _tier(following))):
            continue
        left -= 1
        state = sides.around.rules(there.values())
        try:
            said = [*_said(before, state, after)] if left >= 0 else [UNTOLD]
        except TooComplexError:
            said = [UNTOLD]
        if UNTOLD in said:
            return (*dict.fromkeys(found), UNTOLD)
        found += (f"{each} while `{shown(step.key)}` is {step.verb}d" for each in said)
    return tuple(dict.fromkeys(found))


def _said(before: RuleSet, state: RuleSet, after: RuleSet) -> Iterator[str]:
    prover = Prover(after, Space(Namespaces(after.namespaces), MOST_STEPS, MOST_STEPS))
    seen: set[str] = set()
    for found in differences(before, state, MOST_STEPS):
        is_cut = found.allowed_by == "one"
        said = (
            "connections are cut that both sides allow" if is_cut else "connections are open that neither side allows"
        )
        if said not in seen and next(iter(prover.allowed(found.box) if is_cut else prover.denied(found.box)), None):
            seen.add(said)
            yield said
            if len(seen) > 1:
                return
