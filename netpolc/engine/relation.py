"""The whole relation: every ordered pair of peers that may talk, and on which ports.

For each source, the destinations that its own rules let it out to meet the destinations whose rules admit it. So the
work grows with the connections that there are, and with the rules, and not with the pairs of peers.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.members import Members
from netpolc.engine.regions import ANYTHING
from netpolc.engine.verdicts import Address, Evaluator, Pod, families
from netpolc.ir.model import Direction
from netpolc.sets.ports import EVERY_PORT, NamedPort, PortInterval, PortSet, intersection, ports_of, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.engine.model import RuleSet
    from netpolc.engine.peers import Peer
    from netpolc.engine.regions import Region
    from netpolc.engine.verdicts import End

NOTHING = PortSet()


class PeerConnection(msgspec.Struct, frozen=True):
    """The ports of a destination that a source may reach, resolved to numbers where they are known."""

    source: Peer
    destination: Peer
    ports: PortSet


def connections(peers: Sequence[Peer], ruleset: RuleSet) -> Iterator[PeerConnection]:
    """Yield every two peers, like ones too, that may talk: by source, then destination, in the order of the peers.

    There is nothing between two addresses, which no policy here decides.
    """
    stacks = [tuple(families(peer.end).items()) for peer in peers]
    if all(len(stack) == 1 for stack in stacks):
        for source, destination, ports in _related([peer.end for peer in peers], ruleset):
            yield PeerConnection(peers[source], peers[destination], ports)
        return
    # A pod with an address of each family connects by either, and rules may let one of them through.
    owners = [number for number, stack in enumerate(stacks) for _ in stack]
    ends = [each for stack in stacks for each in stack]
    related = _related([end for _, end in ends], ruleset)
    for source, group in itertools.groupby(related, key=lambda found: owners[found[0]]):
        joined: dict[int, PortSet] = {}
        for one, other, ports in group:
            destination = owners[other]
            several = len(stacks[source]) > 1 or len(stacks[destination]) > 1
            if not several or ends[one][0] == ends[other][0] or None in (ends[one][0], ends[other][0]):
                joined[destination] = union((ports, joined.get(destination, NOTHING)))
        for destination in sorted(joined):
            yield PeerConnection(peers[source], peers[destination], joined[destination])


def _related(ends: Sequence[End], ruleset: RuleSet) -> Iterator[tuple[int, int, PortSet]]:
    """Yield every two ends that may talk, by their numbers, and on which ports."""
    evaluator = Evaluator(ruleset)
    members = Members(ends)
    egress, ingress = (_Openings(evaluator, direction, ends, members) for direction in ("egress", "ingress"))
    joined: dict[tuple[PortSet, PortSet], PortSet] = {}
    for number, source in enumerate(ends):
        admitted = egress.by_subject(number)
        leading = ingress.by_other(number)
        for other in _candidates(admitted, leading, ingress):
            destination = ends[other]
            if isinstance(destination, Address) and isinstance(source, Address):
                continue
            outward = EVERY_PORT if admitted is None else admitted.ports(other)
            inward = ingress.ports(other, leading)
            if outward.names or inward.names:
                outward, inward = resolved(outward, destination), resolved(inward, destination)
            both = joined.get((outward, inward))
            if both is None:
                both = joined[outward, inward] = intersection(outward, inward)
            if both != NOTHING:
                yield number, other, both


class _Admitted(msgspec.Struct):
    """The ports that the rules of one end let through: with some others, by number, and with everybody."""

    some: dict[int, PortSet]
    anybody: PortSet

    def ports(self, other: int) -> PortSet:
        """Return the ports that one other has."""
        some = self.some.get(other)
        return self.anybody if some is None else union((some, self.anybody))


class _Openings:
    """The rules of all ends in one direction."""

    def __init__(self, evaluator: Evaluator, direction: Direction, ends: Sequence[End], members: Members) -> None:
        self._members = members
        self._numbers: dict[Region, tuple[int, ...]] = {}
        self.open: set[int] = set()
        self._anybody: dict[int, PortSet] = {}
        self._some: dict[int, dict[Region, PortSet]] = {}
        self._leading: dict[int, dict[int, list[PortSet]]] | None = None
        for number, end in enumerate(ends):
            if not evaluator.isolations(direction, end):
                self.open.add(number)
                continue
            rules: dict[Region, PortSet] = {}
            for allow_rule in evaluator.allow_rules(direction, end):
                earlier = rules.get(allow_rule.peer)
                rules[allow_rule.peer] = allow_rule.ports if earlier is None else union((earlier, allow_rule.ports))
            pods, addresses = (rules.get(region, NOTHING) for region in ANYTHING)
            anybody = intersection(pods, addresses)
            if anybody != NOTHING:
                self._anybody[number] = anybody
                rules = {region: ports for region, ports in rules.items() if ports != anybody or region not in ANYTHING}
            self._some[number] = rules

    def by_subject(self, number: int) -> _Admitted | None:
        """Return what the rules of an end let through, or None where everything is."""
        if number in self.open:
            return None
        found: dict[int, list[PortSet]] = {}
        for region, ports in self._some[number].items():
            for other in self._of(region):
                found.setdefault(other, []).append(ports)
        some = {other: ports[0] if len(ports) == 1 else union(ports) for other, ports in found.items()}
        return _Admitted(some, self._anybody.get(number, NOTHING))

    def by_other(self, number: int) -> dict[int, list[PortSet]]:
        """Return the ends whose rules name another, and the ports on which they do."""
        if self._leading is None:
            self._leading = {}
            for subject, rules in self._some.items():
                for region, ports in rules.items():
                    for other in self._of(region):
                        self._leading.setdefault(other, {}).setdefault(subject, []).append(ports)
        return self._leading.get(number, {})

    def everybody(self) -> Iterator[int]:
        """Yield the ends that are not isolated, or have a rule for everybody."""
        yield from self.open
        yield from self._anybody

    def ports(self, number: int, leading: dict[int, list[PortSet]]) -> PortSet:
        """Return the ports on which an end is let through to one other."""
        if number in self.open:
            return EVERY_PORT
        anybody, some = self._anybody.get(number), leading.get(number)
        if some is None:
            return anybody or NOTHING
        return union(some if anybody is None else (*some, anybody))

    def _of(self, region: Region) -> tuple[int, ...]:
        found = self._numbers.get(region)
        if found is None:
            found = self._numbers[region] = tuple(self._members.of(region))
        return found


def _candidates(admitted: _Admitted | None, leading: dict[int, list[PortSet]], openings: _Openings) -> Iterator[int]:
    """Yield the ends that one could reach: those that the rules of both ends may name, in order."""
    if admitted is None or admitted.anybody != NOTHING:
        yield from sorted({*openings.everybody(), *leading})
    else:
        yield from sorted(admitted.some)


def resolved(ports: PortSet, destination: End) -> PortSet:
    """Replace names of ports by numbers, as a destination has them; of a pod that could exist the names are kept."""
    if not ports.names:
        return ports
    items: list[PortInterval | NamedPort] = list(ports.intervals)
    if isinstance(destination, Pod):
        for name in ports.names:
            items += [
                PortInterval(name.protocol, port.number, port.number)
                for port in destination.ports
                if port.name == name.name and port.protocol == name.protocol
            ]
            if destination.hypothetical:
                items.append(name)
    return ports_of(items)
