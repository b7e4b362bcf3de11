"""Whether a connection is allowed, and why: the policies, rules and lines that decide each half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.program.model import Direction
from netpolc.queries.numbers import deciding
from netpolc.queries.reading import QueryError, about
from netpolc.queries.suggestions import suggestion
from netpolc.reach.of_program import with_pods_in
from netpolc.reach.peers import Peer
from netpolc.reach.pod_addresses import peer_in
from netpolc.reach.verdicts import Address, Judge, has_port, is_of, pairs
from netpolc.sets.addresses import NO_ADDRESS
from netpolc.sets.ports import NamedPort, PortInterval, PortSet, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster import Cluster
    from netpolc.queries.doubts import Doubt
    from netpolc.queries.ends import Choice, Ends
    from netpolc.reach.model import Cause, Grant
    from netpolc.reach.verdicts import End
    from netpolc.sets.addresses import AddressSet
    from netpolc.sets.ports import Protocol
    from netpolc.source import Location

MOST_PAIRS = 100_000
"""How many pairs of peers one question may be about."""


class Place(msgspec.Struct, frozen=True):
    """A line that somebody wrote."""

    file: str
    line: int
    text: str


class Reason(msgspec.Struct, frozen=True):
    """A part of a policy, and the line that it comes from; a denial that is only assumed is in no policy."""

    policy: str | None
    path: str
    source: Place | None


class Side(msgspec.Struct, frozen=True):
    """One end of a connection: what closes it, and the rules that let the connection through all the same."""

    direction: Direction
    closed_by: tuple[Reason, ...]
    rules: tuple[Reason, ...]

    @property
    def passes(self) -> bool:
        """Whether the connection passes this end."""
        return not self.closed_by or bool(self.rules)


class Answer(msgspec.Struct, frozen=True):
    """What there is to say of one connection; `count` are those that were asked about, all allowed if this one is.

    `port` has a name in the place of its number where nobody knows that. `suggestion` is a flow that would allow them.
    Of a no, `doubt` is what some network plugins allow all the same.
    """

    source: str
    destination: str
    protocol: Protocol
    port: int | str
    egress: Side
    ingress: Side
    count: int
    suggestion: str | None
    doubt: Doubt | None = None

    @property
    def allowed(self) -> bool:
        """Whether the connection is."""
        return self.egress.passes and self.ingress.passes


class Asked(msgspec.Struct, frozen=True):
    """One of the connections of a question: all of some ports, from one peer to another."""

    source: Peer
    destination: Peer
    ports: PortSet
    choices: tuple[Choice, Choice]


def answer(cluster: Cluster, ends: Ends, source: str, destination: str) -> Answer:
    """The answer to a question: the first connection that is denied, or else the first."""
    with about("SRC"):
        sources = ends.sources(source)
    with about("DST:PORT"):
        asked = _asked(sources, ends.destinations(destination))
    deciders = _Deciders(cluster)
    found = _decide(cluster, ends, deciders, asked, cluster.pod_addresses or NO_ADDRESS)
    return found.answer if found.answer.allowed else _doubted(cluster, ends, deciders, asked, found)


class _Decision(msgspec.Struct, frozen=True):
    """An answer, and the peers that it is about."""

    answer: Answer
    source: Peer
    destination: Peer


def _doubted(cluster: Cluster, ends: Ends, deciders: _Deciders, asked: Sequence[Asked], found: _Decision) -> Answer:
    """A no, with what would make it a yes."""
    from netpolc.queries.doubts import doubt, possible_addresses  # noqa: PLC0415 -- most answers are in no doubt

    blocks = possible_addresses(cluster)
    if not blocks or not _decide(cluster, ends, deciders, asked, blocks).answer.allowed:
        return found.answer
    protocol, port = found.answer.protocol, found.answer.port
    ports = ports_of([NamedPort(protocol, port) if isinstance(port, str) else PortInterval(protocol, port, port)])
    placed = peer_in(found.source, blocks), peer_in(found.destination, blocks)
    return msgspec.structs.replace(found.answer, doubt=doubt(cluster, *placed, ports))


def _decide(cluster: Cluster, ends: Ends, deciders: _Deciders, asked: Sequence[Asked], blocks: AddressSet) -> _Decision:
    """What there is to say where pods whose address is not known have it from some blocks."""
    first: _Decision | None = None
    count = 0
    for each in asked:
        source, destination = peer_in(each.source, blocks), peer_in(each.destination, blocks)
        for protocol, port, end in deciding(deciders.judge, source.end, destination.end, each.ports):
            count += 1
            sides = deciders.sides(source.end, end, protocol, port)
            denied = not all(side.passes for side in sides)
            if first is None or denied:
                name = next((n.name for n in each.ports.names if end is not destination.end), None)
                line = suggestion(ends, source, destination, each.choices) if denied else None
                said = Answer(source.id, destination.id, protocol, name or port, *sides, count, line)
                first = _Decision(said, source, msgspec.structs.replace(destination, end=end))
            if denied:
                return first
    if first is None:
        raise QueryError("no pod among the destinations has such a port")
    other = _exception(cluster, asked, deciders, ends, blocks)
    found = first if other is None else other
    return msgspec.structs.replace(found, answer=msgspec.structs.replace(found.answer, count=count))


def _exception(
    cluster: Cluster, asked: Sequence[Asked], deciders: _Deciders, ends: Ends, blocks: AddressSet
) -> _Decision | None:
    """A denied connection of pods that could exist, where what stands for them is allowed."""
    if not any(each.source.pods or each.destination.pods for each in asked):
        return None
    from netpolc.queries.exceptions import exception  # noqa: PLC0415 -- most questions are about what there is

    halves = with_pods_in(cluster.halves, blocks)
    found = exception(halves, ((each.source, each.destination, each.ports) for each in asked))
    if found is None:
        return None
    connection, about_it = found.connection, asked[found.number]
    source = peer_in(Peer(id=found.source, end=connection.source), blocks)
    destination = peer_in(Peer(id=found.destination, end=connection.destination), blocks)
    sides = deciders.sides(source.end, destination.end, connection.protocol, connection.port)
    line = suggestion(ends, about_it.source, about_it.destination, about_it.choices)
    said = Answer(found.source, found.destination, connection.protocol, connection.port, *sides, 1, line)
    return _Decision(said, source, destination)


def _asked(sources: Sequence[Choice], destinations: Sequence[Choice]) -> list[Asked]:
    found = [
        Asked(source, destination, end.ports or PortSet(), (start, end))
        for start in sources
        for end in destinations
        for source, destination in _pairs(start.peers, end.peers)
    ]
    if not found:
        raise QueryError("both ends are outside of the cluster, where no policy decides")
    return found


def _pairs(sources: Sequence[Peer], destinations: Sequence[Peer]) -> Iterator[tuple[Peer, Peer]]:
    if len(sources) * len(destinations) > MOST_PAIRS:
        count = len(sources) * len(destinations)
        raise QueryError(f"this asks about {count:,} pairs, of at most {MOST_PAIRS:,}; `netpolc reach` lists all")
    for source in sources:
        for destination in destinations:
            if not (isinstance(source.end, Address) and isinstance(destination.end, Address)):
                yield source, destination


class _Deciders:
    """What decides connections, and the lines of the program behind it."""

    def __init__(self, cluster: Cluster) -> None:
        self.judge = Judge(cluster.halves)
        self._said = None if cluster.said is None else Judge(cluster.said)
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
        closures = self.judge.closures(direction, subject)
        rules: dict[Reason, None] = {}
        for grant in self.judge.grants(direction, subject) if closures else ():
            if is_of(other, grant.peer) and has_port(destination, grant.ports, protocol, port):
                rules |= dict.fromkeys(self._reasons(grant, direction, subject, destination, protocol, port))
        closed = dict.fromkeys(_reason(closure.cause) for closure in closures)
        return Side(direction, tuple(closed), tuple(rules))

    def _reasons(
        self, grant: Grant, direction: Direction, subject: End, destination: End, protocol: Protocol, port: int
    ) -> Iterator[Reason]:
        """A rule, with each flow of the program that it comes from: rules join the flows of different lines."""
        cause = grant.cause
        place = None if cause is None else cause.location
        if self._said is None or place is None or place.source not in self._sources:
            yield _reason(cause)
            return
        flows = [
            each.cause
            for each in self._said.grants(direction, subject)
            if each.peer == grant.peer and has_port(destination, each.ports, protocol, port)
        ]
        for flow in dict.fromkeys(flows or (cause,)):
            yield msgspec.structs.replace(_reason(cause), source=place_of(flow))


def _reason(cause: Cause | None) -> Reason:
    if cause is None:
        return Reason(None, "", None)
    return Reason(cause.policy, cause.path, place_of(cause))


def place_of(cause: Cause | None) -> Place | None:
    """The line of a cause; a statement of netpol is one line of text, however many it was written on."""
    location: Location | None = None if cause is None else cause.location
    if cause is None or location is None:
        return None
    return Place(location.source.name, location.line, cause.text or location.source.line(location.line).strip())
