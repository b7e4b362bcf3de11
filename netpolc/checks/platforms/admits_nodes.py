"""NP681: selectors of all namespaces, or of all but some, which hold the addresses of nodes as well.

With OVN-Kubernetes v1.3.0, one namespace stands for the nodes of the cluster, and a peer that selects all namespaces,
and no pods in them, selects that one, too (source read, and OpenShift's documentation). What asks for a label means
namespaces that somebody has labelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.constants import NAME_LABEL
from netpolc.policy.model import PodPeer, Selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform

NAME = "openshift-host-network"
EVERY = Selector()
_NEGATIVE = frozenset(("NotIn", "DoesNotExist"))
_OF_PLATFORM = ("openshift.io/", "kubernetes.io/")
"""What stands in the keys of labels that the platform may give its own namespaces."""


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each peer that is every namespace, in netpol `*/*`, or all but some."""
    label = checked.platform.label_of_nodes
    for each in checked.rules() if label is not None else ():
        for peer in each.rule.peers:
            if isinstance(peer, PodPeer) and peer.pod_selector is None and _holds_nodes(peer.namespace_selector):
                every = peer.namespace_selector == EVERY
                where = "takes all namespaces for the nodes, too" if every else "has the nodes among these namespaces"
                what = "lets nodes in" if each.direction == "ingress" else "leads to nodes"
                yield Diagnostic(
                    code="NP681",
                    severity="warning",
                    message=f"{checked.platform.shown} {where}, so this {what}",
                    location=place_of(each.rule, peer.location),
                    help=f"select namespaces without the label of nodes: in netpol, `[!{label}]/*`",
                )


def _holds_nodes(selector: Selector | None) -> bool:
    """Tell whether the namespace of nodes is selected, because nothing is asked for, or only what it does not have."""
    if selector is None or selector.match_labels:
        return False
    return all(
        each.operator == "NotIn" and NAME not in each.values
        if each.key == NAME_LABEL
        else each.operator in _NEGATIVE and not any(part in each.key for part in _OF_PLATFORM)
        for each in selector.match_expressions
    )
