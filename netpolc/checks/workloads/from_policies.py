"""The references of policies that somebody wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.references import Home, Mention, Opening, References
from netpolc.engine.from_policies import port_of
from netpolc.engine.regions import PodSet, in_namespace, in_namespaces
from netpolc.policy.constants import POLICY_TYPES
from netpolc.policy.model import PodPeer
from netpolc.policy.selectors import selected_by
from netpolc.sets.labels import EVERYTHING, LabelSelector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.ir.model import Direction
    from netpolc.policy.model import Policy, PolicyPeer, Rule, Selector


def references_of_policies(policies: Iterable[Policy]) -> References:
    """Find the pods that valid policies select, as subjects and as peers, and the ports that their rules open."""
    reading = _ReferenceReader()
    for policy in policies:
        reading.policy(policy)
    return References(
        mentions=tuple(reading.mentions),
        homes=tuple(reading.homes),
        openings=tuple(reading.openings),
        owned=frozenset(reading.owned),
    )


class _ReferenceReader:
    """The references found so far, and selectors that were met before."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.homes: list[Home] = []
        self.openings: list[Opening] = []
        self.owned: set[str | None] = set()
        self.known: dict[Selector, LabelSelector | None] = {}

    def policy(self, policy: Policy) -> None:
        self.owned.add(policy.namespace)
        where = in_namespace(policy.namespace)
        if policy.namespace is not None:
            self.homes.append(Home(where, policy.location, ("metadata", "namespace")))
        selector = self.selector(policy.pod_selector)
        if selector is None:
            return
        subject = PodSet(where, selector)
        self.mention(Mention(subject, policy.location, ("spec", "podSelector")))
        rules: tuple[tuple[Direction, tuple[Rule, ...] | None], ...]
        rules = (("ingress", policy.ingress), ("egress", policy.egress))
        for direction, of_direction in rules:
            if POLICY_TYPES[direction] in policy.policy_types:
                for rule in of_direction or ():
                    self.rule(rule, direction, subject)

    def rule(self, rule: Rule, direction: Direction, subject: PodSet) -> None:
        peers = list(self.peers(rule.peers, subject.namespaces))
        ports = tuple(port_of(port) for port in rule.ports)
        for pods in [subject] if direction == "ingress" else peers:
            for written, port in zip(rule.ports, ports, strict=True):
                self.openings.append(Opening(pods, port, written.location, ("port",), ports))

    def peers(self, peers: tuple[PolicyPeer, ...], home: LabelSelector) -> Iterator[PodSet]:
        for peer in peers:
            if not isinstance(peer, PodPeer):
                continue
            where: LabelSelector | None = home
            if peer.namespace_selector is not None:
                selected = self.selector(peer.namespace_selector)
                where = None if selected is None else in_namespaces(selected)
                if where is not None:
                    self.homes.append(Home(where, peer.location, ("namespaceSelector",)))
            selector = EVERYTHING if peer.pod_selector is None else self.selector(peer.pod_selector)
            if where is not None and selector is not None:
                pods = PodSet(where, selector)
                self.mention(Mention(pods, peer.location, ("podSelector",)))
                yield pods

    def mention(self, mention: Mention) -> None:
        if mention.pods.pods.requirements:
            self.mentions.append(mention)

    def selector(self, selector: Selector) -> LabelSelector | None:
        if selector not in self.known:
            self.known[selector] = selected_by(selector)
        return self.known[selector]
