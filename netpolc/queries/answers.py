"""Whether a connection is allowed, and why: the policies, rules and lines that decide each half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.peers import Peer
from netpolc.engine.pod_addresses import peer_in
from netpolc.engine.verdicts import Evaluator, Pod, has_port, is_of, pairs
from netpolc.ir.model import Direction
from netpolc.queries.connections import Asked, asked_about, exception_among, placed
from netpolc.queries.port_samples import deciding
from netpolc.queries.reading import QueryError, about
from netpolc.queries.suggestions.model import Suggestion
from netpolc.sets.ports import NamedPort, PortInterval, PortSet, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.model import AllowRule, Reason
    from netpolc.engine.verdicts import End
    from netpolc.engine.witness import Witness
    from netpolc.queries.endpoints import Ends
    from netpolc.queries.plugin_differences import Doubt
    from netpolc.sets.addresses import AddressSet
    from netpolc.sets.ports import Protocol
    from netpolc.source import Location


class Place(msgspec.Struct, frozen=True):
    """A line that somebody wrote."""

    file: str
    line: int
    text: str


class DecidingRule(msgspec.Struct, frozen=True):
    """A part of a policy, and the line that it comes from; a denial that is only assumed is in no policy."""

    policy: str | None
    path: str
    source: Place | None


class Side(msgspec.Struct, frozen=True):
    """One end of a connection: what closes it, and the rules that let the connection through all the same."""

    direction: Direction
    closed_by: tuple[DecidingRule, ...]
    rules: tuple[DecidingRule, ...]

    @property
    def passes(self) -> bool:
        """Whether the connection passes this end."""
        return not self.closed_by or bool(self.rules)


class Answer(msgspec.Struct, frozen=True):
    """What there is to say of one connection; `count` are those that were asked about, all allowed if this one is.

    `port` has a name in the place of its number where nobody knows that. `suggestion` is what would allow them, and
    `doubt` what some network plugins allow of a no all the same.
    """

    source: str
    destination: str
    protocol: Protocol
    port: int | str
    egress: Side
    ingress: Side
    count: int
    suggestion: Suggestion = Suggestion()
    doubt: Doubt | None = None

    @property
    def allowed(self) -> bool:
        """Whether the connection is."""
        return self.egress.passes and self.ingress.passes


def answer(cluster: Cluster, ends: Ends, source: str, destination: str) -> Answer:
    """The answer to a question: the first connection that is denied, or else the first."""
    with about("SRC"):
        sources = ends.sources(source)
    with about("DST:PORT"):
        asked = asked_about(sources, ends.destinations(destination))
    deciders = _Deciders(cluster)
    found = _decide(deciders, asked, cluster.addresses_of_pods)
    if found.answer.allowed:
        return found.answer
    from netpolc.queries.suggestions.suggest import suggestion  # noqa: PLC0415 -- a yes needs none

    return msgspec.structs.replace(
        found.answer,
        suggestion=suggestion(cluster, ends, (source, destination), asked),
        doubt=_doubt(deciders, asked, found),
    )


class _Decision(msgspec.Struct, frozen=True):
    """An answer, and the peers that it is about."""

    answer: Answer
    source: Peer
    destination: Peer


def _decide(deciders: _Deciders, asked: Sequence[Asked], blocks: AddressSet) -> _Decision:
    """What there is to say where pods whose address is not known have it from some blocks."""
    first: _Decision | None = None
    count = 0
    for each in placed(asked, blocks):
        for protocol, port, end in deciding(deciders.judge, each.source.end, each.destination.end, each.ports):
            count += 1
            sides = deciders.sides(each.source.end, end, protocol, port)
            denied = not all(side.passes for side in sides)
            if first is None or denied:
                name = next((n.name for n in each.ports.names if end is not each.destination.end), None)
                said = Answer(each.source.id, each.destination.id, protocol, name or port, *sides, count)
                first = _Decision(said, each.source, msgspec.structs.replace(each.destination, end=end))
            if denied:
                return first
    if first is None:
        raise QueryError("no pod among the destinations has such a port")
    found = _exception(deciders, asked, blocks) or first
    return msgspec.structs.replace(found, answer=msgspec.structs.replace(found.answer, count=count))


def _exception(deciders: _Deciders, asked: Sequence[Asked], blocks: AddressSet) -> _Decision | None:
    """A denied connection of pods that could exist, where what stands for them is allowed."""
    found = exception_among(deciders.cluster, asked, blocks)
    if found is None:
        return None
    connection = found.connection
    source = peer_in(Peer(id=found.source, end=connection.source), blocks)
    destination = peer_in(Peer(id=found.destination, end=connection.destination), blocks)
    sides = deciders.sides(source.end, destination.end, connection.protocol, connection.port)
    port = _asked_for(connection, asked[found.number].ports)
    said = Answer(found.source, found.destination, connection.protocol, port, *sides, 1)
    return _Decision(said, source, destination)


def _asked_for(connection: Witness, ports: PortSet) -> int | str:
    """What a question calls the port of a connection: by a name only where it does not ask for the number."""
    protocol, number, end = connection.protocol, connection.port, connection.destination
    if isinstance(end, Pod) and not ports.contains(protocol, number):
        names = {name.name for name in ports.names if name.protocol == protocol}
        return next((each.name for each in end.ports if each.name in names and each.number == number), number)
    return number


def _doubt(deciders: _Deciders, asked: Sequence[Asked], found: _Decision) -> Doubt | None:
    """What makes a no a yes with some plugins."""
    from netpolc.queries.plugin_differences import (  # noqa: PLC0415 -- most answers are in no doubt
        doubt,
        possible_addresses,
    )

    blocks = possible_addresses(deciders.cluster)
    if not blocks or not _decide(deciders, asked, blocks).answer.allowed:
        return None
    protocol, port = found.answer.protocol, found.answer.port
    ports = ports_of([NamedPort(protocol, port) if isinstance(port, str) else PortInterval(protocol, port, port)])
    return doubt(deciders.cluster, peer_in(found.source, blocks), peer_in(found.destination, blocks), ports)


class _Deciders:
    """What decides connections, and the lines of the program behind it."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.judge = Evaluator(cluster.ruleset)
        self._said = None if cluster.said is None else Evaluator(cluster.said)
        self._sources = {file.outline.source for file in cluster.files}

    def sides(self, source: End, destination: End, protocol: Protocol, port: int) -> tuple[Side, Side]:
        """Both ends of a connection, on a family of addresses by which it passes, if there is one."""
        found: list[tuple[Side, Side]] = []
        for one, other in pairs(source, destination):
            egress = self._side("egress", one, other, protocol, port)
            ingress = self._side("ingress", one, other, protocol, port)
            found.append((egress, ingress))
        return next((each for each in found if each[0].passes and each[1].passes), found[0])

    def _side(self, direction: Direction, source: End, destination: End, protocol: Protocol, port: int) -> Side:
        subject, other = (source, destination) if direction == "egress" else (destination, source)
        isolations = self.judge.isolations(direction, subject)
        rules: dict[DecidingRule, None] = {}
        for allow_rule in self.judge.allow_rules(direction, subject) if isolations else ():
            if is_of(other, allow_rule.peer) and has_port(destination, allow_rule.ports, protocol, port):
                rules |= dict.fromkeys(self._reasons(allow_rule, direction, subject, destination, protocol, port))
        closed = dict.fromkeys(_reason(isolation.reason) for isolation in isolations)
        return Side(direction, tuple(closed), tuple(rules))

    def _reasons(
        self, allow_rule: AllowRule, direction: Direction, subject: End, destination: End, protocol: Protocol, port: int
    ) -> Iterator[DecidingRule]:
        """A rule, with each flow of the program that it comes from: rules join the flows of different lines."""
        reason = allow_rule.reason
        place = None if reason is None else reason.location
        if self._said is None or place is None or place.source not in self._sources:
            yield _reason(reason)
            return
        flows = [
            each.reason
            for each in self._said.allow_rules(direction, subject)
            if each.peer == allow_rule.peer and has_port(destination, each.ports, protocol, port)
        ]
        for flow in dict.fromkeys(flows or (reason,)):
            yield msgspec.structs.replace(_reason(reason), source=place_of(flow))


def _reason(reason: Reason | None) -> DecidingRule:
    if reason is None:
        return DecidingRule(None, "", None)
    return DecidingRule(reason.policy, reason.path, place_of(reason))


def place_of(reason: Reason | None) -> Place | None:
    """The line of a cause; a statement of netpol is one line of text, however many it was written on."""
    location: Location | None = None if reason is None else reason.location
    if reason is None or location is None:
        return None
    return Place(location.source.name, location.line, reason.text or location.source.line(location.line).strip())
