"""NP673: labels of pods that selectors do not see.

Cilium takes only some labels for the identity of pods, by a list that can be configured (pkg/labelsfilter, v1.20.2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.hidden_labels import cilium_hides
from netpolc.identity import IdentitySet
from netpolc.ir.model import Pods
from netpolc.policy.model import PodPeer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform
    from netpolc.ir.model import Peer, Program
    from netpolc.policy.model import Selector
    from netpolc.source import Location

_POSITIVE = frozenset(("In", "Exists"))
_SELECTS_NOTHING = "a policy on these pods selects nothing, and a rule for them lets nobody in"
_IS_NOBODY = "this is nobody"
_NOBODY = "this peer is nobody"
_HOLDS = "this holds of every pod"


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each selector of pods by such a label, at its first."""
    if not checked.platform.hides_labels:
        return
    shown = checked.platform.shown
    found = (
        (*_of_policies(checked), *_of_tier_policies(checked))
        if checked.program is None
        else _of_program(checked.program)
    )
    for key, effect, place in found:
        yield Diagnostic(
            code="NP673",
            severity="warning",
            message=f"{shown} hides the label `{key}` from selectors: {effect}",
            location=place,
            help="select by a label of your own, or add this one to the labels that it goes by",
        )


def _of_program(program: Program) -> Iterator[tuple[str, str, Location]]:
    said: IdentitySet[Peer] = IdentitySet()
    subjects = [each.on for each in program.baselines if each.on is not None]
    peers = [(peer, _SELECTS_NOTHING) for peer in (*subjects, *(peer for flow in program.flows for peer in flow.peers))]
    peers += [(peer, _IS_NOBODY) for each in program.guardrails for peer in each.peers]
    for peer, effect in peers:
        if isinstance(peer, Pods) and peer not in said:
            said.add(peer)
            hidden = next((each for each in peer.selector.requirements if cilium_hides(each.key)), None)
            if hidden is not None:
                yield hidden.key, effect if hidden.operator in _POSITIVE else _HOLDS, peer.location


def _of_policies(checked: CheckedPlatform) -> Iterator[tuple[str, str, Location | None]]:
    for policy in checked.policies:
        for key, positive in _hidden(policy.pod_selector):
            effect = "the policy selects nothing, and its pods stay open" if positive else _HOLDS
            yield key, effect, policy.subject_location or policy.location
    for each in checked.rules():
        for peer in each.rule.peers:
            if isinstance(peer, PodPeer):
                for key, positive in _hidden_of(peer):
                    yield key, _NOBODY if positive else _HOLDS, peer.location or each.rule.location


def _of_tier_policies(checked: CheckedPlatform) -> Iterator[tuple[str, str, Location | None]]:
    for policy in checked.tier_policies:
        for key, positive in _hidden_of(policy.subject):
            effect = "the policy is about nobody" if positive else _HOLDS
            yield key, effect, policy.subject_location or policy.location
        for rule in (*policy.ingress, *policy.egress):
            for peer in rule.peers:
                if isinstance(peer, PodPeer):
                    for key, positive in _hidden_of(peer):
                        yield key, _NOBODY if positive else _HOLDS, peer.location or rule.location


def _hidden_of(peer: PodPeer) -> list[tuple[str, bool]]:
    return [] if peer.pod_selector is None else _hidden(peer.pod_selector)


def _hidden(selector: Selector) -> list[tuple[str, bool]]:
    """Return the first hidden label of a selector, if any, and whether pods have to have it."""
    asked = [(key, True) for key, _ in selector.match_labels]
    asked += [(each.key, each.operator in _POSITIVE) for each in selector.match_expressions]
    return [(key, positive) for key, positive in asked if cilium_hides(key)][:1]
