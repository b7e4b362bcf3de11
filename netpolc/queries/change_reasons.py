"""Reasons of changes: the lines by which one side allows a connection, or else by which the other isolates an end."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.engine.model import AllowRule, Decision, Isolation
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.engine.row_algebra import NOTHING
from netpolc.engine.rows import resolved
from netpolc.engine.verdicts import Evaluator, Pod, PodPort, is_of
from netpolc.engine.verdicts import pairs as ends_by_family
from netpolc.identity import IdentityCache
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.deciding_rules import SourceLine, source_line
from netpolc.sets.ports import difference, intersection, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.changes import ConnectionChange, View
    from netpolc.engine.model import Reason
    from netpolc.engine.peers import Peer
    from netpolc.engine.verdicts import Closing, End, EndVerdict, Opening
    from netpolc.queries.comparison import Sides
    from netpolc.sets.ports import PortSet, Protocol

    ConnectionEnds = tuple[End, End]

SideName = Literal["old", "new"]

MOST_SAMPLES = 8
"""How many of the ports of a change are looked at where tiers may decide of each by itself."""


class ChangeLine(msgspec.Struct, frozen=True, order=True):
    """A line of one side; that of a manifest is part of a `policy`, at a `path`."""

    side: SideName
    file: str
    line: int
    text: str
    policy: str | None = None
    path: str = ""

    @property
    def said(self) -> str:
        """What it says; of a manifest, the part of a policy, because the line itself seldom says anything."""
        return self.text if self.policy is None else f"{self.policy} {self.path}"


class ChangeReason(msgspec.Struct, frozen=True):
    """The reason of a change at one end: rules of the side that allows it, else isolations of the other side alone."""

    direction: Direction
    allow_rules: tuple[AllowRule | Decision, ...]
    isolations: tuple[Isolation, ...]
    lines: tuple[ChangeLine, ...]


class ChangeReasons:
    """The reasons of the changes between two clusters."""

    def __init__(self, old: Cluster, new: Cluster, sides: Sides) -> None:
        """Index the rules of both."""
        self._old = _ComparedCluster("old", old, sides.old)
        self._new = _ComparedCluster("new", new, sides.new)

    def of(self, change: ConnectionChange) -> tuple[ChangeReason, ...]:
        """Return the reasons of a change, one for each end that made it, with its lines."""
        allowing, denying = (self._new, self._old) if change.widened else (self._old, self._new)
        pairs = (allowing.ends(change), denying.ends(change))
        found = tuple(_reasons(change.ports, allowing, denying, pairs, whole=False))
        # Of pods with addresses of two families each end may let another one through, so that neither alone decides.
        return found or tuple(_reasons(change.ports, allowing, denying, pairs, whole=True))


def _reasons(
    ports: PortSet,
    allowing: _ComparedCluster,
    denying: _ComparedCluster,
    pairs: tuple[ConnectionEnds, ConnectionEnds],
    *,
    whole: bool,
) -> Iterator[ChangeReason]:
    if allowing.is_tiered or denying.is_tiered:
        yield from _reasons_with_tiers(ports, allowing, denying, pairs)
        return
    for direction in DIRECTIONS:
        isolations = denying.isolations(direction, pairs[1])
        if not isolations:
            continue
        passing = union(
            [*(resolved(each.ports, pairs[1][1]) for each in denying.allow_rules(direction, pairs[1])), NOTHING]
        )
        missing = ports if whole else difference(ports, passing)
        if missing == NOTHING:
            continue
        if not allowing.isolations(direction, pairs[0]):
            written = denying.written_isolations(direction, pairs[1], isolations)
            lines = (line for isolation in written for line in denying.isolation_lines(isolation, isolations))
            yield ChangeReason(direction, (), written, tuple(dict.fromkeys(lines)))
            continue
        allow_rules = tuple(_on(missing, pairs[0][1], allowing.allow_rules(direction, pairs[0])))
        yield ChangeReason(
            direction,
            allow_rules,
            (),
            tuple(dict.fromkeys(allowing.rule_lines(direction, pairs[0], missing, allow_rules))),
        )


def _reasons_with_tiers(
    ports: PortSet, allowing: _ComparedCluster, denying: _ComparedCluster, pairs: tuple[ConnectionEnds, ConnectionEnds]
) -> Iterator[ChangeReason]:
    """Yield the reasons of a change by what decides on either side: what only one of them has, if there is any."""
    for direction in DIRECTIONS:
        rules: dict[AllowRule | Decision, None] = {}
        isolations: dict[Isolation, None] = {}
        lines: dict[ChangeLine, None] = {}
        for sample, names in _samples(ports, pairs[1][1]):
            denied, allowed = (
                denying.verdict(direction, _called(pairs[1], names), sample),
                allowing.verdict(direction, _called(pairs[0], names), sample),
            )
            if denied.passes:
                continue
            own = [each for each in allowed.rules if not denying.has(direction, each)]
            closing = [each for each in denied.closed_by if not allowing.has(direction, each)]
            if own or (allowed.rules and not closing):
                rules |= dict.fromkeys(own or allowed.rules)
                kept = [each for each in own or allowed.rules if isinstance(each, AllowRule)]
                lines |= dict.fromkeys(allowing.rule_lines(direction, pairs[0], ports, kept))
                lines |= dict.fromkeys(allowing.decision_lines(own or allowed.rules))
                continue
            closed = [each for each in closing or denied.closed_by if isinstance(each, Isolation)]
            written = denying.written_isolations(direction, pairs[1], closed) if closed else ()
            isolations |= dict.fromkeys(written)
            for isolation in written:
                lines |= dict.fromkeys(denying.isolation_lines(isolation, closed))
            lines |= dict.fromkeys(denying.decision_lines(closing or denied.closed_by))
        if rules or isolations or lines:
            yield ChangeReason(direction, tuple(rules), tuple(isolations), tuple(lines))


def _samples(ports: PortSet, destination: End) -> Iterator[tuple[tuple[Protocol, int], tuple[PodPort, ...]]]:
    """Yield a few of some ports, each with the names that a destination of which nobody knows any has to give it."""
    found = resolved(ports, destination)
    for interval in found.intervals[:MOST_SAMPLES]:
        yield (interval.protocol, interval.first), ()
    for name in found.names[:MOST_SAMPLES] if not found.intervals else ():
        yield (name.protocol, name.first), tuple(PodPort(each, name.protocol, name.first) for each in name.names)


def _called(ends: ConnectionEnds, names: tuple[PodPort, ...]) -> ConnectionEnds:
    """Return ends of which the destination gives a port some names."""
    source, destination = ends
    if not names or not isinstance(destination, Pod):
        return ends
    return source, msgspec.structs.replace(destination, ports=(*destination.ports, *names))


def _on(ports: PortSet, destination: End, allow_rules: Sequence[AllowRule]) -> list[AllowRule]:
    """List the rules that let some of a destination's ports through: by name or number, or by one that has the name."""
    found = [each for each in allow_rules if intersection(resolved(each.ports, destination), ports) != NOTHING]
    if found:
        return found
    named = {name.protocol for name in ports.names}
    return [each for each in allow_rules if named & {interval.protocol for interval in each.ports.intervals}]


