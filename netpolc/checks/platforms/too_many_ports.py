"""NP672: more entries of ports for one peer than count.

Amazon's VPC plugin keeps 24 for one address, over all policies of a pod and all blocks that hold the address; of 25,
one is dropped (run with its agent, v1.4.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.blocks import is_wider
from netpolc.policy.model import IPBlock
from netpolc.sets.labels import holds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform
    from netpolc.policy.model import PolicyPeer, Rule
    from netpolc.sets.labels import LabelSelector


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield the first rule for some pods with which the entries of one of its peers are too many."""
    most = checked.platform.most_ports
    for rules in checked.rules_together() if most is not None else ():
        if sum(len(each.rule.ports) for each in rules) <= (most or 0):
            continue
        told: set[LabelSelector] = set()
        for each in rules:
            applying = [other.rule for other in rules if holds(other.pods, each.pods)]
            for peer in each.rule.peers or (None,):
                entries = {port for rule in applying if _is_about(rule, peer) for port in _entries(rule)}
                if most is not None and len(entries) > most and each.pods not in told:
                    told.add(each.pods)
                    yield Diagnostic(
                        code="NP672",
                        severity="warning",
                        message=f"{len(entries)} entries of ports for one peer: {checked.platform.shown} keeps {most}",
                        location=place_of(each.rule, None if peer is None else peer.location),
                        label="beyond that, some are dropped",
                        help="write ranges of ports, each of which is one entry",
                    )


def _is_about(rule: Rule, peer: PolicyPeer | None) -> bool:
    """Tell whether a rule is for all of a peer, None being anybody."""
    if not rule.peers:
        return True
    return any(
        each == peer or (isinstance(each, IPBlock) and isinstance(peer, IPBlock) and is_wider(each, peer.cidr))
        for each in rule.peers
    )


def _entries(rule: Rule) -> Iterator[tuple[object, ...]]:
    for port in rule.ports:
        yield port.protocol, port.port, port.end_port
