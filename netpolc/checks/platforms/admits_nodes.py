"""NP681: selectors of all namespaces, which hold the addresses of nodes as well.

With OVN-Kubernetes v1.3.0, one namespace stands for the nodes of the cluster, and a peer that selects all namespaces,
and no pods in them, selects that one, too (source read, and OpenShift's documentation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.model import PodPeer, Selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform

EVERY = Selector()


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each peer that is every namespace; in netpol, `*/*`."""
    label = checked.platform.label_of_nodes
    for each in checked.rules() if label is not None else ():
        for peer in each.rule.peers:
            if isinstance(peer, PodPeer) and peer.namespace_selector == EVERY and peer.pod_selector is None:
                what = "lets nodes in" if each.direction == "ingress" else "leads to nodes"
                yield Diagnostic(
                    code="NP681",
                    severity="warning",
                    message=f"{checked.platform.shown} takes all namespaces for the nodes, too, so this {what}",
                    location=place_of(each.rule, peer.location),
                    help=f"select namespaces without the label of nodes: in netpol, `[!{label}]/*`",
                )
