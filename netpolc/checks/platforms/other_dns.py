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
from netpolc.policy.model import IPBlock, PodPeer, Selector

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.checks.platforms.checked_platform import CheckedPlatform
    from netpolc.ecosystem.model import Deployed
    from netpolc.policy.model import PolicyPeer, PolicyPort, Rule

ALIAS = "std"
EVERY = Selector()
_USUAL = DNS_SERVERS[0]
_PORT = 53
"""The port of the Service, which most servers listen on."""


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each rule for DNS of a namespace, where no rule of that leads to what answers on the platform."""
    names = checked.platform.dns
    others = [each for each in DNS_SERVERS if each.name in (names or ()) and each is not _USUAL]
    for together in checked.rules_together() if others else ():
        rules = [each.rule for each in together if each.direction == "egress"]
        if any(_leads_to(rule, other) for rule in rules for other in others):
            continue
        for rule in rules:
            peer = next((peer for peer in rule.peers if _is_usual(peer, rule.ports)), None)
            if peer is not None:
                yield _to_kube_dns(rule, peer, others, certain=_USUAL.name not in (names or ()))
            else:
                yield from _on_port_of_service(rule, others)


def _to_kube_dns(rule: Rule, peer: PolicyPeer, others: list[Deployed], *, certain: bool) -> Diagnostic:
    where = " or ".join(
        f"{other.address or f'pods of `{other.namespace}`'} on {min(_ports(other))}" for other in others
    )
    return Diagnostic(
        code="NP676",
        severity="warning" if certain else "note",
        message=f"this leads to kube-dns, and DNS {'is' if certain else 'may be'} {where} on this platform",
        location=place_of(rule, peer.location),
        help=f"lead there {'instead' if certain else 'as well'}; in netpol, `{ALIAS}.{_USUAL.name}` does",
    )


def _on_port_of_service(rule: Rule, others: list[Deployed]) -> Iterator[Diagnostic]:
    """Yield a rule for servers that do not listen on the port of their Service, and that it opens nothing else of."""
    for other in others:
        if _PORT not in _ports(other) and _holds_pods(rule.peers, other) and _opens(rule.ports, {_PORT}):
            listed = min(_ports(other))
            yield Diagnostic(
                code="NP676",
                severity="warning",
                message=f"this is the port of a Service, and the pods of `{other.namespace}` answer DNS on {listed}",
                location=place_of(rule, *(each.location for each in rule.ports)),
                help=f"write {listed}, over UDP and TCP: in netpol, `{ALIAS}.{_USUAL.name}` has both",
            )


def _ports(server: Deployed) -> set[int]:
    return {int(port.partition("/")[0]) for port in server.ports}


def _is_usual(peer: PolicyPeer, ports: Sequence[PolicyPort]) -> bool:
    """Tell whether a peer is kube-dns: by its labels, or as its whole namespace on just the port of DNS."""
    if labels_of(peer).items() >= dict(_USUAL.labels).items():
        return True
    whole = isinstance(peer, PodPeer) and peer.pod_selector in {None, EVERY} and _holds_pods((peer,), _USUAL)
    return whole and bool(ports) and all(each.port == _PORT and each.end_port in {None, _PORT} for each in ports)


def _opens(ports: Sequence[PolicyPort], numbers: set[int]) -> bool:
    """Tell whether ports of UDP hold any of some numbers; a name may stand for each of them."""
    return not ports or any(
        port.protocol == "UDP"
        and (
            not isinstance(port.port, int)
            or any(port.port <= number <= (port.end_port or port.port) for number in numbers)
        )
        for port in ports
    )


def _leads_to(rule: Rule, server: Deployed) -> bool:
    if not _opens(rule.ports, _ports(server)):
        return False
    address = server.address
    by_address = address is not None and any(isinstance(each, IPBlock) and _holds(each, address) for each in rule.peers)
    return by_address or _holds_pods(rule.peers, server)


def _holds(block: IPBlock, address: str) -> bool:
    return block.cidr == address or is_wider(block, address)


def _holds_pods(peers: Sequence[PolicyPeer], server: Deployed) -> bool:
    """Tell whether the pods of a server are among some peers, as far as labels of namespaces tell."""
    for peer in peers:
        if isinstance(peer, PodPeer) and peer.namespace_selector is not None and server.namespace is not None:
            labels = dict(peer.namespace_selector.match_labels)
            if labels.get(NAME_LABEL) == server.namespace:
                return True
            pods = labels_of(peer)
            if peer.namespace_selector == EVERY and pods.items() <= dict(server.labels).items():
                return True
    return not peers
