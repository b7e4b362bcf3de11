"""Verdicts on single connections, and the rules that decide them, for ends that are known in all that matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from netpolc.engine.index import Index
from netpolc.engine.regions import IDENTITY, UNNAMED, PodSet
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import EVERY_ADDRESS, FAMILIES, NO_ADDRESS, AddressSet

if TYPE_CHECKING:
    from netpolc.engine.model import AllowRule, Isolation, RuleSet
    from netpolc.sets.addresses import AddressRange, Family
    from netpolc.sets.ports import PortSet, Protocol

T = TypeVar("T")
Isolating = TypeVar("Isolating")
Allowing = TypeVar("Allowing")


class PodPort(msgspec.Struct, frozen=True, order=True):
    """A number of a port that a pod gives a name."""

    name: str
    protocol: str
    number: int


class Pod(msgspec.Struct, frozen=True, kw_only=True):
    """A pod as policies see it; `namespace_labels` need not have the namespace's name among them.

    One on its node's network is not a pod to policies: no selector finds it, and nothing isolates it. `addresses` are
    those that are known; blocks of addresses are matched against them, or else against all that it `may_have`. What
    ports a hypothetical pod names is unknown.
    """

    namespace: str | None
    namespace_labels: dict[str, str] = {}
    labels: dict[str, str] = {}
    ports: tuple[PodPort, ...] = ()
    addresses: AddressSet = NO_ADDRESS
    may_have: AddressSet = NO_ADDRESS
    host_network: bool = False
    hypothetical: bool = False

    @property
    def full_namespace_labels(self) -> dict[str, str]:
        """The labels of its namespace, and what that is called by `IDENTITY`."""
        return {**self.namespace_labels, IDENTITY: self.namespace or UNNAMED}


class Address(msgspec.Struct, frozen=True):
    """Addresses outside of the cluster that no block tells apart."""

    addresses: AddressSet


End = Pod | Address


class EndVerdict(msgspec.Struct, Generic[Isolating, Allowing], frozen=True):
    """The verdict at one end of a connection: what isolates the end, and the rules that let the connection through."""

    direction: Direction
    closed_by: tuple[Isolating, ...]
    rules: tuple[Allowing, ...]

    @property
    def passes(self) -> bool:
        """Whether the connection passes this end."""
        return not self.closed_by or bool(self.rules)


class Evaluator:
    """Verdicts over a fixed rule set."""

    def __init__(self, ruleset: RuleSet) -> None:
        """Index what is isolated and let through."""
        self._isolations = {
            direction: Index((each.subject, each) for each in ruleset.of(direction).isolations)
            for direction in DIRECTIONS
        }
        self._allow_rules = {
            direction: Index((each.subject, each) for each in ruleset.of(direction).allow_rules)
            for direction in DIRECTIONS
        }

    def allows(self, source: End, destination: End, protocol: Protocol, port: int) -> bool:
        """Tell whether a connection passes both ends, on any family of addresses that they share."""
        return any(
            self.verdict("egress", one, other, protocol, port).passes
            and self.verdict("ingress", one, other, protocol, port).passes
            for one, other in pairs(source, destination)
        )

    def verdict(
        self, direction: Direction, source: End, destination: End, protocol: Protocol, port: int
    ) -> EndVerdict[Isolation, AllowRule]:
        """Return the verdict at one end of a connection."""
        subject, other = (source, destination) if direction == "egress" else (destination, source)
        isolations = self.isolations(direction, subject)
        allow_rules = (
            allow_rule
            for allow_rule in (self.allow_rules(direction, subject) if isolations else ())
            if is_of(other, allow_rule.peer) and has_port(destination, allow_rule.ports, protocol, port)
        )
        return EndVerdict(direction, tuple(isolations), tuple(allow_rules))

    def isolations(self, direction: Direction, subject: End) -> list[Isolation]:
        """List what isolates an end in a direction."""
        return list(_about(self._isolations[direction], subject))

    def allow_rules(self, direction: Direction, subject: End) -> Iterator[AllowRule]:
        """Yield the rules of an end in a direction."""
        return _about(self._allow_rules[direction], subject)


def is_of(end: End, region: PodSet | AddressSet) -> bool:
    """Tell whether an end is in a region."""
    if isinstance(end, Address):
        return isinstance(region, AddressSet) and bool(end.addresses & region)
    if isinstance(region, AddressSet):
        # Of a node's address nothing need be known to be sure that it is one.
        addresses = end.addresses or end.may_have
        return bool(addresses & region) or (end.host_network and region == EVERY_ADDRESS)
    return (
        not end.host_network
        and region.pods.matches(end.labels)
        and region.namespaces.matches(end.full_namespace_labels)
    )


def has_port(destination: End, ports: PortSet, protocol: Protocol, port: int) -> bool:
    """Tell whether a set has a port of a destination, by number or by a name that the destination gives it."""
    if ports.contains(protocol, port):
        return True
    return isinstance(destination, Pod) and any(
        name.protocol == protocol and PodPort(name.name, protocol, port) in destination.ports for name in ports.names
    )


def pairs(source: End, destination: End) -> Iterator[tuple[End, End]]:
    """Yield both ends, once for each family that a connection could be of: a pod may have an address of either."""
    ours, theirs = families(source), families(destination)
    if len(ours) < 2 and len(theirs) < 2:  # noqa: PLR2004 -- one address each is no choice
        yield source, destination
        return
    for family, one in ours.items():
        for other_family, other in theirs.items():
            if family == other_family or None in (family, other_family):
                yield one, other


def families(end: End) -> dict[Family | None, End]:
    """Return an end once for each family that it has addresses of, or once under None where none are known."""
    ranges = end.addresses.ranges
    if not ranges or ranges[0].family == ranges[-1].family:
        return {ranges[0].family if ranges else None: end}
    return {family: msgspec.structs.replace(end, addresses=_of_family(ranges, family)) for family in FAMILIES}


def _of_family(ranges: tuple[AddressRange, ...], family: Family) -> AddressSet:
    return AddressSet(tuple(each for each in ranges if each.family == family))


def _about(index: Index[T], subject: End) -> Iterator[T]:
    if isinstance(subject, Address) or subject.host_network:
        return iter(())
    return index.holding(subject.namespace or UNNAMED, subject.labels, subject.full_namespace_labels)
