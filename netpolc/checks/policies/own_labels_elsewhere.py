"""NP636: peers in other namespaces that have to carry the labels of the policy's own pods.

Kustomize's `commonLabels`, and `labels` with selectors, add labels wherever a `matchLabels` of pods is written
(kustomize, api/internal/konfig/builtinpluginconsts/commonlabels.go), to the pods of others, too, which have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.places import place_of_field
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.ecosystem.cluster_dns import DNS_SERVERS
from netpolc.ecosystem.ingress_controllers import BY_NAME
from netpolc.ecosystem.name_labels import NAME
from netpolc.ecosystem.prometheus import PROMETHEUS
from netpolc.engine.from_policies import rules_with_reasons
from netpolc.policy.constants import NAME_LABEL, WRITTEN_DIRECTIONS
from netpolc.policy.model import PodPeer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.policies.checked_policies import CheckedPolicies
    from netpolc.policy.model import Policy, Selector

_SYSTEM = ("kube-", "openshift-")
"""How namespaces begin in which nobody has applications of their own."""

_NAMES = ("app", NAME, "k8s-app", "name")
"""Labels that say what pods are, and no more than one of which is needed."""

_DNS = frozenset(label for each in DNS_SERVERS for label in each.labels)
_KNOWN = frozenset((*BY_NAME, PROMETHEUS.name, *(value for each in DNS_SERVERS for _, value in each.labels)))


def check(checked: CheckedPolicies) -> Iterator[Diagnostic]:
    """Yield each peer in other namespaces that has labels of its policy's pods, and is somebody else's."""
    for policy in checked.policies:
        own = dict(policy.pod_selector.match_labels)
        for peer in _peers(policy) if own else ():
            carried = dict(peer.pod_selector.match_labels) if peer.pod_selector is not None else {}
            shared = dict(own.items() & carried.items())
            if shared and _are_others(peer.namespace_selector, policy, shared, carried):
                yield _finding(policy, peer, shared)


def _peers(policy: Policy) -> Iterator[PodPeer]:
    for direction in WRITTEN_DIRECTIONS:
        for rule, _ in rules_with_reasons(policy, direction):
            for peer in rule.peers:
                if isinstance(peer, PodPeer) and peer.namespace_selector is not None:
                    yield peer


def _are_others(selector: Selector | None, policy: Policy, shared: dict[str, str], carried: dict[str, str]) -> bool:
    """Tell whether these are pods of others: by where they are, or by what they are called besides.

    Who owns the pods that the policy is for may have more of them elsewhere, with some of their labels. So outside of
    the system, and but for its DNS, all of these have to be carried.
    """
    labels = {} if selector is None else dict(selector.match_labels)
    where = labels.get(NAME_LABEL) or labels.get("name")
    if where == policy.namespace or not labels:
        return False
    if (where is not None and where.startswith(_SYSTEM)) or not _DNS.isdisjoint(carried.items()):
        return True
    own = dict(policy.pod_selector.match_labels)
    called = {value for key, value in carried.items() if key in _NAMES and key not in own}
    named = {own[key] for key in _NAMES if key in own}
    return shared == own and (bool(called & _KNOWN) or bool(named and called - named))


def _finding(policy: Policy, peer: PodPeer, shared: dict[str, str]) -> Diagnostic:
    place = policy.subject_location
    listed = ", ".join(f"{key}={value}" for key, value in sorted(shared.items()))
    return Diagnostic(
        code="NP636",
        severity="warning",
        message=f"pods of another namespace have to carry `{listed}`, labels of the policy's own pods",
        location=place_of_field(peer.location, (), "podSelector") or peer.location,
        labels=() if place is None else (Label(place, "its own pods"),),
        help=(
            "take these labels out here; where Kustomize adds them, write this selector by `matchExpressions`, "
            "to which it adds none"
        ),
    )
