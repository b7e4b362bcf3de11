"""NP634: the dash that makes two rules of the peers and the ports of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.openings import asks_dns
from netpolc.diagnostics.model import Fix, Label
from netpolc.ecosystem.private_networks import PRIVATE_BLOCKS
from netpolc.engine.from_policies import port_of
from netpolc.manifests.nodes import Sequence
from netpolc.policy.model import IPBlock, Selector
from netpolc.sets.ports import ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy, Written
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.policy.model import PolicyPeer


MANY = 3
"""From how many peers on they are a list of those who may do more than everybody, as often as not."""


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield each rule of peers beside one of ports; a rule is taken for a part of one pair only."""
    for direction in ("ingress", "egress"):
        rules = [rule for rule in checked.rules if rule.direction == direction]
        held = checked.spec.fields.get(direction)
        if not isinstance(held, Sequence) or len(rules) != len(held.items):
            continue
        before = 0
        for index in range(1, len(rules)):
            if index > before and _are_halves(rules[index - 1], rules[index]):
                before = index + 1
                yield _split(checked, held, rules[index - 1], rules[index], index)


def _are_halves(one: Written, other: Written) -> bool:
    """Tell whether one rule has peers only, and the other ports only, as both are written.

    Whoever lets in all pods of this namespace or of the cluster, or lets anybody ask DNS, alone or with more, means
    that by itself.
    """
    peers, ports = (one, other) if one.rule.peers else (other, one)
    return (
        peers.node.fields.keys() == {peers.peers}
        and ports.node.fields.keys() == {"ports"}
        and bool(peers.rule.peers and ports.rule.ports)
        and not all(map(_is_wide, peers.rule.peers))
        and not asks_dns(ports_of(map(port_of, ports.rule.ports)))
    )


def _is_wide(peer: PolicyPeer) -> bool:
    """Tell whether a peer is all of this namespace, of the cluster, or of the private networks, on purpose."""
    if isinstance(peer, IPBlock):
        return peer.cidr in PRIVATE_BLOCKS
    return all(each in (None, Selector()) for each in (peer.pod_selector, peer.namespace_selector))


def _split(checked: CheckedPolicy, held: Sequence, one: Written, other: Written, index: int) -> Diagnostic:
    edits = checked.layout.join(held, index - 1)
    advice = "join them, if only these peers are meant, and only on these ports"
    doubtful = max(len(one.rule.peers), len(other.rule.peers)) < MANY
    anybody = "anybody may come" if one.direction == "ingress" else "anything may be reached"
    return checked.finding(
        "NP634",
        f"these are two rules: `{one.peers}` alone is every port of its peers, and on `ports` alone {anybody}",
        checked.at(other.node),
        severity="warning" if doubtful else "note",
        label="its dash begins another rule",
        labels=(Label(checked.at(one.node), "a rule by itself"),),
        advice=advice,
        fixes=(Fix(advice, edits, "unsafe" if doubtful else "shown"),) if edits else (),
    )