class _AtEnds:
    """The rules of an evaluator at each end, found once: an end is asked about with many others."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._closing: dict[Direction, IdentityCache[End, tuple[Isolation, ...]]] = defaultdict(IdentityCache)
        self._opening: dict[Direction, IdentityCache[End, tuple[AllowRule, ...]]] = defaultdict(IdentityCache)

    def isolations(self, direction: Direction, ends: ConnectionEnds) -> tuple[Isolation, ...]:
        """Return what isolates the end that a direction is about."""
        subject, cache = ends[0] if direction == "egress" else ends[1], self._closing[direction]
        found = cache.get(subject)
        return cache.add(subject, tuple(self._evaluator.isolations(direction, subject))) if found is None else found

    def allow_rules(self, direction: Direction, ends: ConnectionEnds) -> list[AllowRule]:
        """List the rules that hold for two ends, whatever their ports."""
        subject, other = ends if direction == "egress" else ends[::-1]
        cache = self._opening[direction]
        found = cache.get(subject)
        if found is None:
            found = cache.add(subject, tuple(self._evaluator.allow_rules(direction, subject)))
        return [allow_rule for allow_rule in found if is_of(other, allow_rule.peer)]


class _ComparedCluster:
    def __init__(self, name: SideName, cluster: Cluster, view: View) -> None:
        self.name = name
        self._ends = {peer.id: peer.end for peer in view.peers}
        self._namespaces = cluster.ruleset.namespaces
        self._ruleset = cluster.ruleset
        self._evaluator = Evaluator(cluster.ruleset)
        self._known: dict[Direction, frozenset[Closing | Opening]] = {}
        self._found: IdentityCache[Peer, End] = IdentityCache()
        self._enforced = _AtEnds(self._evaluator)
        self._said = None if cluster.said is None else _AtEnds(Evaluator(cluster.said))
        self._sources = {file.outline.source for file in cluster.files}
        program = cluster.program
        self._opened = {} if program is None else {each.name or UNNAMED: each for each in program.namespaces}

    def ends(self, change: ConnectionChange) -> ConnectionEnds:
        """Return the ends of a change as they are on this side."""
        return self._end(change.source), self._end(change.destination)

    def _end(self, peer: Peer) -> End:
        found = self._found.get(peer)
        return self._found.add(peer, self._end_here(peer)) if found is None else found

    def _end_here(self, peer: Peer) -> End:
        end = self._ends.get(peer.id)
        if end is not None or not isinstance(peer.end, Pod):
            return peer.end if end is None else end
        # A pod that could exist is in its namespace as that is here.
        carried = self._namespaces.get(peer.end.namespace or UNNAMED)
        return peer.end if carried is None else msgspec.structs.replace(peer.end, namespace_labels=carried)

    @property
    def is_tiered(self) -> bool:
        return self._evaluator.is_tiered

    def verdict(
        self, direction: Direction, ends: ConnectionEnds, port: tuple[Protocol, int]
    ) -> EndVerdict[Closing, Opening]:
        """Return the verdict at one end, on a family of addresses by which it passes, if any."""
        found = [self._evaluator.verdict(direction, *each, *port) for each in ends_by_family(*ends)]
        return next((each for each in found if each.passes), found[0])

    def has(self, direction: Direction, item: Closing | Opening) -> bool:
        """Tell whether this side has a rule, a decision or an isolation, whatever its reason."""
        if direction not in self._known:
            rules = self._ruleset.of(direction)
            items: list[Closing | Opening] = [*rules.isolations, *rules.allow_rules, *rules.decisions]
            self._known[direction] = frozenset(map(_meaning, items))
        return _meaning(item) in self._known[direction]

    def decision_lines(self, several: Iterable[Closing | Opening]) -> Iterator[ChangeLine]:
        """Yield the lines of the decisions among some."""
        for each in several:
            if isinstance(each, Decision):
                yield from self._lines(each.reason)

    def isolations(self, direction: Direction, ends: ConnectionEnds) -> tuple[Isolation, ...]:
        """Return what isolates one end."""
        return self._enforced.isolations(direction, ends)

    def allow_rules(self, direction: Direction, ends: ConnectionEnds) -> list[AllowRule]:
        """List the rules that hold for two ends, whatever their ports."""
        return self._enforced.allow_rules(direction, ends)

    def rule_lines(
        self, direction: Direction, ends: ConnectionEnds, ports: PortSet, allow_rules: Iterable[AllowRule]
    ) -> Iterator[ChangeLine]:
        """Yield the lines of rules: those of a manifest, or the flows that became them."""
        compiled: list[AllowRule] = []
        for allow_rule in allow_rules:
            if self._is_compiled(allow_rule.reason):
                compiled.append(allow_rule)
            else:
                yield from self._lines(allow_rule.reason)
        if compiled and self._said is not None:
            both = intersection(ports, union([resolved(allow_rule.ports, ends[1]) for allow_rule in compiled]))
            both = ports if both == NOTHING else both
            flows = _on(both, ends[1], self._said.allow_rules(direction, ends))
            for allow_rule in flows or compiled:
                yield from self._lines(allow_rule.reason)

    def written_isolations(
        self, direction: Direction, ends: ConnectionEnds, isolations: Iterable[Isolation]
    ) -> tuple[Isolation, ...]:
        """Return what isolates an end as it was written: in policies of manifests, and in baselines."""
        stated = () if self._said is None else self._said.isolations(direction, ends)
        return (*(each for each in isolations if not self._is_compiled(each.reason)), *stated)

    def isolation_lines(self, isolation: Isolation, isolations: Iterable[Isolation]) -> Iterator[ChangeLine]:
        """Yield the line of an isolation; if a namespace has it by itself, what opens that, or else a line in it."""
        if isolation.reason is not None:
            yield from self._lines(isolation.reason)
            return
        names = names_of(isolation.subject.namespaces) or ()
        location = next((self._opened[name].location for name in names if name in self._opened), None)
        if location is None:
            yield from sorted(line for each in isolations for line in self._lines(each.reason))[:1]
            return
        yield ChangeLine(self.name, location.source.name, location.line, location.line_text)

    def _is_compiled(self, reason: Reason | None) -> bool:
        return reason is None or reason.location is None or reason.location.source in self._sources

    def _lines(self, reason: Reason | None) -> Iterator[ChangeLine]:
        line: SourceLine | None = source_line(reason)
        if reason is not None and line is not None:
            foreign = not self._is_compiled(reason)
            policy, path = (reason.policy, reason.path) if foreign else (None, "")
            yield ChangeLine(self.name, line.file, line.line, line.text, policy, path)


def _meaning(item: Closing | Opening) -> Closing | Opening:
    """Return what a rule says without where it says so."""
    return msgspec.structs.replace(item, reason=None)
