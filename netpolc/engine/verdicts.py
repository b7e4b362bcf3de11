"""Verdicts on single connections, and the rules that decide them, for ends that are known in all that matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from netpolc.engine.index import Index
from netpolc.engine.model import Tier
from netpolc.engine.regions import IDENTITY, UNNAMED, PodSet
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import EVERY_ADDRESS, FAMILIES, NO_ADDRESS, AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.model import AllowRule, Decision, DirectionRules, Isolation, RuleSet
    from netpolc.engine.regions import Region
    from netpolc.sets.addresses import AddressRange, Family
    from netpolc.sets.ports import PortSet, Protocol

    Closing = Isolation | Decision
    """What denies a connection at one end."""
    Opening = AllowRule | Decision
    """What lets a connection through at one end, or hands it on."""

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
    those that are known; blocks of addresses are matched against them, or else against all that it `may_have`, if it is
    `in_blocks`. What ports a hypothetical pod names is unknown.
    """

    namespace: str | None
    namespace_labels: dict[str, str] = {}
    labels: dict[str, str] = {}
    ports: tuple[PodPort, ...] = ()
    addresses: AddressSet = NO_ADDRESS
    may_have: AddressSet = NO_ADDRESS
    in_blocks: bool = True
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
    """The verdict at one end of a connection: what isolates the end, and the rules that let the connection through.

    Where a tier decides, it is one decision, by which the connection is let through or `denied`; those that handed it
    on before are what it `passed`, in order. What it is `exempt_by` isolates the end in the other direction, and so
    leaves it to no tier behind, where one would deny the connection.
    """

    direction: Direction
    closed_by: tuple[Isolating, ...]
    rules: tuple[Allowing, ...]
    passed: tuple[Allowing, ...] = ()
    denied: bool = False
    exempt_by: tuple[Isolating, ...] = ()

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
        self._tiers = {each: _TierWalk(ruleset.of(each)) for each in DIRECTIONS} if ruleset.is_tiered else None

    @property
    def is_tiered(self) -> bool:
        """Whether there are any tiers."""
        return self._tiers is not None

    def allows(self, source: End, destination: End, protocol: Protocol, port: int) -> bool:
        """Tell whether a connection passes both ends, on any family of addresses that they share."""
        return any(
            self.verdict("egress", one, other, protocol, port).passes
            and self.verdict("ingress", one, other, protocol, port).passes
            for one, other in pairs(source, destination)
        )

    def verdict(
        self, direction: Direction, source: End, destination: End, protocol: Protocol, port: int
    ) -> EndVerdict[Closing, Opening]:
        """Return the verdict at one end of a connection."""
        if self._tiers is None:
            return self._of_rules(direction, source, destination, protocol, port)
        walk = self._tiers[direction]
        subject, other = (source, destination) if direction == "egress" else (destination, source)
        connection = subject, other, destination, protocol, port
        passed: list[Decision] = []
        decided = walk.decision(walk.before, connection, passed)
        if decided is None:
            verdict = self._of_rules(direction, source, destination, protocol, port)
            exempt_by = () if verdict.closed_by else walk.exempting(subject)
            if exempt_by:
                behind = walk.decision(walk.behind, connection, [])
                if behind is not None and behind.action == "deny":
                    verdict = msgspec.structs.replace(verdict, exempt_by=exempt_by)
            elif not verdict.closed_by:
                decided = walk.decision(walk.behind, connection, passed)
            if decided is None:
                return msgspec.structs.replace(verdict, passed=tuple(passed))
        if decided.action == "deny":
            return EndVerdict(direction, (decided,), (), tuple(passed), denied=True)
        return EndVerdict(direction, (), (decided,), tuple(passed))

    def tiers(self, direction: Direction, subject: End) -> tuple[tuple[Tier, ...], tuple[Tier, ...]]:
        """Return the tiers that judge an end in a direction, before its rules and behind, with what is about it."""
        if self._tiers is None:
            return (), ()
        walk = self._tiers[direction]
        return walk.of(walk.before, subject), () if walk.exempting(subject) else walk.of(walk.behind, subject)

    def _of_rules(
        self, direction: Direction, source: End, destination: End, protocol: Protocol, port: int
    ) -> EndVerdict[Closing, Opening]:
        """Return the verdict of what is isolated and let through, as if there were no tiers."""
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


class _TierWalk:
    """The tiers of one direction, for connections whose ends are known."""

    def __init__(self, rules: DirectionRules) -> None:
        self.before = tuple(_indexed(tier) for tier in rules.before)
        self.behind = tuple(_indexed(tier) for tier in rules.behind)
        self._exempt = Index((each.subject, each) for each in rules.exempt)

    def exempting(self, subject: End) -> tuple[Isolation, ...]:
        """Return what isolates an end so that no tier behind judges it."""
        return tuple(_about(self._exempt, subject))

    def of(self, tiers: Iterable[Index[tuple[int, Decision]]], subject: End) -> tuple[Tier, ...]:
        """Return tiers with no decisions but those about an end."""
        return tuple(Tier("", tuple(self.about(tier, subject))) for tier in tiers)

    def about(self, tier: Index[tuple[int, Decision]], subject: End) -> Iterator[Decision]:
        """Yield the decisions of a tier about an end, in order."""
        found = dict(_about(tier, subject))
        return (found[number] for number in sorted(found))

    def decision(
        self,
        tiers: Iterable[Index[tuple[int, Decision]]],
        connection: tuple[End, End, End, Protocol, int],
        passed: list[Decision],
    ) -> Decision | None:
        """Return what lets a connection through or denies it, if anything does, and add what it passed before.

        Where it is unknown whether a block holds an address, it is let through if that could be.
        """
        subject, other, destination, protocol, port = connection
        for tier in tiers:
            may_pass = False
            for decision in self.about(tier, subject):
                if not is_of(other, decision.peer) or not has_port(destination, decision.ports, protocol, port):
                    continue
                if decision.action == "allow":
                    return decision
                if not is_surely_of(other, decision.peer):
                    may_pass = may_pass or decision.action == "next"
                elif decision.action == "deny" and not may_pass:
                    return decision
                else:
                    # What no policy hands on is there for the order of others.
                    if decision.action == "next" and decision.reason is not None:
                        passed.append(decision)
                    break
        return None


def _indexed(tier: Tier) -> Index[tuple[int, Decision]]:
    return Index((each.subject, (number, each)) for number, each in enumerate(tier.decisions))


def is_surely_of(end: End, region: Region) -> bool:
    """Tell whether an end is in a region that it is in as far as is known, whichever of its addresses it has."""
    if isinstance(end, Address) or not isinstance(region, AddressSet):
        return True
    return not (end.addresses or end.may_have) - region


def is_of(end: End, region: PodSet | AddressSet) -> bool:
    """Tell whether an end is in a region."""
    if isinstance(end, Address):
        return isinstance(region, AddressSet) and bool(end.addresses & region)
    if isinstance(region, AddressSet):
        # Of a node's address nothing need be known to be sure that it is one.
        addresses = (end.addresses or end.may_have) if end.in_blocks else NO_ADDRESS
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
