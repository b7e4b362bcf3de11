"""NP683: peers by the labels of pods on their nodes' network, where these labels find the nodes.

Amazon's VPC plugin (controller v1.1.7, run) and OVN-Kubernetes (v1.3.0, source read, where the pods are selected by
labels of their own) take such a pod for the address of its node, which is that of all else on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.peers import id_of
from netpolc.policy.model import PodPeer, Selector

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform

EVERY = Selector()


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each peer that selects such pods, by the first of them."""
    if not checked.platform.finds_pods_on_nodes:
        return
    for each in checked.rules():
        for peer in each.rule.peers:
            if not isinstance(peer, PodPeer) or peer.pod_selector in {None, EVERY}:
                continue
            found = next((pod for pod in checked.selected_by(peer, each.namespace) if pod.host_network), None)
            if found is not None:
                yield Diagnostic(
                    code="NP683",
                    severity="warning",
                    message=f"`{id_of(found)}` is on the network of its node, so this is for all that runs there",
                    location=place_of(each.rule, peer.location),
                    label=f"{checked.platform.shown} takes it for the address of the node",
                    labels=(Label(found.location, "`hostNetwork: true`"),),
                    help="write a block with the addresses of the nodes, if these are meant",
                )
