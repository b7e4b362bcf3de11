"""The parts of NetworkPolicies: peers, ports and selectors of the IR as those of networking.k8s.io/v1."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from netpolc.ir.model import Anything, GivenName, InNamespace, NamespaceSet, Net, Peer, Pods
from netpolc.policy import addresses
from netpolc.policy.constants import NAME_LABEL
from netpolc.policy.model import IPBlock, MatchExpression, PodPeer, Policy, PolicyPeer, PolicyPort, Selector
from netpolc.sets.labels import EVERYTHING, LabelSelector
from netpolc.sets.ports import FIRST, LAST, PortSet

NO_PORTS = PortSet()

PeerKey = tuple[NamespaceSet | None, LabelSelector] | tuple[str, tuple[str, ...]] | None
"""What two peers must share to be one peer in a namespace: None is any peer, and no namespaces are the own one."""


def peer_key(peer: Peer, namespace: str | None) -> PeerKey:
    """Return what tells a peer from others as seen from a namespace."""
    match peer:
        case Anything():
            return None
        case Net():
            return peer.cidr, peer.excepts
        case Pods():
            return (None if peer.namespaces == InNamespace(namespace) else peer.namespaces), peer.selector


def policy_peer(peer: Peer, namespace: str | None) -> PolicyPeer | None:
    """Write a peer as seen from a namespace; None is any peer."""
    match peer:
        case Net():
            return IPBlock(peer.cidr, peer.excepts, peer.location)
        case Pods():
            namespaces = None if peer.namespaces == InNamespace(namespace) else namespace_selector(peer.namespaces)
            whole = namespaces is not None and peer.selector == EVERYTHING
            return PodPeer(None if whole else policy_selector(peer.selector), namespaces, peer.location)
        case Anything():
            return None


def peer_order(peer: PolicyPeer) -> tuple[object, ...]:
    """Return a key that sorts the peers of a rule: pods by namespace and labels, then blocks by address."""
    match peer:
        case PodPeer():
            absent = Selector()
            return (
                0,
                peer.namespace_selector is not None,
                peer.namespace_selector or absent,
                peer.pod_selector or absent,
            )
        case IPBlock():
            block = addresses.parse(peer.cidr)
            place = (0, 0, 0) if block is None else (block.bits, block.address, block.prefix)
            return (1, *place, peer.excepts)


@lru_cache(maxsize=4096)
def policy_ports(ports: PortSet) -> tuple[PolicyPort, ...]:
    """Write a set of ports, sorted, names last; nothing is every port."""
    if ports.everything:
        return ()
    if ports == NO_PORTS:
        raise AssertionError("a rule without ports would open them all")
    found: list[tuple[str, int, PolicyPort]] = []
    for protocol, first, last in ((i.protocol, i.first, i.last) for i in ports.intervals):
        if (first, last) == (FIRST, LAST):
            port = PolicyPort(protocol)
        else:
            port = PolicyPort(protocol, first, last if last > first else None)
        found.append((protocol, first, port))
    found += [(name.protocol, LAST + 1, PolicyPort(name.protocol, name.name)) for name in ports.names]
    return tuple(port for _, _, port in sorted(found, key=lambda entry: entry[:2]))


def namespace_selector(namespaces: NamespaceSet) -> Selector:
    """Write the selector that finds some namespaces."""
    if isinstance(namespaces, InNamespace):
        return Selector(((NAME_LABEL, namespaces.name or ""),))
    return policy_selector(namespaces.selector)


@lru_cache(maxsize=65536)
def policy_selector(selector: LabelSelector) -> Selector:
    """Write a selector, with `matchLabels` for all requirements of one value."""
    labels: list[tuple[str, str]] = []
    expressions: list[MatchExpression] = []
    for requirement in selector.requirements:
        if requirement.operator == "In" and len(requirement.values) == 1:
            labels.append((requirement.key, requirement.values[0]))
        else:
            expressions.append(MatchExpression(requirement.key, requirement.operator, requirement.values))
    return Selector(tuple(labels), tuple(expressions))


def marked(policy: Policy, given: GivenName) -> Policy:
    """Return a policy with the labels and the annotations that its name comes with."""
    labels = {**dict(policy.labels), **dict(given.labels)}
    annotations = {**dict(policy.annotations), **dict(given.annotations)}
    return msgspec.structs.replace(
        policy, labels=tuple(sorted(labels.items())), annotations=tuple(sorted(annotations.items()))
    )
