"""What NetworkPolicy objects close and let through (kubernetes/api, networking/v1/types.go)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.policy.addresses import parse
from netpolc.policy.model import IPBlock, PodPeer
from netpolc.policy.selectors import selected_by
from netpolc.reach.model import Cause, Closure, Grant, Half, Halves
from netpolc.reach.regions import ANYTHING, PodSet, Region, in_namespace, in_namespaces
from netpolc.sets.addresses import BITS, NO_ADDRESS, AddressSet, block, union
from netpolc.sets.labels import EVERYTHING, LabelSelector
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST, NamedPort, PortInterval, PortSet, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netpolc.policy.model import Policy, PolicyPeer, PolicyPort, Rule, Selector
    from netpolc.program.model import Direction
    from netpolc.sets.addresses import Family

    Known = dict[Selector, LabelSelector | None]

TYPES: dict[Direction, str] = {"ingress": "Ingress", "egress": "Egress"}
IPV4_MAPPED = 0xFFFF << 32


def halves_of_policies(policies: Sequence[Policy], namespaces: Mapping[str, Mapping[str, str]]) -> Halves:
    """What valid policies say; a rule of a direction that is not among the types says nothing."""
    reading = _Reading()
    ingress, egress = (reading.half(policies, direction) for direction in ("ingress", "egress"))
    return Halves(ingress, egress, {name: dict(carried) for name, carried in namespaces.items()})


def addresses_of(cidr: str, excepts: Iterable[str]) -> AddressSet:
    """The addresses of a block outside of its exceptions."""
    whole = _block(cidr)
    return whole - union([_block(each) for each in excepts]) if excepts else whole


class _Reading:
    """Selectors, peers and ports that were met before; policies repeat them.

    Lists are known by identity, since a reader may have made one of those that are written alike, and then by value.
    """

    def __init__(self) -> None:
        self.selectors: Known = {}
        self.blocks: dict[tuple[str, tuple[str, ...]], AddressSet] = {}
        self.ports: dict[tuple[PolicyPort, ...], PortSet] = {}
        self.pods: dict[tuple[str | None, PodPeer], PodSet | None] = {}
        self.port_lists: dict[int, PortSet] = {}
        self.peer_lists: dict[tuple[str | None, int], tuple[Region, ...]] = {}

    def half(self, policies: Iterable[Policy], direction: Direction) -> Half:
        closures: list[Closure] = []
        grants: list[Grant] = []
        for policy in policies:
            selector = self.selector(policy.pod_selector)
            if TYPES[direction] in policy.policy_types and selector is not None:
                subject = PodSet(in_namespace(policy.namespace), selector)
                name = policy.name if policy.namespace is None else f"{policy.namespace}/{policy.name}"
                closures.append(Closure(subject, Cause(name, "spec.podSelector", policy.location, "")))
                rules = policy.ingress if direction == "ingress" else policy.egress
                for index, rule in enumerate(rules or ()):
                    cause = Cause(name, f"spec.{direction}[{index}]", rule.location, "")
                    grants += self.grants(policy.namespace, subject, rule, cause)
        return Half(tuple(closures), tuple(grants))

    def grants(self, namespace: str | None, subject: PodSet, rule: Rule, cause: Cause) -> Iterable[Grant]:
        ports = self.port_lists.get(id(rule.ports))
        if ports is None:
            ports = self.port_lists[id(rule.ports)] = self.ports_of(rule.ports)
        key = namespace, id(rule.peers)
        regions = self.peer_lists.get(key)
        if regions is None:
            regions = self.peer_lists[key] = tuple(self.peers(namespace, rule.peers))
        return [Grant(subject, region, ports, cause) for region in regions]

    def peers(self, namespace: str | None, peers: tuple[PolicyPeer, ...]) -> Iterable[Region]:
        if not peers:
            yield from ANYTHING
        for peer in peers:
            region = self.block(peer) if isinstance(peer, IPBlock) else self.pod_peer(namespace, peer)
            if region:
                yield region

    def block(self, peer: IPBlock) -> AddressSet:
        key = peer.cidr, peer.excepts
        if key not in self.blocks:
            self.blocks[key] = addresses_of(*key)
        return self.blocks[key]

    def pod_peer(self, namespace: str | None, peer: PodPeer) -> PodSet | None:
        key = namespace if peer.namespace_selector is None else None, peer
        if key not in self.pods:
            where: LabelSelector | None = in_namespace(namespace)
            if peer.namespace_selector is not None:
                selected = self.selector(peer.namespace_selector)
                where = None if selected is None else in_namespaces(selected)
            pods = EVERYTHING if peer.pod_selector is None else self.selector(peer.pod_selector)
            self.pods[key] = None if where is None or pods is None else PodSet(where, pods)
        return self.pods[key]

    def selector(self, selector: Selector) -> LabelSelector | None:
        if selector not in self.selectors:
            self.selectors[selector] = selected_by(selector)
        return self.selectors[selector]

    def ports_of(self, ports: tuple[PolicyPort, ...]) -> PortSet:
        if not ports:
            return EVERY_PORT
        if ports not in self.ports:
            self.ports[ports] = ports_of(map(port_of, ports))
        return self.ports[ports]


def port_of(port: PolicyPort) -> PortInterval | NamedPort:
    """The ports that a valid item of `ports` stands for, or the name that it gives."""
    protocol = port.protocol
    if isinstance(port.port, str):
        return NamedPort(protocol, port.port)  # type: ignore[arg-type]  # validity has judged it
    first = FIRST if port.port is None else port.port
    last = LAST if port.port is None else port.end_port or first
    return PortInterval(protocol, first, last)  # type: ignore[arg-type]  # as above


def _block(cidr: str) -> AddressSet:
    """The addresses of a CIDR; one of IPv4 addresses within IPv6 holds those, as in Go's net.IPNet."""
    read = parse(cidr)
    if read is None:
        return NO_ADDRESS
    family: Family = 4 if read.bits == BITS[4] else 6
    mapped = BITS[6] - BITS[4]
    if family == 6 and read.network >> BITS[4] == IPV4_MAPPED >> BITS[4] and read.prefix >= mapped:  # noqa: PLR2004 -- IPv6
        return block(4, read.network & 0xFFFFFFFF, read.prefix - mapped)
    return block(family, read.network, read.prefix)
