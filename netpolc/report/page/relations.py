"""A relation with its reasons as data for a page, in which whatever is said often stands once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from netpolc.engine import words
from netpolc.engine.bits import FEW, numbers
from netpolc.engine.regions import IDENTITY, names_of
from netpolc.engine.standing import MANY
from netpolc.engine.verdicts import Address
from netpolc.language.highlighting.pieces import pieces
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.deciding_rules import DecidingRule, SourceLine, deciding_rule
from netpolc.report.folding import OUTSIDE, shortened
from netpolc.report.ports import in_words
from netpolc.report.relation import folding_of, json_peer
from netpolc.source import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from netpolc.engine.groups import BitGroup
    from netpolc.engine.peers import Peer
    from netpolc.engine.regions import PodSet
    from netpolc.ir.model import Direction
    from netpolc.queries.explained import Admission, Explanations
    from netpolc.results import Relation
    from netpolc.sets.labels import LabelSelector
    from netpolc.sets.ports import PortSet

T = TypeVar("T")

_RUNS = re.compile("1+").finditer

NOBODY = -1
"""The index of what is not there."""


def relation_data(relation: Relation) -> dict[str, Any]:
    """Return a relation as schema/report.schema.json describes it."""
    return _RelationData(relation).document()


class _Table(Generic[T]):
    """The different values of a kind, in the order in which they first stood, each written once."""

    def __init__(self, write: Callable[[T], Any]) -> None:
        self._write = write
        self._numbers: dict[Hashable, int] = {}
        self.written: list[Any] = []

    def of(self, value: T) -> int:
        """Return the number of a value."""
        number = self._numbers.get(value)
        if number is None:
            # What is written may stand in other tables, and never in this one.
            number = self._numbers[value] = len(self.written)
            self.written.append(self._write(value))
        return number


class _RelationData:
    def __init__(self, relation: Relation) -> None:
        self._relation = relation
        self._related = relation.related
        self._explanations: Explanations = relation.explanations()
        self._places: _Table[tuple[str, str]] = _Table(lambda place: {"type": place[0], "name": place[1]})
        self._members: _Table[int] = _Table(runs)
        self._ports: _Table[PortSet] = _Table(in_words)
        self._lines: _Table[SourceLine] = _Table(_line)
        self._rules: _Table[DecidingRule] = _Table(self._rule)
        self._folding = folding_of(relation)
        self._ruleset = None if relation.basis is None else relation.basis.selection.ruleset
        self._tiered = {
            direction: self._ruleset is not None and bool(self._ruleset.of(direction).tiers) for direction in DIRECTIONS
        }

    def document(self) -> dict[str, Any]:
        """Return tables, peers and groups; the tables are full once all else is written."""
        shown = {peer.id for peer in self._related.shown()}
        peers = [
            self._peer(number, peer) if peer.id in shown else None for number, peer in enumerate(self._related.peers)
        ]
        groups = [self._group(group) for group in self._related.bit_groups()]
        closed = {direction: self._isolated(direction) for direction in DIRECTIONS}
        denied = {direction: self._denied(direction) for direction in DIRECTIONS}
        return {
            "places": self._places.written,
            "peers": peers,
            "members": self._members.written,
            "ports": self._ports.written,
            "lines": self._lines.written,
            "rules": self._rules.written,
            "groups": groups,
            "closed": closed,
            "denied": denied,
        }

    def _peer(self, number: int, peer: Peer) -> dict[str, Any]:
        written = {**json_peer(peer), "place": self._places.of(self._place(peer))}
        role = self._relation.roles.get(peer.id)
        if role is not None:
            written["role"] = role
        if isinstance(peer.end, Address):
            held = peer.end.addresses
            written["names"] = [name for name, named in self._relation.nets.items() if not held - named]
            written["called"] = ", ".join(words.blocks(held))
        elif peer.pods is not None:
            held_pods = self._related.index.bits(peer.pods) & self._related.index.pods
            written["holds"] = self._members.of(held_pods)
            written["called"] = self._called(number, peer.pods)
        return written

    def _place(self, peer: Peer) -> tuple[str, str]:
        """Return where a peer is: in a namespace, in some namespaces of which this is known, or outside."""
        if isinstance(peer.end, Address):
            return "outside", OUTSIDE
        if peer.pods is None:
            return "namespace", peer.end.namespace or ""
        names = names_of(peer.pods.namespaces)
        if names is not None and len(names) == 1:
            return "namespace", names[0]
        return "namespaces", self._wide(peer.pods.namespaces)

    def _called(self, number: int, pods: PodSet) -> str:
        """Return what a set of pods is called: as in text, but for the namespaces that it is not of."""
        names = excluded_names(pods.namespaces)
        if not 0 < len(names) <= MANY:
            return self._folding.text(1 << number)
        which = f"pods with {shortened(pods.pods)}" if pods.pods.requirements else "pods"
        return f"{which} of {self._wide(pods.namespaces)}"

    def _wide(self, namespaces: LabelSelector) -> str:
        names = excluded_names(namespaces)
        if 0 < len(names) <= MANY:
            return f"all namespaces but {', '.join(names)}"
        return self._folding.place(namespaces) or "all namespaces"

    def _group(self, group: BitGroup) -> list[Any]:
        egress, ingress = self._explanations.of(group)
        members = self._members.of
        return [
            members(group.sources),
            members(group.destinations),
            self._ports.of(group.ports),
            self._end(egress, group, group.sources, group.destinations),
            self._end(ingress, group, group.destinations, group.sources),
        ]

    def _end(self, end: Admission, group: BitGroup, subjects: int, others: int) -> list[Any]:
        """Return who is open at one end of a group, and the rules for all others: each with whom it is for."""
        alone = len(end.rules) == 1 and not self._tiered[end.direction]
        parts: Iterable[tuple[DecidingRule, int, int]] = ((rule, subjects, others) for rule in end.rules)
        parts = parts if alone or not end.rules else self._explanations.parts(end.direction, group)
        return [
            self._members.of(end.open) if end.open else NOBODY,
            [
                [self._rules.of(rule)]
                if (held, peers) == (subjects, others)
                else [self._rules.of(rule), self._members.of(held), self._members.of(peers)]
                for rule, held, peers in parts
            ],
        ]

    def _rule(self, rule: DecidingRule) -> list[Any]:
        return [rule.policy, rule.path, NOBODY if rule.source is None else self._lines.of(rule.source)]

    def _isolated(self, direction: Direction) -> list[list[int]]:
        """Return what closes peers in a direction: a rule, and whom it closes."""
        bits = self._related.index.bits
        isolations = () if self._ruleset is None else self._ruleset.of(direction).isolations
        return [
            [self._rules.of(deciding_rule(each.reason)), self._members.of(held)]
            for each in isolations
            if (held := bits(each.subject))
        ]

    def _denied(self, direction: Direction) -> list[list[int]]:
        """Return what cluster-wide policies deny in a direction, on some ports: a rule, whose pods, and with whom."""
        bits = self._related.index.bits
        decisions = () if self._ruleset is None else self._ruleset.of(direction).decisions
        return [
            [self._rules.of(deciding_rule(each.reason)), self._members.of(held), self._members.of(others)]
            for each in decisions
            if each.action == "deny" and (held := bits(each.subject)) and (others := bits(each.peer))
        ]


def _line(line: SourceLine) -> list[Any]:
    """Return a line; one of netpol in pieces, each with what it is."""
    if not line.file.endswith(SUFFIX):
        return [line.file, line.line, line.text]
    return [line.file, line.line, line.text, [[piece, kind] if kind else [piece] for piece, kind in pieces(line.text)]]


def excluded_names(namespaces: LabelSelector) -> tuple[str, ...]:
    """Return the names of the namespaces that are left out, where that is all that is asked of them."""
    asked = namespaces.requirements
    is_exclusion = len(asked) == 1 and (asked[0].key, asked[0].operator) == (IDENTITY, "NotIn")
    return tuple(asked[0].values) if is_exclusion and all(asked[0].values) else ()


def runs(bits: int) -> list[int]:
    """Write a set of numbers as the first and the count of each row of numbers that follow each other."""
    found: list[int] = []
    if bits.bit_count() > FEW:
        for run in _RUNS(f"{bits:b}"[::-1]):
            found += (run.start(), run.end() - run.start())
        return found
    for number in numbers(bits):
        if found and found[-2] + found[-1] == number:
            found[-1] += 1
        else:
            found += (number, 1)
    return found
