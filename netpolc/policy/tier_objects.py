"""ClusterNetworkPolicies in the shape of the API (kubernetes-sigs/network-policy-api, apis/v1beta1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpolc.policy.model import PodPeer
from netpolc.policy.objects import selector_as_object
from netpolc.policy.tier_model import GROUP, DomainNames, Networks, Nodes
from netpolc.sets.ports import FIRST, LAST

if TYPE_CHECKING:
    from netpolc.policy.model import PolicyPort, Selector
    from netpolc.policy.tier_model import TierPeer, TierPolicy, TierPort, TierRule


def tier_as_object(policy: TierPolicy, version: str) -> dict[str, Any]:
    """Return a policy in the shape of a version of the API: plain dictionaries, lists, strings and numbers."""
    metadata: dict[str, Any] = {"name": policy.name}
    if policy.labels:
        metadata["labels"] = dict(policy.labels)
    if policy.annotations:
        metadata["annotations"] = dict(policy.annotations)
    spec: dict[str, Any] = {"tier": policy.tier, "priority": policy.priority, "subject": _peer(policy.subject)}
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        rules: tuple[TierRule, ...] = getattr(policy, direction)
        if rules:
            spec[direction] = [_rule(rule, peers) for rule in rules]
    return {"apiVersion": f"{GROUP}/{version}", "kind": policy.kind, "metadata": metadata, "spec": spec}


def _rule(rule: TierRule, peers: str) -> dict[str, Any]:
    written: dict[str, Any] = {"name": rule.name} if rule.name else {}
    written |= {"action": rule.action, peers: [_peer(peer) for peer in rule.peers]}
    if rule.ports:
        written["protocols"] = [_protocol(port) for port in rule.ports]
    return written


def _peer(peer: TierPeer) -> dict[str, Any]:
    match peer:
        case Networks(cidrs):
            return {"networks": list(cidrs)}
        case Nodes(selector):
            return {"nodes": selector_as_object(selector)}
        case DomainNames(names):
            return {"domainNames": list(names)}
        case PodPeer(None, namespaces):
            return {"namespaces": _selector(namespaces)}
        case PodPeer(pods, namespaces):
            return {"pods": {"namespaceSelector": _selector(namespaces), "podSelector": _selector(pods)}}


def _selector(selector: Selector | None) -> dict[str, Any]:
    return {} if selector is None else selector_as_object(selector)


def _protocol(port: TierPort) -> dict[str, Any]:
    if port.ports is None:
        return {"destinationNamedPort": port.name}
    return {port.ports.protocol.lower(): {"destinationPort": _numbers(port.ports)}}


def _numbers(port: PolicyPort) -> dict[str, Any]:
    if port.port is None:
        return {"range": {"start": FIRST, "end": LAST}}
    if port.end_port is None or port.end_port == port.port:
        return {"number": port.port}
    return {"range": {"start": port.port, "end": port.end_port}}
