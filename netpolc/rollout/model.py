"""The types of a rollout: objects by their keys, steps in order, and the half of a policy in each direction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.engine.from_policies import PolicyCache
from netpolc.engine.regions import PodSet, Region
from netpolc.policy.constants import DIRECTIONS
from netpolc.policy.model import Policy
from netpolc.sets import ports
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.ir.model import Direction

Key = tuple[str, str]
"""The namespace and the name of a NetworkPolicy."""
Verb = Literal["create", "change", "delete"]
NO_PORTS = PortSet()


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One object that is created, changed or deleted: what is there `before` and `after` it, None where nothing is.

    A `bridge` is there on the way only.
    """

    key: Key
    before: Policy | None
    after: Policy | None
    bridge: bool = False

    @property
    def verb(self) -> Verb:
        """What is done to the object."""
        if self.before is None:
            return "create"
        return "delete" if self.after is None else "change"


class Order(msgspec.Struct, frozen=True):
    """Steps in order, and what no order can save, in words: some connections are cut or opened on the way."""

    steps: tuple[Step, ...]
    unsaved: tuple[str, ...] = ()


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


def key_of(policy: Policy) -> Key:
    """Return the key of a policy; one that names no namespace is in the unnamed one."""
    return policy.namespace or "", policy.name


def by_key(policies: Iterable[Policy]) -> dict[Key, Policy]:
    """Return policies by their keys."""
    return {key_of(policy): policy for policy in policies}


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

    def same(self, one: Policy | None, other: Policy | None) -> bool:
        """Tell whether two policies say the same: both isolate the same pods, and allow them the same."""
        if one is None or other is None:
            return one is other
        return self.halves(one) == self.halves(other)
