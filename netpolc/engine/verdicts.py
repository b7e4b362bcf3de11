"""Whether one connection passes, and which rules decide: for pods and addresses that are known in all that matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.index import Index
from netpolc.engine.regions import IDENTITY, UNNAMED, PodSet
from netpolc.ir.model import Direction
from netpolc.sets.addresses import EVERY_ADDRESS, FAMILIES, NO_ADDRESS, AddressSet

if TYPE_CHECKING:
    from typing import TypeVar

    from netpolc.engine.model import AllowRule, Isolation, Reason, RuleSet
    from netpolc.sets.addresses import AddressRange, Family
    from netpolc.sets.ports import PortSet, Protocol

    T = TypeVar("T")


class PodPort(msgspec.Struct, frozen=True, order=True):
    """A number that a pod gives a name."""

    name: str
    protocol: str
    number: int


class Pod(msgspec.Struct, frozen=True, kw_only=True):
    """A pod as policies see it; `namespace_labels` need not have the namespace's name among them.

    One on its node's network is not a pod to policies: no selector finds it, and nothing closes it. `addresses` are
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
    def place(self) -> dict[str, str]:
        """Its namespace's labels, with what it is called."""
        return {**self.namespace_labels, IDENTITY: self.namespace or UNNAMED}


class Address(msgspec.Struct, frozen=True):
    """Addresses outside of the cluster that no block tells apart."""

    addresses: AddressSet


End = Pod | Address


class Side(msgspec.Struct, frozen=True):
    """One end's say in a connection: whether something closes it, and what lets the connection through all the same."""

    closed: tuple[Reason | None, ...]
    rules: tuple[Reason | None, ...]

    @property
    def passes(self) -> bool:
        """Whether the connection passes this end."""
        return not self.closed or bool(self.rules)


class Evaluator:
    """Verdicts over fixed halves."""

    def __init__(self, ruleset: RuleSet) -> None:
        """File what is closed and let through."""
        self._closures = {
            direction: Index((each.subject, each) for each in ruleset.of(direction).isolations)
            for direction in ("ingress", "egress")
        }
        self._grants = {
            direction: Index((each.subject, each) for each in ruleset.of(direction).allow_rules)
            for direction in ("ingress", "egress")
        }

    def allows(self, source: End, destination: End, protocol: Protocol, port: int) -> bool:
        """Whether a connection passes both ends, on any family of addresses that they share."""
        return any(
            self.side("egress", one, other, protocol, port).passes
            and self.side("ingress", one, other, protocol, port).passes
            for one, other in pairs(source, destination)
        )

    def side(self, direction: Direction, source: End, destination: End, protocol: Protocol, port: int) -> Side:
        """What one end says to a connection."""
        subject, other = (source, destination) if direction == "egress" else (destination, source)
        isolations = self.isolations(direction, subject)
        rules = (
            allow_rule.reason
            for allow_rule in (self.allow_rules(direction, subject) if isolations else ())
            if is_of(other, allow_rule.peer) and has_port(destination, allow_rule.ports, protocol, port)
        )
        return Side(tuple(isolation.reason for isolation in isolations), tuple(dict.fromkeys(rules)))

    def isolations(self, direction: Direction, subject: End) -> list[Isolation]:
        """What closes an end in a direction."""
        return list(_about(self._closures[direction], subject))

    def allow_rules(self, direction: Direction, subject: End) -> Iterator[AllowRule]:
        """What is let through at an end in a direction."""
        return _about(self._grants[direction], subject)


def is_of(end: End, region: PodSet | AddressSet) -> bool:
    """Whether an end is among a peer's."""
    if isinstance(end, Address):
        return isinstance(region, AddressSet) and bool(end.addresses & region)
    if isinstance(region, AddressSet):
        # Of a node's address nothing need be known to be sure that it is one.
        known = end.addresses or end.may_have
        return bool(known & region) or (end.host_network and region == EVERY_ADDRESS)
    return not end.host_network and region.pods.matches(end.labels) and region.namespaces.matches(end.place)


def has_port(destination: End, ports: PortSet, protocol: Protocol, port: int) -> bool:
    """Whether a port of a destination is in a set, by number or by one of the names that the destination gives it."""
    if ports.contains(protocol, port):
        return True
    return isinstance(destination, Pod) and any(
        name.protocol == protocol and PodPort(name.name, protocol, port) in destination.ports for name in ports.names
    )


def pairs(source: End, destination: End) -> Iterator[tuple[End, End]]:
    """Both ends, once for each family that a connection could be of: a pod may have an address of either."""
    ours, theirs = families(source), families(destination)
    if len(ours) < 2 and len(theirs) < 2:  # noqa: PLR2004 -- one address each is no choice
        yield source, destination
        return
    for family, one in ours.items():
        for other_family, other in theirs.items():
            if family == other_family or None in (family, other_family):
                yield one, other


def families(end: End) -> dict[Family | None, End]:
    """An end once for each family that it has addresses of, or once under None where none are known."""
    ranges = end.addresses.ranges
    if not ranges or ranges[0].family == ranges[-1].family:
        return {ranges[0].family if ranges else None: end}
    return {family: msgspec.structs.replace(end, addresses=_of_family(ranges, family)) for family in FAMILIES}


def _of_family(ranges: tuple[AddressRange, ...], family: Family) -> AddressSet:
    return AddressSet(tuple(each for each in ranges if each.family == family))


def _about(index: Index[T], subject: End) -> Iterator[T]:
    if isinstance(subject, Address) or subject.host_network:
        return iter(())
    return index.holding(subject.namespace or UNNAMED, subject.labels, subject.place)
