"""NP660 and NP661: peers of whom nobody knows the addresses here, nodes and domain names.

What they let through or deny counts in no answer. A rule for nodes counts as soon as manifests show nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.tier_model import DomainNames, Nodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.checks.tiers.checked_tiers import CheckedTiers
    from netpolc.policy.tier_model import TierPeer


def check(checked: CheckedTiers) -> Iterator[Diagnostic]:
    """Yield a warning for each kind of such peers, at the first of them."""
    peers = [peer for policy in checked.policies for rule in policy.egress for peer in rule.peers]
    nodes = [peer for peer in peers if isinstance(peer, Nodes)] if not checked.nodes else []
    names = [peer for peer in peers if isinstance(peer, DomainNames)]
    if nodes:
        yield _left_out(
            "NP660",
            "what rules say of nodes counts in no answer here: no manifest shows their addresses",
            nodes,
            "add the nodes: `kubectl get nodes -o yaml` prints them",
        )
    if names:
        yield _left_out(
            "NP661",
            "what rules let out to domain names counts in no answer here: DNS says at run time what they stand for",
            names,
            "take it that pods may reach these names, whatever is said of addresses",
        )


def _left_out(code: str, message: str, peers: Sequence[TierPeer], advice: str) -> Diagnostic:
    return Diagnostic(
        code=code,
        severity="warning",
        message=message,
        location=peers[0].location,
        label="" if len(peers) == 1 else "the first of them",
        help=advice,
    )
