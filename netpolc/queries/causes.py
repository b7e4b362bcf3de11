"""The lines that make a change: what the side that allows it lets through, or what the other one closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.engine.model import AllowRule, Isolation
from netpolc.engine.proofs import DIRECTIONS
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.engine.relation import NOTHING, resolved
from netpolc.engine.verdicts import Evaluator, is_of
from netpolc.ir.model import Direction
from netpolc.queries.answers import Place, place_of
from netpolc.sets.ports import difference, intersection, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.changes import ConnectionChange, View
    from netpolc.engine.model import Reason
    from netpolc.engine.verdicts import End
    from netpolc.queries.comparison import Sides
    from netpolc.sets.ports import PortSet

    Ends = tuple[End, End]

Name = Literal["old", "new"]


class Line(msgspec.Struct, frozen=True, order=True):
    """A line of one side; that of a manifest is part of a `policy`, at a `path`."""

    side: Name
    file: str
    line: int
    text: str
    policy: str | None = None
    path: str = ""


class Blame(msgspec.Struct, frozen=True):
    """One end that made a change: the rules of the side that allows, else what closes that end on the other alone."""

    direction: Direction
    allow_rules: tuple[AllowRule, ...]
    isolations: tuple[Isolation, ...]
    lines: tuple[Line, ...]


class Causes:
    """What makes the changes between two clusters."""

    def __init__(self, old: Cluster, new: Cluster, sides: Sides) -> None:
        """File both."""
        self._old = _Side("old", old, sides.old)
        self._new = _Side("new", new, sides.new)

    def of(self, change: ConnectionChange) -> tuple[Blame, ...]:
        """The ends that made a change, each with its lines."""
        allowing, denying = (self._new, self._old) if change.widened else (self._old, self._new)
        pairs = (allowing.ends(change), denying.ends(change))
        found = tuple(_blames(change.ports, allowing, denying, pairs, whole=False))
        # Of pods with addresses of two families each end may let a different one through, so that neither is to blame.
        return found or tuple(_blames(change.ports, allowing, denying, pairs, whole=True))


def _blames(
    ports: PortSet, allowing: _Side, denying: _Side, pairs: tuple[Ends, Ends], *, whole: bool
) -> Iterator[Blame]:
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
            written = denying.written(direction, pairs[1], isolations)
            lines = (line for isolation in written for line in denying.closing(isolation, isolations))
            yield Blame(direction, (), written, tuple(dict.fromkeys(lines)))
            continue
        allow_rules = tuple(_on(missing, pairs[0][1], allowing.allow_rules(direction, pairs[0])))
        yield Blame(
            direction,
            allow_rules,
            (),
            tuple(dict.fromkeys(allowing.letting(direction, pairs[0], missing, allow_rules))),
        )


def _on(ports: PortSet, destination: End, allow_rules: Sequence[AllowRule]) -> list[AllowRule]:
    """The rules that let some of a destination's ports through: by name or number, or by a number that has the name."""
    found = [each for each in allow_rules if intersection(resolved(each.ports, destination), ports) != NOTHING]
    if found:
        return found
    named = {name.protocol for name in ports.names}
    return [each for each in allow_rules if named & {interval.protocol for interval in each.ports.intervals}]


class _Side:
    def __init__(self, name: Name, cluster: Cluster, view: View) -> None:
        self.name = name
        self._ends = {peer.id: peer.end for peer in view.peers}
        self._judge = Evaluator(cluster.ruleset)
        self._said = None if cluster.said is None else Evaluator(cluster.said)
        self._sources = {file.outline.source for file in cluster.files}
        program = cluster.program
        self._opened = {} if program is None else {each.name or UNNAMED: each for each in program.namespaces}

    def ends(self, change: ConnectionChange) -> Ends:
        """The ends of a change as they are on this side."""
        source, destination = change.source, change.destination
        return self._ends.get(source.id, source.end), self._ends.get(destination.id, destination.end)

    def isolations(self, direction: Direction, ends: Ends) -> tuple[Isolation, ...]:
        return tuple(self._judge.isolations(direction, _subject(direction, ends)))

    def allow_rules(self, direction: Direction, ends: Ends) -> list[AllowRule]:
        """The rules that hold for two ends, whatever their ports."""
        return _matching(self._judge, direction, ends)

    def letting(
        self, direction: Direction, ends: Ends, ports: PortSet, allow_rules: Iterable[AllowRule]
    ) -> Iterator[Line]:
        """The lines of rules: those of a manifest, or the flows that became them."""
        compiled: list[AllowRule] = []
        for allow_rule in allow_rules:
            if self._is_compiled(allow_rule.reason):
                compiled.append(allow_rule)
            else:
                yield from self._lines(allow_rule.reason)
        if compiled and self._said is not None:
            both = intersection(ports, union([resolved(allow_rule.ports, ends[1]) for allow_rule in compiled]))
            both = ports if both == NOTHING else both
            flows = _on(both, ends[1], _matching(self._said, direction, ends))
            for allow_rule in flows or compiled:
                yield from self._lines(allow_rule.reason)

    def written(self, direction: Direction, ends: Ends, isolations: Iterable[Isolation]) -> tuple[Isolation, ...]:
        """What closes an end as it was written: in policies of manifests, and in baselines."""
        said = () if self._said is None else self._said.isolations(direction, _subject(direction, ends))
        return (*(each for each in isolations if not self._is_compiled(each.reason)), *said)

    def closing(self, isolation: Isolation, isolations: Iterable[Isolation]) -> Iterator[Line]:
        """The line of a closure; one that a namespace has by itself is what opens that, or else a line in it."""
        if isolation.reason is not None:
            yield from self._lines(isolation.reason)
            return
        names = names_of(isolation.subject.namespaces) or ()
        location = next((self._opened[name].location for name in names if name in self._opened), None)
        if location is None:
            yield from sorted(line for each in isolations for line in self._lines(each.reason))[:1]
            return
        yield Line(self.name, location.source.name, location.line, location.source.line(location.line).strip())

    def _is_compiled(self, reason: Reason | None) -> bool:
        return reason is None or reason.location is None or reason.location.source in self._sources

    def _lines(self, reason: Reason | None) -> Iterator[Line]:
        place: Place | None = place_of(reason)
        if reason is not None and place is not None:
            foreign = not self._is_compiled(reason)
            policy, path = (reason.policy, reason.path) if foreign else (None, "")
            yield Line(self.name, place.file, place.line, place.text, policy, path)


def _matching(judge: Evaluator, direction: Direction, ends: Ends) -> list[AllowRule]:
    other = ends[1] if direction == "egress" else ends[0]
    return [
        allow_rule
        for allow_rule in judge.allow_rules(direction, _subject(direction, ends))
        if is_of(other, allow_rule.peer)
    ]


def _subject(direction: Direction, ends: Ends) -> End:
    return ends[0] if direction == "egress" else ends[1]
