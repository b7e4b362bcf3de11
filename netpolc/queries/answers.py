"""Answers to whether a connection is allowed, and why: the policies, rules and lines that decide at each end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.peers import Peer
from netpolc.engine.pod_addresses import peer_in
from netpolc.engine.verdicts import EndVerdict, Evaluator, Pod, has_port, pairs
from netpolc.ir.model import Direction
from netpolc.queries.connections import AskedConnection, asked_connections, exception_among, with_pod_addresses
from netpolc.queries.plugin_differences import PluginDifference, plugin_difference, possible_addresses
from netpolc.queries.port_samples import port_samples
from netpolc.queries.reading import QueryError, about
from netpolc.queries.suggestions.model import Suggestion
from netpolc.sets.ports import NamedPort, PortInterval, PortSet, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.model import AllowRule, Reason
    from netpolc.engine.verdicts import End
    from netpolc.engine.witness import Witness
    from netpolc.queries.endpoints import Endpoints
    from netpolc.sets.addresses import AddressSet
    from netpolc.sets.ports import Protocol
    from netpolc.source import Location


class SourceLine(msgspec.Struct, frozen=True):
    """A line that somebody wrote."""

    file: str
    line: int
    text: str


class DecidingRule(msgspec.Struct, frozen=True):
    """A part of a policy, and the line that it comes from; a denial that is only assumed is in no policy."""

    policy: str | None
    path: str
    source: SourceLine | None


ExplainedVerdict = EndVerdict[DecidingRule, DecidingRule]
"""A verdict at one end, with the lines that decide it in the place of rules."""


class Answer(msgspec.Struct, frozen=True):
    """The answer about one connection; `count` are those that were asked about, all allowed if this one is.

    `port` has a name in the place of its number where nobody knows that. `suggestion` is what would allow them, and
    `plugin_difference` what some network plugins allow of a no all the same.
    """

    source: str
    destination: str
    protocol: Protocol
    port: int | str
    egress: ExplainedVerdict
    ingress: ExplainedVerdict
    count: int
    suggestion: Suggestion = Suggestion()
    plugin_difference: PluginDifference | None = None

    @property
    def allowed(self) -> bool:
        """Whether the connection is allowed."""
        return self.egress.passes and self.ingress.passes


def answer(cluster: Cluster, endpoints: Endpoints, source: str, destination: str) -> Answer:
    """Answer a question by the first connection that is denied, or else by the first."""
    with about("SRC"):
        sources = endpoints.sources(source)
    with about("DST:PORT"):
        asked = asked_connections(sources, endpoints.destinations(destination))
    deciders = Deciders(cluster)
    found = _decide(deciders, asked, cluster.addresses_of_pods)
    if found.answer.allowed:
        return found.answer
    from netpolc.queries.suggestions.suggest import suggestion  # a yes needs no lowering

    return msgspec.structs.replace(
        found.answer,
        suggestion=suggestion(cluster, endpoints, (source, destination), asked),
        plugin_difference=_plugin_difference(deciders, asked, found),
    )


class _Decision(msgspec.Struct, frozen=True):
    """An answer, and the peers that it is about."""

    answer: Answer
    source: Peer
    destination: Peer


def _decide(deciders: Deciders, asked: Sequence[AskedConnection], blocks: AddressSet) -> _Decision:
    """Answer where pods whose address is not known have it from some blocks."""
    first: _Decision | None = None
    count = 0
    for each in with_pod_addresses(asked, blocks):
        for protocol, port, end in port_samples(deciders.evaluator, each.source.end, each.destination.end, each.ports):
            count += 1
            verdicts = deciders.verdicts(each.source.end, end, protocol, port)
            denied = not all(verdict.passes for verdict in verdicts)
            if first is None or denied:
                name = next((n.name for n in each.ports.names if end is not each.destination.end), None)
                answer = Answer(each.source.id, each.destination.id, protocol, name or port, *verdicts, count)
                first = _Decision(answer, each.source, msgspec.structs.replace(each.destination, end=end))
            if denied:
                return first
    if first is None:
        raise QueryError("no pod among the destinations has such a port")
    found = _exception(deciders, asked, blocks) or first
    return msgspec.structs.replace(found, answer=msgspec.structs.replace(found.answer, count=count))


def _exception(deciders: Deciders, asked: Sequence[AskedConnection], blocks: AddressSet) -> _Decision | None:
    """Find a denied connection of pods that could exist, where what stands for them is allowed."""
    found = exception_among(deciders.cluster, asked, blocks)
    if found is None:
        return None
    connection = found.connection
    source = peer_in(Peer(id=found.source, end=connection.source), blocks)
    destination = peer_in(Peer(id=found.destination, end=connection.destination), blocks)
    verdicts = deciders.verdicts(source.end, destination.end, connection.protocol, connection.port)
    port = _asked_for(connection, asked[found.number].ports)
    answer = Answer(found.source, found.destination, connection.protocol, port, *verdicts, 1)
    return _Decision(answer, source, destination)


def _asked_for(connection: Witness, ports: PortSet) -> int | str:
    """Return what a question calls the port of a connection: a name only where it does not ask for the number."""
    protocol, number, end = connection.protocol, connection.port, connection.destination
    if isinstance(end, Pod) and not ports.contains(protocol, number):
        names = {name.name for name in ports.names if name.protocol == protocol}
        return next((each.name for each in end.ports if each.name in names and each.number == number), number)
    return number


def _plugin_difference(
    deciders: Deciders, asked: Sequence[AskedConnection], found: _Decision
) -> PluginDifference | None:
    """Find what makes a no a yes with some plugins."""
    blocks = possible_addresses(deciders.cluster)
    if not blocks or not _decide(deciders, asked, blocks).answer.allowed:
        return None
    protocol, port = found.answer.protocol, found.answer.port
    ports = ports_of([NamedPort(protocol, port) if isinstance(port, str) else PortInterval(protocol, port, port)])
    return plugin_difference(deciders.cluster, peer_in(found.source, blocks), peer_in(found.destination, blocks), ports)


class Deciders:
    """The rules that decide connections, and the lines of the program behind them."""

    def __init__(self, cluster: Cluster) -> None:
        """Index the rules of a cluster."""
        self.cluster = cluster
        self.evaluator = Evaluator(cluster.ruleset)
        self._program_evaluator = None if cluster.said is None else Evaluator(cluster.said)
        self._sources = {file.outline.source for file in cluster.files}

    def verdicts(
        self, source: End, destination: End, protocol: Protocol, port: int
    ) -> tuple[ExplainedVerdict, ExplainedVerdict]:
        """Return the verdicts at both ends of a connection, on a family of addresses by which it passes, if any."""
        found: list[tuple[ExplainedVerdict, ExplainedVerdict]] = []
        for one, other in pairs(source, destination):
            egress = self._explained("egress", one, other, protocol, port)
            ingress = self._explained("ingress", one, other, protocol, port)
            found.append((egress, ingress))
        return next((each for each in found if each[0].passes and each[1].passes), found[0])

    def _explained(
        self, direction: Direction, source: End, destination: End, protocol: Protocol, port: int
    ) -> ExplainedVerdict:
        verdict = self.evaluator.verdict(direction, source, destination, protocol, port)
        subject = source if direction == "egress" else destination
        rules: dict[DecidingRule, None] = {}
        for allow_rule in verdict.rules:
            rules |= dict.fromkeys(self._reasons(allow_rule, direction, subject, destination, protocol, port))
        closed_by = dict.fromkeys(deciding_rule(isolation.reason) for isolation in verdict.closed_by)
        return EndVerdict(direction, tuple(closed_by), tuple(rules))

    def _reasons(
        self, allow_rule: AllowRule, direction: Direction, subject: End, destination: End, protocol: Protocol, port: int
    ) -> Iterator[DecidingRule]:
        """Yield a rule with each flow of the program that it comes from: rules join the flows of different lines."""
        reason = allow_rule.reason
        location = None if reason is None else reason.location
        if self._program_evaluator is None or location is None or location.source not in self._sources:
            yield deciding_rule(reason)
            return
        flows = [
            each.reason
            for each in self._program_evaluator.allow_rules(direction, subject)
            if each.peer == allow_rule.peer and has_port(destination, each.ports, protocol, port)
        ]
        for flow in dict.fromkeys(flows or (reason,)):
            yield msgspec.structs.replace(deciding_rule(reason), source=source_line(flow))


def deciding_rule(reason: Reason | None) -> DecidingRule:
    """Return the part of a policy behind a reason, with its line."""
    if reason is None:
        return DecidingRule(None, "", None)
    return DecidingRule(reason.policy, reason.path, source_line(reason))


def source_line(reason: Reason | None) -> SourceLine | None:
    """Return the line of a reason; a statement of netpol is one line of text, however many it was written on."""
    location: Location | None = None if reason is None else reason.location
    if reason is None or location is None:
        return None
    return SourceLine(location.source.name, location.line, reason.text or location.line_text)
