"""The relation by namespace in its forms."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from netpolc.diagnostics.paint import in_black
from netpolc.diagnostics.visible import visible
from netpolc.engine import words
from netpolc.engine.bits import bits_of, numbers
from netpolc.engine.places import by_place
from netpolc.engine.standing import MANY
from netpolc.report.folding import MOST_LISTED, Folding, shortened_place
from netpolc.report.ports import in_words
from netpolc.report.relation import Line, cell, code, in_lines, json_peer, json_ports, lines_in
from netpolc.sets.labels import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netpolc.diagnostics.paint import Paint
    from netpolc.engine.groups import BitGroup
    from netpolc.engine.places import Place, PlacedRelation
    from netpolc.report.relation import Writer
    from netpolc.results import Relation
    from netpolc.sets.labels import LabelRequirement
    from netpolc.sets.ports import PortSet

ITSELF = "itself"
ANYWHERE = "any namespace"


def as_text(relation: Relation, *, pairs: bool = False, paint: Paint = in_black) -> Iterator[str]:
    """Write a line like `shop -> data : TCP 5432` for each group, or each pair."""
    return in_lines(_lines(relation, pairs=pairs), paint)


def as_csv(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write comma-separated values, quoted as RFC 4180 says, with a header."""
    yield "source,destination,ports\n" if pairs else "sources,destinations,ports\n"
    for line in _lines(relation, pairs=pairs):
        yield f"{cell(line.sources)},{cell(line.destinations)},{cell(line.ports)}\n"


def as_markdown(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write a table."""
    yield (
        "| source | destination | ports |\n|---|---|---|\n"
        if pairs
        else "| sources | destinations | ports |\n|---|---|---|\n"
    )
    for line in _lines(relation, pairs=pairs):
        yield f"| {code(line.sources)} | {code(line.destinations)} | {line.ports} |\n"


def as_json(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write a document of namespaces and blocks as peers, and of groups or pairs."""
    placed = by_place(relation.related)
    ids = [each.id for each in placed.places]
    yield '{"format_version": "2", "by": "namespace",\n "peers": ['
    yield from lines_in(_json(_peer(each)) for each in placed.places)
    yield '],\n "connections": [' if pairs else '],\n "groups": ['
    if pairs:
        yield from lines_in(
            f'{{"source": {_json(ids[source])}, "destination": {_json(ids[destination])}, {json_ports(ports)}}}'
            for source, destination, ports in _pairs(placed)
        )
    else:
        lists = [
            [[ids[n] for n in numbers(bits)] for bits in (each.sources, each.destinations)] for each in placed.groups
        ]
        yield from lines_in(
            f'{{"sources": {_json(sources)}, "destinations": {_json(destinations)}, {json_ports(group.ports)}}}'
            for group, (sources, destinations) in zip(placed.groups, lists, strict=True)
        )
    yield "]}\n"


FORMS: Mapping[str, Writer] = {"text": as_text, "json": as_json, "csv": as_csv, "md": as_markdown}


def _json(value: object) -> str:
    return json.dumps(value)


def _peer(place: Place) -> dict[str, object]:
    held = place.net or place.rest
    if held is not None:
        return json_peer(held)
    if place.name is not None:
        return {"id": place.id, "type": "namespace", "namespace": place.name or None}
    return {"id": place.id, "type": "namespace", "namespace": None, "namespace_selector": _selector(place)}


def _selector(place: Place) -> str:
    return "" if place.asked is None else words.selector(place.asked)


def _pairs(placed: PlacedRelation) -> list[tuple[int, int, PortSet]]:
    found = [
        (source, destination, group.ports)
        for group in placed.groups
        for source in numbers(group.sources)
        for destination in numbers(group.destinations)
    ]
    return sorted(found, key=lambda pair: pair[:2])


def _lines(relation: Relation, *, pairs: bool) -> Iterator[Line]:
    placed = by_place(relation.related)
    if pairs:
        ids = [visible(each.id) for each in placed.places]
        for source, destination, ports in _pairs(placed):
            yield Line(ids[source], ids[destination], in_words(ports))
        return
    naming = _Naming(placed.places, relation)
    alone: dict[PortSet, int] = {}
    others: list[BitGroup] = []
    for group in placed.groups:
        if group.sources == group.destinations and group.sources.bit_count() == 1:
            alone[group.ports] = alone.get(group.ports, 0) | group.sources
        else:
            others.append(group)
    for ports, places in alone.items():
        each = naming.of(places)
        several = places.bit_count() > 1
        yield Line(f"each of {each}" if several else each, ITSELF if several else each, in_words(ports))
    for group in others:
        yield Line(naming.of(group.sources), naming.of(group.destinations), in_words(group.ports))


class _Naming:
    def __init__(self, places: Sequence[Place], relation: Relation) -> None:
        self._places = places
        nets = [place.net for place in places if place.net is not None]
        self._first = len(places) - len(nets)
        self._outside = Folding(nets, relation.nets)
        self._named = bits_of(number for number, place in enumerate(places) if place.name is not None)
        self._any = bits_of(number for number, place in enumerate(places) if place.asked == EVERYTHING)
        self._wider = _wider(places)
        rest = [place.rest for place in places if place.rest is not None]
        self._rest = Folding(rest, {})
        self._number = {peer.id: number for number, peer in enumerate(rest)}

    def of(self, bits: int) -> str:
        """List places: namespaces, then addresses."""
        written: list[str] = []
        named, count = bits & self._named, self._named.bit_count()
        if bits & self._any:
            written.append(ANYWHERE)
        elif named == self._named and count > MANY:
            written.append(f"all {count} namespaces")
        else:
            listed = list(numbers(named))
            written += [visible(self._places[number].id) for number in listed[:MOST_LISTED]]
            if len(listed) > MOST_LISTED:
                written.append(f"{len(listed) - MOST_LISTED} more namespaces")
        others = bits & ~(self._named | self._any) & (1 << self._first) - 1
        written += [self._words(self._places[number]) for number in numbers(others) if not self._wider[number] & bits]
        nets = bits >> self._first
        if nets:
            written.append(self._outside.text(nets))
        return ", ".join(written)

    def _words(self, place: Place) -> str:
        if place.rest is not None:
            return self._rest.text(1 << self._number[place.id])
        return visible(place.id) if place.asked is None else shortened_place(place.asked)


def _wider(places: Sequence[Place]) -> list[int]:
    """Return for each place those that ask for part of what it does, as bits: its namespaces are among theirs."""
    asked = {n: frozenset(place.asked.requirements) for n, place in enumerate(places) if place.asked is not None}
    often = Counter(each for several in asked.values() for each in several)
    # Each is filed under what fewest others ask for, so that few are compared.
    filed: dict[LabelRequirement | None, list[int]] = {}
    for number, several in asked.items():
        filed.setdefault(min(several, key=often.__getitem__, default=None), []).append(number)
    wider = [0] * len(places)
    for number, several in asked.items():
        near = (other for key in (None, *several) for other in filed.get(key, ()))
        wider[number] = bits_of(other for other in near if asked[other] < several)
    return wider
