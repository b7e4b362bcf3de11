"""NP660 and NP661: peers of whom nobody knows the addresses here, nodes and domain names.

What they let through or deny counts in no answer. A rule for nodes counts as soon as manifests show nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.tier_model import DomainNames, Nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.tiers.checked_tiers import CheckedTiers

FIRST = "the first of them"


def check(checked: CheckedTiers) -> Iterator[Diagnostic]:
    """Yield a warning for each kind of such peers, at the first of them."""
    peers = [peer for policy in checked.policies for rule in policy.egress for peer in rule.peers]
    nodes = [peer for peer in peers if isinstance(peer, Nodes)] if not checked.nodes else []
    names = [peer for peer in peers if isinstance(peer, DomainNames)]
    if nodes:
        yield Diagnostic(
            code="NP660",
            severity="warning",
            message="what rules say of nodes counts in no answer here: no manifest shows their addresses",
            location=nodes[0].location,
            label="" if len(nodes) == 1 else FIRST,
            help="add the nodes: `kubectl get nodes -o yaml` prints them",
        )
    if names:
        yield Diagnostic(
            code="NP661",
            severity="warning",
            message="what rules let out to domain names counts in no answer here: only DNS knows their addresses",
            location=names[0].location,
            label="" if len(names) == 1 else FIRST,
            help="take it that pods may reach these names, whatever is said of addresses",
        )
