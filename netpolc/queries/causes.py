"""The lines that make a change: what the side that allows it lets through, or what the other one closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from netpolc.engine.model import Closure, Grant
from netpolc.engine.proofs import DIRECTIONS
from netpolc.engine.regions import UNNAMED, names_of
from netpolc.engine.relation import NOTHING, resolved
from netpolc.engine.verdicts import Judge, is_of
from netpolc.ir.model import Direction
from netpolc.queries.answers import Place, place_of
from netpolc.sets.ports import difference, intersection, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.changes import Change, View
    from netpolc.engine.model import Cause
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
    grants: tuple[Grant, ...]
    closures: tuple[Closure, ...]
    lines: tuple[Line, ...]


class Causes:
    """What makes the changes between two clusters."""

    def __init__(self, old: Cluster, new: Cluster, sides: Sides) -> None:
        """File both."""
        self._old = _Side("old", old, sides.old)
        self._new = _Side("new", new, sides.new)

    def of(self, change: Change) -> tuple[Blame, ...]:
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
        closures = denying.closures(direction, pairs[1])
        if not closures:
            continue
        passing = union([*(resolved(each.ports, pairs[1][1]) for each in denying.grants(direction, pairs[1])), NOTHING])
        missing = ports if whole else difference(ports, passing)
        if missing == NOTHING:
            continue
        if not allowing.closures(direction, pairs[0]):
            written = denying.written(direction, pairs[1], closures)
            lines = (line for closure in written for line in denying.closing(closure, closures))
            yield Blame(direction, (), written, tuple(dict.fromkeys(lines)))
            continue
        grants = tuple(_on(missing, pairs[0][1], allowing.grants(direction, pairs[0])))
        yield Blame(direction, grants, (), tuple(dict.fromkeys(allowing.letting(direction, pairs[0], missing, grants))))


def _on(ports: PortSet, destination: End, grants: Sequence[Grant]) -> list[Grant]:
    """The rules that let some of a destination's ports through: by name or number, or by a number that has the name."""
    found = [each for each in grants if intersection(resolved(each.ports, destination), ports) != NOTHING]
    if found:
        return found
    named = {name.protocol for name in ports.names}
    return [each for each in grants if named & {interval.protocol for interval in each.ports.intervals}]


class _Side:
    def __init__(self, name: Name, cluster: Cluster, view: View) -> None:
        self.name = name
        self._ends = {peer.id: peer.end for peer in view.peers}
        self._judge = Judge(cluster.halves)
        self._said = None if cluster.said is None else Judge(cluster.said)
        self._sources = {file.outline.source for file in cluster.files}
        program = cluster.program
        self._opened = {} if program is None else {each.name or UNNAMED: each for each in program.namespaces}

    def ends(self, change: Change) -> Ends:
        """The ends of a change as they are on this side."""
        source, destination = change.source, change.destination
        return self._ends.get(source.id, source.end), self._ends.get(destination.id, destination.end)

    def closures(self, direction: Direction, ends: Ends) -> tuple[Closure, ...]:
        return tuple(self._judge.closures(direction, _subject(direction, ends)))

    def grants(self, direction: Direction, ends: Ends) -> list[Grant]:
        """The rules that hold for two ends, whatever their ports."""
        return _matching(self._judge, direction, ends)

    def letting(self, direction: Direction, ends: Ends, ports: PortSet, grants: Iterable[Grant]) -> Iterator[Line]:
        """The lines of rules: those of a manifest, or the flows that became them."""
        compiled: list[Grant] = []
        for grant in grants:
            if self._is_compiled(grant.cause):
                compiled.append(grant)
            else:
                yield from self._lines(grant.cause)
        if compiled and self._said is not None:
            both = intersection(ports, union([resolved(grant.ports, ends[1]) for grant in compiled]))
            both = ports if both == NOTHING else both
            flows = _on(both, ends[1], _matching(self._said, direction, ends))
            for grant in flows or compiled:
                yield from self._lines(grant.cause)

    def written(self, direction: Direction, ends: Ends, closures: Iterable[Closure]) -> tuple[Closure, ...]:
        """What closes an end as it was written: in policies of manifests, and in baselines."""
        said = () if self._said is None else self._said.closures(direction, _subject(direction, ends))
        return (*(each for each in closures if not self._is_compiled(each.cause)), *said)

    def closing(self, closure: Closure, closures: Iterable[Closure]) -> Iterator[Line]:
        """The line of a closure; one that a namespace has by itself is what opens that, or else a line in it."""
        if closure.cause is not None:
            yield from self._lines(closure.cause)
            return
        names = names_of(closure.subject.namespaces) or ()
        location = next((self._opened[name].location for name in names if name in self._opened), None)
        if location is None:
            yield from sorted(line for each in closures for line in self._lines(each.cause))[:1]
            return
        yield Line(self.name, location.source.name, location.line, location.source.line(location.line).strip())

    def _is_compiled(self, cause: Cause | None) -> bool:
        return cause is None or cause.location is None or cause.location.source in self._sources

    def _lines(self, cause: Cause | None) -> Iterator[Line]:
        place: Place | None = place_of(cause)
        if cause is not None and place is not None:
            foreign = not self._is_compiled(cause)
            policy, path = (cause.policy, cause.path) if foreign else (None, "")
            yield Line(self.name, place.file, place.line, place.text, policy, path)


def _matching(judge: Judge, direction: Direction, ends: Ends) -> list[Grant]:
    other = ends[1] if direction == "egress" else ends[0]
    return [grant for grant in judge.grants(direction, _subject(direction, ends)) if is_of(other, grant.peer)]


def _subject(direction: Direction, ends: Ends) -> End:
    return ends[0] if direction == "egress" else ends[1]
