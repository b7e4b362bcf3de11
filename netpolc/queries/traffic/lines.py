"""The lines that may let a connection through: statements of a program, and rules of policies that somebody wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.model import Decision
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.deciding_rules import SourceLine, source_line
from netpolc.queries.traffic.judging import Judge
from netpolc.queries.traffic.model import AllowingLine

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.model import Reason
    from netpolc.engine.verdicts import End
    from netpolc.ir.model import Origin
    from netpolc.sets.ports import Protocol


class Lines:
    """All lines of a cluster, by number, and those that speak of a connection.

    A line speaks of a connection at the ends that it is about: a flow at both, a half at one. Rules that came of the
    program are told by their lines, of which one rule may join several.
    """

    def __init__(self, cluster: Cluster, judge: Judge) -> None:
        """Number the lines: those of the program as they stand in it, then rules of policies, as these were read."""
        self._sources = {file.outline.source for file in cluster.files}
        self._judge = judge
        self._program = None if cluster.said is None else Judge(cluster.said)
        self._numbers: dict[Hashable, int] = {}
        self.lines: list[AllowingLine] = []
        for origin in sorted(_allowing(cluster), key=lambda each: each.location.order):
            line = SourceLine(origin.location.source.name, origin.location.line, origin.text)
            self._add(("program", origin.location.order), AllowingLine(line))
        of_others = False
        for direction in DIRECTIONS:
            rules = cluster.ruleset.of(direction)
            of_others = of_others or not all(self._is_compiled(each.reason) for each in rules.allow_rules)
            allowing = (each.reason for each in rules.decisions if each.action == "allow")
            for reason in (*(each.reason for each in rules.allow_rules), *allowing):
                if reason is not None and not self._is_compiled(reason) and (place := source_line(reason)) is not None:
                    self._add(_key_of_rule(reason), AllowingLine(place, reason.policy, reason.path))
        # Those of which any rule is a line.
        self._judges = tuple(filter(None, (judge if of_others else None, self._program)))

    def speaking_of(self, source: End, destination: End, protocol: Protocol, port: int) -> frozenset[int]:
        """Return the numbers of the lines that speak of a connection."""
        reasons = dict.fromkeys(self._reasons(source, destination, protocol, port))
        found = (self._numbers.get(self._key(reason)) for reason in reasons if reason is not None)
        return frozenset(number for number in found if number is not None)

    def _reasons(self, source: End, destination: End, protocol: Protocol, port: int) -> Iterator[Reason | None]:
        for direction in DIRECTIONS:
            for judge in self._judges:
                for rule in judge.speaking_of(direction, source, destination, protocol, port):
                    if judge is self._program or not self._is_compiled(rule.reason):
                        yield rule.reason
            if self._judge.evaluator is not None:
                verdict = self._judge.evaluator.verdict(direction, source, destination, protocol, port)
                yield from (each.reason for each in verdict.rules if isinstance(each, Decision))

    def _add(self, key: Hashable, line: AllowingLine) -> None:
        if key not in self._numbers:
            self._numbers[key] = len(self.lines)
            self.lines.append(line)

    def _key(self, reason: Reason) -> Hashable:
        location = reason.location
        if location is not None and location.source in self._sources:
            return "program", location.order
        return _key_of_rule(reason)

    def _is_compiled(self, reason: Reason | None) -> bool:
        location = None if reason is None else reason.location
        return location is None or location.source in self._sources


def _key_of_rule(reason: Reason) -> Hashable:
    return reason.policy, reason.path


def _allowing(cluster: Cluster) -> Iterable[Origin]:
    """Yield the statements of a program that let connections through."""
    if cluster.program is not None:
        yield from (each.origin for each in cluster.program.flows)
        yield from (each.origin for each in cluster.program.guardrails if each.action == "allow")
