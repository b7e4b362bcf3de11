"""Answers to whether a connection is allowed, and why: the policies, rules and lines that decide at each end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.model import Decision
from netpolc.engine.peers import Peer
from netpolc.engine.pod_addresses import peer_in
from netpolc.engine.verdicts import EndVerdict, Evaluator, Pod, has_port, pairs
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS, OPPOSITE
from netpolc.queries.closers import Closers, policies_of
from netpolc.queries.connections import AskedConnection, asked_connections, exception_among, with_pod_addresses
from netpolc.queries.deciding_rules import DecidingRule, deciding_rule, source_line
from netpolc.queries.plugin_differences import PluginDifference, is_one_pod, plugin_difference, possible_addresses
from netpolc.queries.port_samples import port_samples
from netpolc.queries.reading import QueryError, about
from netpolc.queries.suggestions.model import Suggestion
from netpolc.sets.addresses import Family, union
from netpolc.sets.ports import NamedPort, PortInterval, PortSet, Protocol, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.model import AllowRule
    from netpolc.engine.verdicts import End
    from netpolc.engine.witness import Witness
    from netpolc.manifests.model import Service
    from netpolc.queries.endpoints import Endpoints
    from netpolc.queries.near_misses import MissedRule
    from netpolc.sets.addresses import AddressSet


ExplainedVerdict = EndVerdict[DecidingRule, DecidingRule]
"""A verdict at one end, with the lines that decide it in the place of rules."""


class Answer(msgspec.Struct, frozen=True):
    """The answer about one connection; `count` are those that were asked about, all allowed if this one is.

    `port` has a name in the place of its number where nobody knows that. `suggestion` is what would allow them, and
    `plugin_difference` what some network plugins allow of a no all the same. `notes` say how the ends were understood.
    A no has `near_misses`, and a yes may be one `only_over` one family of addresses. A pod reaches `itself` whatever
    policies say, which are told all the same.
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
    notes: tuple[str, ...] = ()
    near_misses: tuple[MissedRule, ...] = ()
    only_over: Family | None = None
    itself: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the connection is allowed."""
        return self.itself or (self.egress.passes and self.ingress.passes)

    def by_own_address(self) -> Answer:
        """Return the answer about a pod and itself, which no policy decides."""
        return msgspec.structs.replace(self, itself=True)


def answer(cluster: Cluster, endpoints: Endpoints, source: str, destination: str) -> Answer:
    """Answer a question by the first connection that is denied, or else by the first."""
    with about("SRC"):
        sources = endpoints.sources(source)
    with about("DST:PORT"):
        asked = asked_connections(sources, endpoints.destinations(destination))
    deciders = Deciders(cluster)
    found = _decide(deciders, asked, cluster.addresses_of_pods)
    answer = msgspec.structs.replace(found.answer, notes=tuple(endpoints.named.notes))
    if answer.allowed:
        return answer
    if answer.source == answer.destination and is_one_pod(endpoints, source, destination):
        return answer.by_own_address()
    from netpolc.queries.suggestions.suggest import suggestion  # a yes needs no lowering

    return msgspec.structs.replace(
        answer,
        suggestion=suggestion(cluster, endpoints, (source, destination), asked),
        plugin_difference=_plugin_difference(deciders, asked, found),
        near_misses=_near_misses(deciders, found, endpoints.named.services),
    )


class _Decision(msgspec.Struct, frozen=True):
    """An answer, and the peers that it is about, with the number of the port."""

    answer: Answer
    source: Peer
    destination: Peer
    port: int


def _decide(deciders: Deciders, asked: Sequence[AskedConnection], blocks: AddressSet) -> _Decision:
    """Answer where pods whose address is not known have it from some blocks."""
    first: _Decision | None = None
    families: Family | None = None
    count = 0
    for each in with_pod_addresses(asked, blocks):
        for protocol, port, end in port_samples(deciders.evaluator, each.source.end, each.destination.end, each.ports):
            count += 1
            verdicts = deciders.verdicts(each.source.end, end, protocol, port)
            denied = not all(verdict.passes for verdict in verdicts)
            if first is None or denied:
                name = next((n.name for n in each.ports.names if end is not each.destination.end), None)
                answer = Answer(each.source.id, each.destination.id, protocol, name or port, *verdicts, count)
                first = _Decision(answer, each.source, msgspec.structs.replace(each.destination, end=end), port)
            if denied:
                return first
            families = families or deciders.only_over(each.source.end, end, protocol, port)
    if first is None:
        raise QueryError("no pod among the destinations has such a port")
    found = _exception(deciders, asked, blocks) or first
    return msgspec.structs.replace(found, answer=msgspec.structs.replace(found.answer, count=count, only_over=families))


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
    return _Decision(answer, source, destination, connection.port)


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
    source, destination = peer_in(found.source, blocks), peer_in(found.destination, blocks)
    difference = plugin_difference(deciders.cluster, source, destination, ports)
    if difference is None:
        return None
    if difference.block in deciders.cluster.manifests.service_blocks:
        return None
    return difference


def _near_misses(deciders: Deciders, found: _Decision, services: Sequence[Service]) -> tuple[MissedRule, ...]:
    """Return the rules that come nearest to letting a denied connection through, at each end that denies it."""
    from netpolc.queries.ends.leading import single  # a yes has none
    from netpolc.queries.near_misses import Missed, near_misses

    answer = found.answer
    names = answer.source, answer.destination
    missed = Missed(found.source.end, found.destination.end, answer.protocol, found.port, names)
    if services:
        addresses = union([each for service in services for each in map(single, service.addresses)])
        missed = msgspec.structs.replace(missed, service=services[0].name, service_addresses=addresses)
    return tuple(
        miss
        for side in (answer.egress, answer.ingress)
        if not side.passes and not side.denied
        for miss in near_misses(
            deciders.evaluator, deciders.cluster.ruleset.of(side.direction).allow_rules, side.direction, missed
        )
    )


class Deciders:
    """The rules that decide connections, and the lines of the program behind them."""

    def __init__(self, cluster: Cluster) -> None:
        """Index the rules of a cluster."""
        self.cluster = cluster
        self.evaluator = Evaluator(cluster.ruleset)
        self._program_evaluator = None if cluster.said is None else Evaluator(cluster.said)
        self._sources = {file.outline.source for file in cluster.files}
        self._closers = {
            direction: Closers(None if cluster.said is None else cluster.said.of(direction), self._sources)
            for direction in DIRECTIONS
        }

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

    def only_over(self, source: End, destination: End, protocol: Protocol, port: int) -> Family | None:
        """Return the only family of addresses over which a connection passes, where it could be made over both."""
        both = list(pairs(source, destination))
        if len(both) < 2:  # noqa: PLR2004 -- the families
            return None
        return over_one_family(
            [(family_of(*each), self.evaluator.allows(*each, protocol, port)) for each in both],
        )

    def _explained(
        self, direction: Direction, source: End, destination: End, protocol: Protocol, port: int
    ) -> ExplainedVerdict:
        verdict = self.evaluator.verdict(direction, source, destination, protocol, port)
        subject = source if direction == "egress" else destination
        rules: dict[DecidingRule, None] = {}
        for each in verdict.rules:
            if isinstance(each, Decision):
                rules[deciding_rule(each.reason)] = None
            else:
                rules |= dict.fromkeys(self._reasons(each, direction, subject, destination, protocol, port))
        admitting = policies_of(each.reason for each in self.evaluator.allow_rules(direction, subject))
        closed_by = self._closers[direction].named(verdict.closed_by, admitting)
        passed = dict.fromkeys(deciding_rule(each.reason) for each in verdict.passed)
        exempt_by = self._closers[OPPOSITE[direction]].named(verdict.exempt_by, ())
        return EndVerdict(direction, closed_by, tuple(rules), tuple(passed), verdict.denied, exempt_by)

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


def over_one_family(found: Sequence[tuple[Family | None, bool]]) -> Family | None:
    """Return the only family of addresses over which a connection passes, of several that it could be made over."""
    passing = [family for family, passes in found if passes]
    return passing[0] if len(found) > 1 and len(passing) == 1 else None


def family_of(source: End, destination: End) -> Family | None:
    """Return the family of addresses that a connection between two ends would be made over, if it is known."""
    known = [each.family for end in (source, destination) for each in end.addresses.ranges]
    return known[0] if known else None
