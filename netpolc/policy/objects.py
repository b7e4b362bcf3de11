"""Policies in the shape of the API, and how large `kubectl apply` makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.policy.model import IPBlock, PodPeer, PolicyPort, Rule, Selector

if TYPE_CHECKING:
    from netpolc.policy.model import Policy

ADVISED = 200 * 1024
"""Client-side apply copies an object into an annotation, of which the API server takes 256 KiB with all others."""

FEWEST_PARTS = 100
"""With fewer peers and ports, an object is far from that large: the longest labels make a peer of about 1 KiB."""


def too_large(policy: Policy) -> int | None:
    """Return the bytes of an object as kubectl copies it, where they are more than advised, else None."""
    rules = (*(policy.ingress or ()), *(policy.egress or ()))
    if sum(len(rule.peers) + len(rule.ports) for rule in rules) < FEWEST_PARTS:
        return None
    size = len(msgspec.json.encode(as_object(policy)))
    return size if size > ADVISED else None


def as_object(policy: Policy) -> dict[str, Any]:
    """Return a policy in the shape of the API: plain dictionaries, lists, strings and numbers."""
    metadata: dict[str, Any] = {"name": policy.name}
    if policy.namespace is not None:
        metadata["namespace"] = policy.namespace
    if policy.labels:
        metadata["labels"] = dict(policy.labels)
    if policy.annotations:
        metadata["annotations"] = dict(policy.annotations)
    spec: dict[str, Any] = {
        "podSelector": selector_as_object(policy.pod_selector),
        "policyTypes": list(policy.policy_types),
    }
    if policy.ingress:
        spec["ingress"] = [_rule(rule, "from") for rule in policy.ingress]
    if policy.egress:
        spec["egress"] = [_rule(rule, "to") for rule in policy.egress]
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}


def _rule(rule: Rule, peers: str) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if rule.peers:
        written[peers] = [_peer(peer) for peer in rule.peers]
    if rule.ports:
        written["ports"] = [_port(port) for port in rule.ports]
    return written


def _peer(peer: PodPeer | IPBlock) -> dict[str, Any]:
    match peer:
        case IPBlock(cidr, ()):
            return {"ipBlock": {"cidr": cidr}}
        case IPBlock(cidr, excepts):
            return {"ipBlock": {"cidr": cidr, "except": list(excepts)}}
        case PodPeer(pods, namespaces):
            parts = {"namespaceSelector": namespaces, "podSelector": pods}
            return {name: selector_as_object(selector) for name, selector in parts.items() if selector is not None}


def _port(port: PolicyPort) -> dict[str, Any]:
    parts = {"protocol": port.protocol, "port": port.port, "endPort": port.end_port}
    return {name: value for name, value in parts.items() if value is not None}


def selector_as_object(selector: Selector) -> dict[str, Any]:
    """Return a selector in the shape of the API."""
    written: dict[str, Any] = {}
    if selector.match_labels:
        written["matchLabels"] = dict(selector.match_labels)
    if selector.match_expressions:
        written["matchExpressions"] = [
            {"key": e.key, "operator": e.operator} | ({"values": list(e.values)} if e.values else {})
            for e in selector.match_expressions
        ]
    return written
