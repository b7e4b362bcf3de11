"""From NetworkPolicy objects to facts, one for each subject, peer and direction (networking/v1/types.go)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import ANYTHING, Block, Closed, Facts, Grant, Pods
from netpolc.ir.model import InNamespace, InNamespaces
from netpolc.language.resolve.addresses import canonical
from netpolc.policy import addresses
from netpolc.policy.model import IPBlock
from netpolc.policy.names import dns_label
from netpolc.sets.labels import EVERYTHING, LabelRequirement, LabelSelector, selector_of
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST, NamedPort, PortInterval, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.adopt.importer.model import End
    from netpolc.ir.model import Direction, NamespaceSet
    from netpolc.policy.model import Policy, PolicyPeer, PolicyPort, Rule, Selector
    from netpolc.sets.ports import PortSet

NAME_LABEL = "kubernetes.io/metadata.name"
BUILT_IN = "any"
DEFAULT_KEY = "app"
TYPES: tuple[tuple[Direction, str], ...] = (("ingress", "Ingress"), ("egress", "Egress"))
NAME = r"(?![0-9]+\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"


def is_name(text: str) -> bool:
    """Whether the language can write a text as a name."""
    return re.fullmatch(NAME, text) is not None


def is_namespace(text: str) -> bool:
    """Whether the language can write a text as the name of a namespace."""
    return is_name(text) and not dns_label(text)


def facts_of(policies: Sequence[Policy], *, apart: bool) -> Facts:
    """What valid policies say; what selects nothing and what Kubernetes ignores is left out.

    Where `apart`, a list of values of a name is taken for what it is: several names.
    """
    reading = _Reading(name_key(policies) if apart else DEFAULT_KEY, apart=apart)
    for number, policy in enumerate(policies):
        reading.read(policy, number)
    return Facts(tuple(policies), tuple(reading.closed), tuple(reading.grants), reading.key)


def name_key(policies: Sequence[Policy]) -> str:
    """The label that most selectors ask for alone; `app`, where that is not clear."""
    counts: dict[str, int] = {}
    for selector in _selectors(policies):
        found = selector.requirements
        if len(found) == 1 and found[0].operator == "In" and all(map(is_bare, found[0].values)):
            counts[found[0].key] = counts.get(found[0].key, 0) + 1
    best = max(counts, key=lambda key: (counts[key], key == DEFAULT_KEY, key), default=DEFAULT_KEY)
    return best if counts.get(best, 0) > counts.get(DEFAULT_KEY, 0) else DEFAULT_KEY


def is_bare(value: str) -> bool:
    """Whether a label's value can stand for its pods."""
    return is_name(value) and value != BUILT_IN


def label_selector(selector: Selector) -> LabelSelector | None:
    """A selector in normal form; None where it selects nothing."""
    requirements = [LabelRequirement(key, "In", (value,)) for key, value in selector.match_labels]
    requirements += [
        LabelRequirement(
            one.key,
            one.operator,  # type: ignore[arg-type]  # validity has judged it
            tuple(sorted(set(one.values))),
        )
        for one in selector.match_expressions
    ]
    return selector_of(requirements)


def _selectors(policies: Sequence[Policy]) -> Iterator[LabelSelector]:
    """The selectors of pods that are spoken of in their own namespace: elsewhere, people may use other labels."""
    for policy in policies:
        pods = [policy.pod_selector]
        for rule in (*(policy.ingress or ()), *(policy.egress or ())):
            near = (peer for peer in rule.peers if not isinstance(peer, IPBlock) and peer.namespace_selector is None)
            pods += [peer.pod_selector for peer in near if peer.pod_selector is not None]
        yield from filter(None, map(label_selector, pods))


class _Reading:
    def __init__(self, key: str, *, apart: bool) -> None:
        self.key = key
        self.apart = apart
        self.closed: list[Closed] = []
        self.grants: list[Grant] = []
        self.known: dict[Selector, tuple[LabelSelector, ...]] = {}

    def read(self, policy: Policy, number: int) -> None:
        subjects = self.selectors(policy.pod_selector)
        for direction, name in TYPES:
            if name in policy.policy_types:
                self.closed += [Closed(policy.namespace, each, direction, number) for each in subjects]
                rules = policy.ingress if direction == "ingress" else policy.egress
                for place, rule in enumerate(rules or ()):
                    self.rule(policy.namespace, subjects, direction, rule, (number, place))

    def rule(
        self,
        namespace: str | None,
        subjects: tuple[LabelSelector, ...],
        direction: Direction,
        rule: Rule,
        place: tuple[int, int],
    ) -> None:
        ports = ports_said(rule.ports)
        peers = list(dict.fromkeys(self.peers(namespace, rule.peers)))
        for subject in subjects:
            here = Pods(InNamespace(namespace), subject)
            self.grants += [Grant(here, peer, ports, direction, *place) for peer in peers]

    def peers(self, namespace: str | None, peers: tuple[PolicyPeer, ...]) -> Iterator[End]:
        if not peers:
            yield ANYTHING
        for peer in peers:
            if isinstance(peer, IPBlock):
                yield _block(peer)
                continue
            places = (
                (InNamespace(namespace),)
                if peer.namespace_selector is None
                else self.namespaces(peer.namespace_selector)
            )
            pods = (EVERYTHING,) if peer.pod_selector is None else self.selectors(peer.pod_selector)
            for where in places:
                yield from (Pods(where, selector) for selector in pods)

    def selectors(self, selector: Selector) -> tuple[LabelSelector, ...]:
        """The selectors that one stands for: none that selects nothing, several where it lists names."""
        found = self.known.get(selector)
        if found is None:
            whole = label_selector(selector)
            found = self.known[selector] = () if whole is None else self.parts(whole)
        return found

    def parts(self, whole: LabelSelector) -> tuple[LabelSelector, ...]:
        match whole.requirements:
            case (LabelRequirement(key, "In", values),) if self.apart and key == self.key and all(map(is_bare, values)):
                return tuple(LabelSelector((LabelRequirement(key, "In", (value,)),)) for value in values)
            case _:
                return (whole,)

    def namespaces(self, selector: Selector) -> tuple[NamespaceSet, ...]:
        whole = label_selector(selector)
        match None if whole is None else whole.requirements:
            case None:
                return ()
            case (LabelRequirement(key, "In", values),) if (
                key == NAME_LABEL and all(map(is_namespace, values)) and (self.apart or len(values) == 1)
            ):
                return tuple(map(InNamespace, values))
            case requirements:
                return (InNamespaces(LabelSelector(requirements)),)


def ports_said(ports: tuple[PolicyPort, ...]) -> PortSet:
    """The ports of a rule."""
    return ports_of(map(_port, ports)) if ports else EVERY_PORT


# Selectors and ports are read here once more, and not by `reach`: the result is held against what that reads.
def _port(port: PolicyPort) -> PortInterval | NamedPort:
    protocol = port.protocol
    if isinstance(port.port, str):
        return NamedPort(protocol, port.port)  # type: ignore[arg-type]  # validity has judged it
    first = FIRST if port.port is None else port.port
    last = LAST if port.port is None else port.end_port or first
    return PortInterval(protocol, first, last)  # type: ignore[arg-type]  # as above


def _block(peer: IPBlock) -> Block:
    excepts = {(block.network, block.prefix): block for block in map(addresses.parse, peer.excepts) if block}
    whole = addresses.parse(peer.cidr)
    written = peer.cidr if whole is None else canonical(whole)
    return Block(written, tuple(canonical(excepts[place]) for place in sorted(excepts)))
