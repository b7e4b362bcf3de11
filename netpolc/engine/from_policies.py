"""Rules of NetworkPolicy objects: what they isolate and what they allow (kubernetes/api, networking/v1/types.go)."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine.model import AllowRule, DirectionRules, Isolation, Reason, RuleSet
from netpolc.engine.regions import ANYTHING, UNNAMED, PodSet, Region, in_namespace, in_namespaces
from netpolc.identity import IdentityCache
from netpolc.policy.addresses import parse
from netpolc.policy.constants import POLICY_TYPES, WRITTEN_DIRECTIONS
from netpolc.policy.model import IPBlock, PodPeer
from netpolc.policy.selectors import selected_by
from netpolc.sets.addresses import BITS, NO_ADDRESS, AddressSet, block, union
from netpolc.sets.labels import EVERYTHING, LabelSelector
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST, NamedPort, PortInterval, PortSet, ports_of

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence

    from netpolc.ecosystem.platforms import Undeclared
    from netpolc.engine.port_names import ResolvedNames
    from netpolc.ir.model import Direction
    from netpolc.policy.model import Policy, PolicyPeer, PolicyPort, Rule, Selector
    from netpolc.sets.addresses import Family

IPV4_MAPPED = 0xFFFF << 32


def rules_of_policies(
    policies: Sequence[Policy], namespaces: Mapping[str, Mapping[str, str]], cache: PolicyCache | None = None
) -> RuleSet:
    """Read the rules of valid policies; a rule of a direction that is not among the types counts for nothing.

    That is what the API says, and a `cache` may know of platforms where it is otherwise. It holds what was read
    from policies before, for calls to share.
    """
    cache = cache or PolicyCache()
    ingress, egress = (cache.direction_rules(policies, direction) for direction in WRITTEN_DIRECTIONS)
    return RuleSet(ingress, egress, {name: dict(carried) for name, carried in namespaces.items()})


def addresses_of(cidr: str, excepts: Iterable[str]) -> AddressSet:
    """Return the addresses of a block outside of its exceptions."""
    whole = _block(cidr)
    return whole - union([_block(each) for each in excepts]) if excepts else whole


class PolicyTerms(NamedTuple):
    """The labels that policies ask of pods, by their keys, and the blocks that they name."""

    keys: frozenset[str]
    blocks: frozenset[tuple[str, tuple[str, ...]]]


def terms_of(policies: Sequence[Policy]) -> PolicyTerms:
    """Find the terms of policies, in a fraction of the time that their rules take."""
    rules = [rule for policy in policies for several in (policy.ingress, policy.egress) if several for rule in several]
    peers = [peer for rule in rules for peer in rule.peers]
    blocks = [(peer.cidr, peer.excepts) for peer in peers if isinstance(peer, IPBlock)]
    selectors = [peer.pod_selector for peer in peers if isinstance(peer, PodPeer) and peer.pod_selector is not None]
    selectors += [policy.pod_selector for policy in policies]
    keys = {key for each in selectors for key, _ in each.match_labels}
    keys |= {expression.key for each in selectors for expression in each.match_expressions}
    return PolicyTerms(frozenset(keys), frozenset(blocks))


class PolicyCache:
    """Selectors, peers and ports that were read before; policies repeat them.

    Lists are cached by identity, since a reader may have made one of those that are written alike, and only then by
    what they hold.
    """

    def __init__(self, undeclared: Undeclared | None = None, names: ResolvedNames | None = None) -> None:
        """Start empty; `undeclared` says what rules do that are of a direction which their policy does not list.

        `names` are what a platform makes of names of ports, where that is not the port of each pod.
        """
        self._undeclared = undeclared
        self._names = names
        self._selectors: dict[Selector, LabelSelector | None] = {}
        self._places: dict[str | None, LabelSelector] = {}
        self._blocks: dict[tuple[str, tuple[str, ...]], AddressSet] = {}
        self._ports: dict[Hashable, PortSet] = {}
        self._pods: dict[tuple[str | Selector | None, Selector | None], PodSet | None] = {}
        self._port_lists: IdentityCache[tuple[PolicyPort, ...], PortSet] = IdentityCache()
        self._peer_lists: defaultdict[str | None, IdentityCache[tuple[PolicyPeer, ...], tuple[Region, ...]]] = (
            defaultdict(IdentityCache)
        )

    def rules_that_count(
        self, policies: Iterable[Policy], direction: Direction
    ) -> Iterator[tuple[Policy, PodSet, Rule, Reason]]:
        """Yield each rule of policies that counts in a direction, and the pods that it is about."""
        for policy in policies:
            if POLICY_TYPES[direction] in policy.policy_types or self._undeclared is not None:
                subject = self._pods_in(policy.namespace, None, policy.pod_selector)
                if subject is not None:
                    for rule, reason in _with_reasons(policy, direction):
                        yield policy, subject, rule, reason

    def subjects(self, policies: Iterable[Policy], names: Collection[str] | None) -> Iterator[tuple[Policy, PodSet]]:
        """Yield the policies in namespaces of some names, None being any, and the pods that each is about."""
        for policy in policies:
            if names is None or (policy.namespace or UNNAMED) in names:
                subject = self._pods_in(policy.namespace, None, policy.pod_selector)
                if subject is not None:
                    yield policy, subject

    def ports_of(self, policy: Policy, rule: Rule, direction: Direction, *, by_address: bool = False) -> PortSet:
        """Return the ports of a rule, to peers by labels, or to those that are known `by_address` alone."""
        ports = self._ports_of(rule.ports)
        if not ports.names or self._names is None:
            return ports
        return self._names.ports(policy, ports, direction, by_address=by_address)

    def pods_of(self, policy: Policy, peer: PodPeer) -> PodSet | None:
        """Return the pods that a peer of a policy is, or None."""
        return self._pods_in(policy.namespace, peer.namespace_selector, peer.pod_selector)

    def direction_rules(self, policies: Iterable[Policy], direction: Direction) -> DirectionRules:
        """Read the rules of policies for one direction."""
        isolations: list[Isolation] = []
        allow_rules: list[AllowRule] = []
        type_ = POLICY_TYPES[direction]
        for policy in policies:
            listed = type_ in policy.policy_types
            rules = _rules_of(policy, direction)
            if not listed and (self._undeclared is None or not rules):
                continue
            # The same object as where others name these pods as peers, whose hash is computed once.
            subject = self._pods_in(policy.namespace, None, policy.pod_selector)
            if subject is None:
                continue
            name = shown_name(policy)
            if listed or self._undeclared == "close and open":
                place = policy.subject_location or policy.location
                isolations.append(Isolation(subject, Reason(name, "spec.podSelector", place, "")))
            for index, rule in enumerate(rules):
                reason = Reason(name, _path(direction, index), rule.location, "")
                ports = self._ports_of(rule.ports)
                if ports.names and self._names is not None:
                    allow_rules += self._by_names(policy, subject, rule, direction, reason)
                    continue
                for region in self._peers(policy.namespace, rule.peers):
                    allow_rules.append(AllowRule(subject, region, ports, reason))
        return DirectionRules(tuple(isolations), tuple(allow_rules))

    def _by_names(
        self, policy: Policy, subject: PodSet, rule: Rule, direction: Direction, reason: Reason
    ) -> Iterator[AllowRule]:
        """Yield what a rule with names of ports allows, where a platform resolves these."""
        for region in self._peers(policy.namespace, rule.peers):
            by_address = not rule.peers or isinstance(region, AddressSet)
            ports = self.ports_of(policy, rule, direction, by_address=by_address)
            if ports.intervals or ports.names:
                yield AllowRule(subject, region, ports, reason)

    def _peers(self, namespace: str | None, peers: tuple[PolicyPeer, ...]) -> tuple[Region, ...]:
        if not peers:
            return ANYTHING
        # A peer that holds neither pods nor addresses is none.
        if len(peers) == 1:
            region = self._region(namespace, peers[0])
            return (region,) if region else ()
        cache = self._peer_lists[namespace]
        found = cache.get(peers)
        if found is None:
            found = cache.add(peers, tuple([region for peer in peers if (region := self._region(namespace, peer))]))
        return found

    def _region(self, namespace: str | None, peer: PolicyPeer) -> Region | None:
        """Return the region of a peer, which is written alike in many places."""
        if isinstance(peer, IPBlock):
            block = peer.cidr, peer.excepts
            if block not in self._blocks:
                self._blocks[block] = addresses_of(*block)
            return self._blocks[block]
        return self._pods_in(namespace, peer.namespace_selector, peer.pod_selector)

    def _pods_in(self, namespace: str | None, namespaces: Selector | None, pods: Selector | None) -> PodSet | None:
        """Return the pods that a selector matches, in a namespace or those that another matches; None if it cannot."""
        key = namespace if namespaces is None else namespaces, pods
        try:
            return self._pods[key]
        except KeyError:  # hashing what is asked for takes longest, and most of it is known
            where = self._namespace(namespace) if namespaces is None else self._namespaces(namespaces)
            which = EVERYTHING if pods is None else self._selector(pods)
            found = self._pods[key] = None if where is None or which is None else PodSet(where, which)
        return found

    def _namespace(self, name: str | None) -> LabelSelector:
        found = self._places.get(name)
        if found is None:
            found = self._places[name] = in_namespace(name)
        return found

    def _namespaces(self, selector: Selector) -> LabelSelector | None:
        selected = self._selector(selector)
        return None if selected is None else in_namespaces(selected)

    def _selector(self, selector: Selector) -> LabelSelector | None:
        if selector not in self._selectors:
            self._selectors[selector] = selected_by(selector)
        return self._selectors[selector]

    def _ports_of(self, ports: tuple[PolicyPort, ...]) -> PortSet:
        if not ports:
            return EVERY_PORT
        # Not by themselves, since places are compared that are all equal.
        if len(ports) == 1:
            (port,) = ports
            return self._ports_written((port.protocol, port.port, port.end_port), ports)
        found = self._port_lists.get(ports)
        if found is None:
            written = tuple([(port.protocol, port.port, port.end_port) for port in ports])
            found = self._port_lists.add(ports, self._ports_written(written, ports))
        return found

    def _ports_written(self, written: Hashable, ports: tuple[PolicyPort, ...]) -> PortSet:
        found = self._ports.get(written)
        if found is None:
            found = self._ports[written] = ports_of(map(port_of, ports))
        return found


def rules_with_reasons(policy: Policy, direction: Direction) -> Iterator[tuple[Rule, Reason]]:
    """Yield the rules of a policy that count in a direction, and the reason that each is."""
    if POLICY_TYPES[direction] in policy.policy_types:
        yield from _with_reasons(policy, direction)


def _with_reasons(policy: Policy, direction: Direction) -> Iterator[tuple[Rule, Reason]]:
    name = shown_name(policy)
    for index, rule in enumerate(_rules_of(policy, direction)):
        yield rule, Reason(name, _path(direction, index), rule.location, "")


@lru_cache(maxsize=1024)
def _path(direction: Direction, index: int) -> str:
    return f"spec.{direction}[{index}]"


def _rules_of(policy: Policy, direction: Direction) -> tuple[Rule, ...]:
    return (policy.ingress if direction == "ingress" else policy.egress) or ()


def shown_name(policy: Policy) -> str:
    """Return what reasons call a policy."""
    return policy.name if policy.namespace is None else f"{policy.namespace}/{policy.name}"


def port_of(port: PolicyPort) -> PortInterval | NamedPort:
    """Return the ports that a valid item of `ports` stands for, or the name that it gives."""
    protocol = port.protocol
    if isinstance(port.port, str):
        return NamedPort(protocol, port.port)  # type: ignore[arg-type]  # checked by validity
    first = FIRST if port.port is None else port.port
    last = LAST if port.port is None else port.end_port or first
    return PortInterval(protocol, first, last)  # type: ignore[arg-type]  # as above


def _block(cidr: str) -> AddressSet:
    """Return the addresses of a CIDR; one of IPv4 addresses within IPv6 holds those, as in Go's net.IPNet."""
    read = parse(cidr)
    if read is None:
        return NO_ADDRESS
    family: Family = 4 if read.bits == BITS[4] else 6
    mapped = BITS[6] - BITS[4]
    if family == 6 and read.network >> BITS[4] == IPV4_MAPPED >> BITS[4] and read.prefix >= mapped:  # noqa: PLR2004 -- IPv6
        return block(4, read.network & 0xFFFFFFFF, read.prefix - mapped)
    return block(family, read.network, read.prefix)
