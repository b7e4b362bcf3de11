"""The types of a rollout: objects by their keys, steps in order, and the half of a policy in each direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from netpolc.engine.from_policies import PolicyCache
from netpolc.engine.from_tier_policies import decisions_of
from netpolc.engine.regions import PodSet, Region
from netpolc.policy.constants import DIRECTIONS
from netpolc.policy.model import Policy
from netpolc.policy.tier_model import DomainNames, Nodes, TierPolicy
from netpolc.sets import ports
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.ir.model import Direction

Key = tuple[str, str]
"""The namespace and the name of a NetworkPolicy, or nothing and the name of a ClusterNetworkPolicy."""
Document = Policy | TierPolicy
"""An object of a kind that a program becomes."""
Verb = Literal["create", "change", "delete"]
Documents = TypeVar("Documents", Policy, Document)
NO_PORTS = PortSet()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One object that is created, changed or deleted: what is there `before` and `after` it, None where nothing is.

    A `bridge` is there on the way only.
    """

    key: Key
    before: Document | None
    after: Document | None
    bridge: bool = False

    @property
    def verb(self) -> Verb:
        """What is done to the object."""
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "change"


class Order(msgspec.Struct, frozen=True):
    """Steps in order, and what no order can save, in words: some connections are cut or opened on the way.

    The `batches` are the same steps, those in one that may be taken in any order; without any, each is taken alone.
    """

    steps: tuple[Step, ...]
    unsaved: tuple[str, ...] = ()
    batches: tuple[tuple[Step, ...], ...] = ()


class WayParts(msgspec.Struct, frozen=True):
    """The steps of NetworkPolicies: the first, after which all pods are isolated that are on either side, the rest."""

    first: tuple[Step, ...]
    second: tuple[Step, ...]
    unsaved: tuple[str, ...]


class Half(msgspec.Struct, frozen=True):
    """One direction of a policy: the pods that it isolates, and the ports on which it allows each peer."""

    subject: PodSet
    rules: dict[Region, PortSet]

    def allows_all_of(self, other: Half) -> bool:
        """Tell whether the rules allow what another's do, as far as their peers are alike."""
        return all(not _left(allowed, self.rules.get(peer, NO_PORTS)) for peer, allowed in other.rules.items())


def _left(one: PortSet, other: PortSet) -> bool:
    """Tell whether a set of ports has any that another has not."""
    return one != other and ports.difference(one, other) != NO_PORTS


Halves = dict["Direction", Half]


class Piece(msgspec.Struct, frozen=True):
    """A step, and what its object does before and after it."""

    key: Key
    before: Policy | None
    after: Policy | None
    halves_before: Halves
    halves_after: Halves

    @property
    def step(self) -> Step:
        """The step."""
        return Step(key=self.key, before=self.before, after=self.after)

    @property
    def reversed(self) -> Piece:
        """The step that undoes it."""
        return Piece(self.key, self.after, self.before, self.halves_after, self.halves_before)


def key_of(policy: Document) -> Key:
    """Return the key of a policy; one that names no namespace is in the unnamed one."""
    return policy.namespace or "", policy.name


def by_key(policies: Iterable[Documents]) -> dict[Key, Documents]:
    """Return policies by their keys."""
    return {key_of(policy): policy for policy in policies}


def shown(key: Key) -> str:
    """Return what people call an object; no namespace is written with capital letters."""
    namespace, name = key
    return f"{namespace or 'ClusterNetworkPolicy'}/{name}"


class Meanings:
    """The halves of policies; equal selectors, peers and ports are read once."""

    def __init__(self) -> None:
        """Start empty."""
        self._cache = PolicyCache()

    def halves(self, policy: Policy | None) -> Halves:
        """Return what a policy does in the directions in which it isolates pods."""
        found: Halves = {}
        if policy is None:
            return found
        for direction in DIRECTIONS:
            read = self._cache.direction_rules((policy,), direction)
            if read.isolations:
                rules: dict[Region, PortSet] = {}
                for rule in read.allow_rules:
                    known = rules.get(rule.peer)
                    rules[rule.peer] = rule.ports if known is None else ports.union((known, rule.ports))
                found[direction] = Half(read.isolations[0].subject, rules)
        return found

    def same(self, one: Document | None, other: Document | None) -> bool:
        """Tell whether two policies say the same: both isolate the same pods, and allow them the same."""
        if isinstance(one, TierPolicy) and isinstance(other, TierPolicy):
            return _decided(one) == _decided(other)
        if isinstance(one, Policy) and isinstance(other, Policy):
            return is_alike(one, other) or self.halves(one) == self.halves(other)
        return one is other


def is_alike(one: Policy, other: Policy) -> bool:
    """Tell whether two policies select and allow in the same words, which is told faster than whether they mean it."""
    return _words(one) == _words(other)


def _words(policy: Policy) -> tuple[object, ...]:
    return policy.namespace, policy.pod_selector, policy.policy_types, policy.ingress, policy.egress


def _decided(policy: TierPolicy) -> tuple[object, ...]:
    """Return what a cluster-wide policy decides, and where; of nodes and domain names, nobody knows the addresses."""
    decisions = (
        (direction, each.subject, each.peer, each.ports, each.action)
        for direction in DIRECTIONS
        for each in decisions_of(policy, direction, ())
    )
    unknown = (
        (direction, place, rule.action, peer, rule.ports)
        for direction in DIRECTIONS
        for place, rule in enumerate(policy.ingress if direction == "ingress" else policy.egress)
        for peer in rule.peers
        if isinstance(peer, (Nodes, DomainNames))
    )
    return policy.tier, policy.priority, *decisions, *unknown
