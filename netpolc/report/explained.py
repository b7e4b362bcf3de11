"""The relation with what lets each group, or pair, through at either end, in its forms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netpolc.diagnostics.paint import in_black
from netpolc.diagnostics.visible import visible
from netpolc.engine.bits import lowest, numbers
from netpolc.engine.groups import BitGroup
from netpolc.report.answer import reason_in_color, reason_object, reason_text
from netpolc.report.ports import in_words
from netpolc.report.relation import (
    Line,
    Texts,
    cell,
    code,
    folding_of,
    in_lines,
    json_peers,
    json_ports,
    lines_in,
    worded,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from netpolc.diagnostics.paint import Paint
    from netpolc.engine.peers import Peer
    from netpolc.queries.deciding_rules import DecidingRule
    from netpolc.queries.explained import Admission
    from netpolc.report.folding import Folding
    from netpolc.report.relation import Writer
    from netpolc.results import Relation
    from netpolc.sets.ports import PortSet


def as_text(relation: Relation, *, pairs: bool = False, paint: Paint = in_black) -> Iterator[str]:
    """Write each group as without an explanation, and below it what lets it out, and what lets it in."""
    explanations, folding = relation.explanations(), folding_of(relation)
    for line, group in _in_words(relation, folding, pairs=pairs):
        yield from in_lines([line], paint)
        for end in explanations.of(group):
            yield f"  {end.direction} {_how(end, folding)}\n"
            yield from (f"    {reason_in_color(rule, paint)}\n" for rule in end.rules)


def as_markdown(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write a table with a column for each end."""
    explanations, folding = relation.explanations(), folding_of(relation)
    yield f"| {' | '.join(columns(pairs=pairs))} |\n|---|---|---|---|---|\n"
    for line, group in _in_words(relation, folding, pairs=pairs):
        ends = [
            "<br>".join([*_open_at(end, folding.text(end.open)), *(code(reason_text(rule)) for rule in end.rules)])
            for end in explanations.of(group)
        ]
        yield f"| {' | '.join((code(line.sources), code(line.destinations), line.ports, *ends))} |\n"


def as_csv(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write comma-separated values, quoted as RFC 4180 says: ids after each other, and rules, too."""
    explanations, peers = relation.explanations(), relation.related.peers
    lists: Texts[int] = Texts(lambda bits: ids_of(peers, bits))
    yield f"{','.join(columns(pairs=pairs))}\n"
    for group in _groups(relation, pairs=pairs):
        ends = [
            "; ".join([*_open_at(end, ids_of(peers, end.open)), *map(reason_text, end.rules)])
            for end in explanations.of(group)
        ]
        cells = (lists.of(group.sources), lists.of(group.destinations), in_words(group.ports), *ends)
        yield f"{','.join(map(cell, cells))}\n"


def as_json(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write a document of peers and groups, or pairs, one on each line, with both ends as `netpolc can` has them."""
    explanations, peers = relation.explanations(), relation.related.peers
    members = JsonMembers(peers, pairs=pairs)
    rules: Texts[DecidingRule] = Texts(lambda rule: json.dumps(reason_object(rule)))
    yield '{"format_version": "2",\n "peers": ['
    yield from json_peers(relation, relation.related.shown())
    yield f'],\n "{"connections" if pairs else "groups"}": ['
    yield from lines_in(
        f"{{{members.of(group)}, {', '.join(_json_end(end, members, rules) for end in explanations.of(group))}}}"
        for group in _groups(relation, pairs=pairs)
    )
    yield "]}\n"


FORMS: Mapping[str, Writer] = {"text": as_text, "json": as_json, "csv": as_csv, "md": as_markdown}


def columns(*, pairs: bool) -> tuple[str, ...]:
    """Return the heads of the columns of a table."""
    return (*(("source", "destination") if pairs else ("sources", "destinations")), "ports", "egress", "ingress")


class JsonMembers:
    """Sources, destinations and ports of groups, or of pairs, as members of an object."""

    def __init__(self, peers: Sequence[Peer], *, pairs: bool) -> None:
        """Take all peers."""
        self._ids = [json.dumps(peer.id) for peer in peers]
        self._lists: Texts[int] = Texts(self._one if pairs else self._list)
        self._ports: Texts[PortSet] = Texts(json_ports)
        self._names = ("source", "destination") if pairs else ("sources", "destinations")

    def of(self, group: BitGroup) -> str:
        """Write the members of an object for a group."""
        source, destination = self._names
        sides = self._lists.of(group.sources), self._lists.of(group.destinations)
        return f'"{source}": {sides[0]}, "{destination}": {sides[1]}, {self._ports.of(group.ports)}'

    def listed(self, bits: int) -> str:
        """Write the ids of some peers as a list."""
        return self._list(bits)

    def _one(self, bits: int) -> str:
        return self._ids[lowest(bits)]

    def _list(self, bits: int) -> str:
        return f"[{', '.join([self._ids[number] for number in numbers(bits)])}]"


def words_of_pair(peers: Sequence[Peer], pair: BitGroup) -> Line:
    """Write a pair in words."""
    source, destination = peers[lowest(pair.sources)], peers[lowest(pair.destinations)]
    return Line(visible(source.id), visible(destination.id), in_words(pair.ports))


def ids_of(peers: Sequence[Peer], bits: int) -> str:
    """Write the ids of some peers after each other, in one value of CSV."""
    return "; ".join([peers[number].id for number in numbers(bits)])


def _in_words(relation: Relation, folding: Folding, *, pairs: bool) -> Iterable[tuple[Line, BitGroup]]:
    if not pairs:
        return worded(relation.related.bit_groups(), folding)
    peers = relation.related.peers
    return ((words_of_pair(peers, pair), pair) for pair in _groups(relation, pairs=True))


def _groups(relation: Relation, *, pairs: bool) -> Iterable[BitGroup]:
    """Return the groups, or yield each pair as a group."""
    if not pairs:
        return relation.related.bit_groups()
    numbered = {peer.id: number for number, peer in enumerate(relation.related.peers)}
    return (
        BitGroup(1 << numbered[each.source.id], 1 << numbered[each.destination.id], each.ports)
        for each in relation.related.connections()
    )


def _how(end: Admission, folding: Folding) -> str:
    """Write how connections pass an end, in the words of `netpolc can`."""
    if not end.closed:
        return "is open: no policy closes it"
    if not end.open:
        return "is closed, and admits it by"
    return f"of {folding.text(end.open)} is open; that of others is closed, and admits it by"


def _open_at(end: Admission, names: str) -> Iterator[str]:
    """Yield who is open at an end, if anybody is."""
    if not end.closed:
        yield "open"
    elif end.open:
        yield f"open for {names}"


def _json_end(end: Admission, members: JsonMembers, rules: Texts[DecidingRule]) -> str:
    is_open = f'"open": {members.listed(end.open)}, ' if end.open and end.closed else ""
    written = ", ".join(map(rules.of, end.rules))
    return f'"{end.direction}": {{"closed": {json.dumps(bool(end.closed))}, {is_open}"rules": [{written}]}}'
