"""NP662: a NetworkPolicy of one direction that leaves its pods to no Baseline in the other, and so opens them there.

The API's text has a NetworkPolicy decide finally for the pods that it selects, and so does kube-network-policies
v1.1.1. Calico and Cilium v1.20.2 judge each direction by itself, which `finality = "direction"` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.boxes import Box, TooComplexError
from netpolc.engine.index import Index
from netpolc.engine.model import RuleSet
from netpolc.engine.proofs import Prover, boxes_of
from netpolc.policy.constants import WRITTEN_DIRECTIONS
from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.checks.tiers.checked_tiers import CheckedTiers
    from netpolc.engine.model import Decision, Isolation, Reason
    from netpolc.ir.model import Direction


def check(checked: CheckedTiers) -> Iterator[Diagnostic]:
    """Yield each such policy, with the rule of the Baseline that it switches off."""
    if not any(checked.ruleset.of(direction).exempt for direction in WRITTEN_DIRECTIONS):
        return
    prover = Prover(_judged(checked.ruleset))
    for direction in WRITTEN_DIRECTIONS:
        rules = checked.ruleset.of(direction)
        denials = Index(
            (each.subject, each) for tier in rules.behind for each in tier.decisions if each.action == "deny"
        )
        told: set[Reason] = set()
        for exempt in _widest(rules.exempt):
            if exempt.reason is not None and exempt.reason not in told:
                denied = _denied(exempt, denials.near(exempt.subject), direction, prover)
                if denied is not None:
                    told.add(exempt.reason)
                    yield _said(exempt.reason, denied, direction)


def _widest(exempt: Sequence[Isolation]) -> Iterator[Isolation]:
    """Yield those that select all pods of a namespace, and of the others those whose pods none of these selects.

    Where a whole namespace is left to no Baseline, its other policies add nothing to that.
    """
    whole = {each.subject.namespaces for each in exempt if each.subject.pods == EVERYTHING}
    for each in exempt:
        if each.subject.pods == EVERYTHING or each.subject.namespaces not in whole:
            yield each


def _judged(ruleset: RuleSet) -> RuleSet:
    """Return the same where each direction is judged by itself."""
    ingress, egress = (msgspec.structs.replace(each, exempt=()) for each in (ruleset.ingress, ruleset.egress))
    return RuleSet(ingress, egress, ruleset.namespaces)


def _denied(exempt: Isolation, denials: Iterable[Decision], direction: Direction, prover: Prover) -> Reason | None:
    """Return the rule that would deny something of exempt pods, if any would."""
    for decision in denials:
        for whole in boxes_of(decision, direction):
            about = (
                Box(exempt.subject, whole.destination, whole.ports)
                if direction == "egress"
                else Box(whole.source, exempt.subject, whole.ports)
            )
            prover.space.begin()
            try:
                box = prover.space.meet(about, whole)
                for denied in () if box is None else prover.denied(box):
                    if denied.direction == direction and denied.reason is decision.reason:
                        return decision.reason
            except TooComplexError:
                continue
    return None


def _said(policy: Reason, denied: Reason, direction: Direction) -> Diagnostic:
    other = "egress" if direction == "ingress" else "ingress"
    return Diagnostic(
        code="NP662",
        severity="warning",
        message=(
            f"`{policy.policy}` is for {other} only, and opens {direction} of its pods to what `{denied.policy}` "
            "denies: where NetworkPolicies are final for a pod, no Baseline judges it"
        ),
        location=policy.location,
        labels=() if denied.location is None else (Label(denied.location, "this does not count for them"),),
        help=(
            f"select these pods for {direction}, too; "
            'or say `finality = "direction"` in netpolc.toml if the engine is Calico or Cilium'
        ),
    )
