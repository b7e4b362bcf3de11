"""NetworkPolicy objects as facts, one for each subject, peer and direction (networking/v1/types.go)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.adopt.importer.model import ANYTHING, AllowedPeer, BlockEnd, Facts, PodsEnd, PolicyIsolation
from netpolc.ecosystem.name_labels import NAME as RECOMMENDED_NAME
from netpolc.ir.model import InNamespace, InNamespaces
from netpolc.language.resolve.addresses import canonical
from netpolc.language.resolve.declarations import BUILT_IN
from netpolc.policy import addresses
from netpolc.policy.constants import NAME_LABEL, POLICY_TYPES
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

DEFAULT_KEY = "app"
CALLED_BY = frozenset((DEFAULT_KEY, RECOMMENDED_NAME, "k8s-app", "name"))
ANSWERS = frozenset(("allow", "allowed", "disabled", "enabled", "false", "no", "off", "on", "true", "yes"))
"""Values that answer a question, and are no names."""

NAME = r"(?![0-9]+\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"


def is_name(text: str) -> bool:
    """Tell whether the language can write a text as a name."""
    return re.fullmatch(NAME, text) is not None


def is_namespace(text: str) -> bool:
    """Tell whether the language can write a text as the name of a namespace."""
    return is_name(text) and not dns_label(text)


def facts_of(policies: Sequence[Policy], *, apart: bool, whole_subjects: bool = False) -> Facts:
    """Return the facts in valid policies, without rules that select nothing or that Kubernetes ignores.

    If `apart`, a selector that lists several names becomes several selectors, but for subjects if these stay `whole`.
    """
    reading = _FactReader(name_key(policies) if apart else DEFAULT_KEY, apart=apart, whole_subjects=whole_subjects)
    for number, policy in enumerate(policies):
        reading.read(policy, number)
    return Facts(tuple(policies), tuple(reading.isolations), tuple(reading.allowed_peers), reading.key)


def name_key(policies: Sequence[Policy]) -> str:
    """Return the label that most selectors ask for alone; `app`, unless another has more values and is asked for more.

    Its values have to tell pods apart, so there are several, and words that say no more than yes or no are none. A
    label by which everybody calls pods may have one.
    """
    counts: dict[str, int] = {}
    told: dict[str, set[str]] = {}
    for selector in _selectors(policies):
        found = selector.requirements
        if len(found) == 1 and found[0].operator == "In" and all(map(is_bare, found[0].values)):
            counts[found[0].key] = counts.get(found[0].key, 0) + 1
            told.setdefault(found[0].key, set()).update(found[0].values)
    good = [key for key, values in told.items() if not values & ANSWERS and (len(values) > 1 or key in CALLED_BY)]
    usual, usual_values = counts.get(DEFAULT_KEY, 0), len(told.get(DEFAULT_KEY, ()))
    better = [key for key in good if counts[key] > usual and len(told[key]) > usual_values]
    return max(better, key=lambda key: (counts[key], key), default=DEFAULT_KEY)


def is_bare(value: str) -> bool:
    """Tell whether the value of a label can stand for its pods by itself."""
    return is_name(value) and value != BUILT_IN


def label_selector(selector: Selector) -> LabelSelector | None:
    """Return a selector in normal form, or None where it selects nothing."""
    requirements = [LabelRequirement(key, "In", (value,)) for key, value in selector.match_labels]
    requirements += [
        LabelRequirement(
            one.key,
            one.operator,  # type: ignore[arg-type]  # validity has checked it
            tuple(sorted(set(one.values))),
        )
        for one in selector.match_expressions
    ]
    return selector_of(requirements)


def _selectors(policies: Sequence[Policy]) -> Iterator[LabelSelector]:
    """Yield the selectors of pods in policies' own namespaces; other namespaces may use other labels."""
    for policy in policies:
        pods = [policy.pod_selector]
        for rule in (*(policy.ingress or ()), *(policy.egress or ())):
            near = (peer for peer in rule.peers if not isinstance(peer, IPBlock) and peer.namespace_selector is None)
            pods += [peer.pod_selector for peer in near if peer.pod_selector is not None]
        yield from filter(None, map(label_selector, pods))


