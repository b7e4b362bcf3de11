"""Policies written so that Kustomize leaves the peers of other namespaces alone.

`labels` with `includeSelectors`, and `commonLabels`, add labels to each `matchLabels` of a peer, wherever its pods are
(kustomize, api/internal/konfig/builtinpluginconsts/commonlabels.go); an overlay may do so after every function has run.
Pods of other namespaces do not carry these labels, so that nothing would match them any more. To `matchExpressions`,
Kustomize adds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from netpolc.policy.model import MatchExpression, PodPeer, Selector

if TYPE_CHECKING:
    from netpolc.policy.model import Policy, PolicyPeer, Rule


def settled(policy: Policy) -> Policy:
    """Return a policy that means the same, whose peers with a namespace selector have no `matchLabels` for pods."""
    return replace(policy, ingress=_rules(policy.ingress), egress=_rules(policy.egress))


def _rules(rules: tuple[Rule, ...] | None) -> tuple[Rule, ...] | None:
    if rules is None:
        return None
    return tuple(replace(rule, peers=tuple(map(_peer, rule.peers))) for rule in rules)


def _peer(peer: PolicyPeer) -> PolicyPeer:
    if not isinstance(peer, PodPeer) or peer.namespace_selector is None or peer.pod_selector is None:
        return peer
    return replace(peer, pod_selector=_selector(peer.pod_selector))


def _selector(selector: Selector) -> Selector:
    equal = (MatchExpression(key, "In", (value,)) for key, value in selector.match_labels)
    return Selector((), tuple(sorted((*equal, *selector.match_expressions))))
