"""NP676: rules for kube-dns, where something else answers, or may answer.

OpenShift's DNS pods are in a namespace of their own, and listen on 5353 (openshift/cluster-dns-operator). On GKE it may
be NodeLocal DNSCache, which Autopilot has by default, or Cloud DNS (cloud.google.com, "Using Cloud DNS for GKE").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import labels_of, place_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.cluster_dns import DNS_SERVERS
from netpolc.policy.blocks import is_wider
from netpolc.policy.constants import NAME_LABEL
from netpolc.policy.model import IPBlock, PodPeer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform
    from netpolc.ecosystem.model import Deployed
    from netpolc.policy.model import PolicyPeer

_USUAL = DNS_SERVERS[0]


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each rule for the usual pods of DNS, where no rule leads to any other server of the platform."""
    names = checked.platform.dns
    others = [each for each in DNS_SERVERS if each.name in (names or ()) and each is not _USUAL]
    if not others:
        return
    rules = [each for each in checked.rules() if each.direction == "egress"]
    if any(_leads_to(each.rule.peers, other) for each in rules for other in others):
        return
    certain = _USUAL.name not in (names or ())
    for each in rules:
        peer = next((peer for peer in each.rule.peers if _is_usual(peer)), None)
        if peer is not None:
            listed = " or ".join(f"`std.{other.name}`" for other in others)
            where = " or ".join(
                f"{other.address or f'pods of `{other.namespace}`'} on {other.ports[0].partition('/')[0]}"
                for other in others
            )
            yield Diagnostic(
                code="NP676",
                severity="warning" if certain else "note",
                message=f"this leads to kube-dns, and DNS {'is' if certain else 'may be'} {where} on this platform",
                location=place_of(each.rule, peer.location),
                help=f"lead there {'instead' if certain else 'as well'}: in netpol, {listed}",
            )


def _is_usual(peer: PolicyPeer) -> bool:
    return labels_of(peer).items() >= dict(_USUAL.labels).items()


def _holds(block: IPBlock, address: str) -> bool:
    return block.cidr == address or is_wider(block, address)


def _leads_to(peers: Iterable[PolicyPeer], server: Deployed) -> bool:
    for peer in peers:
        if isinstance(peer, IPBlock) and server.address is not None and _holds(peer, server.address):
            return True
        if isinstance(peer, PodPeer) and peer.namespace_selector is not None and server.namespace is not None:
            labels = dict(peer.namespace_selector.match_labels)
            if labels.get(NAME_LABEL) == server.namespace:
                return True
    return not tuple(peers)