class _FactReader:
    """The facts read so far from some policies."""

    def __init__(self, key: str, *, apart: bool, whole_subjects: bool) -> None:
        self.key = key
        self.whole_subjects = whole_subjects
        self.apart = apart
        self.isolations: list[PolicyIsolation] = []
        self.allowed_peers: list[AllowedPeer] = []
        self.cache: dict[Selector, tuple[LabelSelector, ...]] = {}

    def read(self, policy: Policy, number: int) -> None:
        subjects = self.subjects(policy.pod_selector)
        for direction, name in POLICY_TYPES.items():
            if name in policy.policy_types:
                self.isolations += [PolicyIsolation(policy.namespace, each, direction, number) for each in subjects]
                rules = policy.ingress if direction == "ingress" else policy.egress
                for index, rule in enumerate(rules or ()):
                    self.rule(policy.namespace, subjects, direction, rule, (number, index))

    def rule(
        self,
        namespace: str | None,
        subjects: tuple[LabelSelector, ...],
        direction: Direction,
        rule: Rule,
        numbers: tuple[int, int],
    ) -> None:
        ports = ports_of_rule(rule.ports)
        peers = list(dict.fromkeys(self.peers(namespace, rule.peers)))
        for subject in subjects:
            here = PodsEnd(InNamespace(namespace), subject)
            self.allowed_peers += [AllowedPeer(here, peer, ports, direction, *numbers) for peer in peers]

    def peers(self, namespace: str | None, peers: tuple[PolicyPeer, ...]) -> Iterator[End]:
        if not peers:
            yield ANYTHING
        for peer in peers:
            if isinstance(peer, IPBlock):
                yield _block(peer)
                continue
            namespaces = (
                (InNamespace(namespace),)
                if peer.namespace_selector is None
                else self.namespaces(peer.namespace_selector)
            )
            pods = (EVERYTHING,) if peer.pod_selector is None else self.selectors(peer.pod_selector)
            for where in namespaces:
                yield from (PodsEnd(where, selector) for selector in pods)

    def subjects(self, selector: Selector) -> tuple[LabelSelector, ...]:
        whole = label_selector(selector) if self.whole_subjects else None
        return self.selectors(selector) if whole is None else (whole,)

    def selectors(self, selector: Selector) -> tuple[LabelSelector, ...]:
        """Return the selectors that one stands for: none if it selects nothing, several where it lists names."""
        found = self.cache.get(selector)
        if found is None:
            whole = label_selector(selector)
            found = self.cache[selector] = () if whole is None else self.parts(whole)
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


def ports_of_rule(ports: tuple[PolicyPort, ...]) -> PortSet:
    """Return the ports of a rule."""
    return ports_of(map(_port, ports)) if ports else EVERY_PORT


# Selectors and ports are read here once more, and not by `reach`: the result is held against what that reads.
def _port(port: PolicyPort) -> PortInterval | NamedPort:
    protocol = port.protocol
    if isinstance(port.port, str):
        return NamedPort(protocol, port.port)  # type: ignore[arg-type]  # validity has checked it
    first = FIRST if port.port is None else port.port
    last = LAST if port.port is None else port.end_port or first
    return PortInterval(protocol, first, last)  # type: ignore[arg-type]  # as above


def _block(peer: IPBlock) -> BlockEnd:
    excepts = {(block.network, block.prefix): block for block in map(addresses.parse, peer.excepts) if block}
    whole = addresses.parse(peer.cidr)
    written = peer.cidr if whole is None else canonical(whole)
    return BlockEnd(written, tuple(canonical(excepts[key]) for key in sorted(excepts)))
