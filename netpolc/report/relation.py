"""The relation in its forms, as parts of a text, so that a large one need never be in memory as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from netpolc.diagnostics.paint import in_black
from netpolc.diagnostics.visible import visible
from netpolc.engine import words
from netpolc.engine.bits import numbers
from netpolc.engine.regions import names_of
from netpolc.engine.verdicts import Address
from netpolc.report.folding import Folding
from netpolc.report.ports import EVERYTHING, in_words, ranges
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netpolc.diagnostics.paint import Paint
    from netpolc.engine.groups import BitGroup
    from netpolc.engine.peers import Peer
    from netpolc.results import Relation
    from netpolc.sets.addresses import AddressRange
    from netpolc.sets.ports import NamedPort, PortSet

    class Writer(Protocol):
        """A form of the relation."""

        def __call__(self, relation: Relation, *, pairs: bool = False) -> Iterator[str]:
            """Write a relation in groups, or in pairs."""


T = TypeVar("T")


def as_text(relation: Relation, *, pairs: bool = False, paint: Paint = in_black) -> Iterator[str]:
    """Write a line like `shop/webapp -> shop/database : TCP 5000` for each group, folded for people, or each pair."""
    if not pairs:
        yield from in_lines(lines_of(relation), paint)
        return
    texts: Texts[PortSet] = Texts(in_words)
    connections = relation.related.connections()
    lines = (Line(visible(each.source.id), visible(each.destination.id), texts.of(each.ports)) for each in connections)
    yield from in_lines(lines, paint)


def in_lines(lines: Iterable[Line], paint: Paint) -> Iterator[str]:
    """Write lines with their signs and ports in the colours of a terminal."""
    arrow, colon = paint("->", "gutter"), paint(":", "gutter")
    ports: Texts[str] = Texts(lambda text: paint(text, "help"))
    for line in lines:
        yield f"{line.sources} {arrow} {line.destinations} {colon} {ports.of(line.ports)}\n"


def as_csv(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write comma-separated values, quoted as RFC 4180 says, with a header: of a group, ids after each other."""
    texts: Texts[PortSet] = Texts(lambda ports: cell(in_words(ports)))
    yield "source,destination,ports\n" if pairs else "sources,destinations,ports\n"
    for sources, destinations, ports in _rows(relation, pairs=pairs):
        yield f"{cell(sources)},{cell(destinations)},{texts.of(ports)}\n"


def as_markdown(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write a table: of groups, as in text, or of pairs."""
    if pairs:
        texts = Texts(in_words)
        yield "| source | destination | ports |\n|---|---|---|\n"
        for each in relation.related.connections():
            yield f"| {code(each.source.id)} | {code(each.destination.id)} | {texts.of(each.ports)} |\n"
        return
    yield "| sources | destinations | ports |\n|---|---|---|\n"
    for line in lines_of(relation):
        yield f"| {code(line.sources)} | {code(line.destinations)} | {line.ports} |\n"


def as_json(relation: Relation, *, pairs: bool = False) -> Iterator[str]:
    """Write a document of peers and groups, or pairs, one on each line."""
    yield '{"format_version": "2",\n "peers": ['
    yield from json_peers(relation, relation.related.shown())
    yield '],\n "connections": [' if pairs else '],\n "groups": ['
    peers = relation.related.peers
    ids = [_json(peer.id) for peer in peers]
    texts = Texts(json_ports)
    if pairs:
        numbered = {peer.id: number for number, peer in enumerate(peers)}
        yield from lines_in(
            f'{{"source": {ids[numbered[each.source.id]]}, "destination": {ids[numbered[each.destination.id]]}, '
            f"{texts.of(each.ports)}}}"
            for each in relation.related.connections()
        )
    else:
        lists: Texts[int] = Texts(lambda bits: ", ".join([ids[number] for number in numbers(bits)]))
        yield from lines_in(
            f'{{"sources": [{lists.of(each.sources)}], "destinations": [{lists.of(each.destinations)}], '
            f"{texts.of(each.ports)}}}"
            for each in relation.related.bit_groups()
        )
    yield "]}\n"


FORMS: Mapping[str, Writer] = {"text": as_text, "json": as_json, "csv": as_csv, "md": as_markdown}


class Line(NamedTuple):
    """A group in words."""

    sources: str
    destinations: str
    ports: str


def lines_of(relation: Relation) -> list[Line]:
    """Write groups in words, in the order of `worded`."""
    return [line for line, _ in worded(relation.related.bit_groups(), folding_of(relation))]


def folding_of(relation: Relation) -> Folding:
    """Return names for the members of groups."""
    related = relation.related
    return Folding(related.peers, relation.nets, members=related.index, roles=relation.roles)


def worded(groups: Sequence[BitGroup], folding: Folding) -> list[tuple[Line, BitGroup]]:
    """Write groups in words: those of workloads first, and what is said of addresses only where it is also of pods.

    Nothing is said of connections between two addresses, so that one line may hold them on both sides.
    """
    texts: Texts[PortSet] = Texts(in_words)
    ranked: list[tuple[int, Line, BitGroup]] = []
    for group in _with_outside(groups, folding.addresses):
        (sources, one), (destinations, other) = map(folding.named, (group.sources, group.destinations))
        ranked.append(((not one) + (not other), Line(sources, destinations, texts.of(group.ports)), group))
    return [(line, group) for _, line, group in sorted(ranked, key=lambda each: each[0])]


def _with_outside(groups: Sequence[BitGroup], addresses: int) -> list[BitGroup]:
    """Join groups that differ in nothing but addresses, to or from which the same pods may talk."""
    from_outside = {(group.destinations, group.ports): group for group in groups if group.sources & ~addresses == 0}
    joined: list[BitGroup] = []
    gone: set[BitGroup] = set()
    for group in groups:
        outside = from_outside.get((group.destinations & ~addresses, group.ports))
        if outside is not None and outside is not group and group.destinations & addresses:
            gone.add(outside)
            joined.append(group._replace(sources=group.sources | outside.sources))
        else:
            joined.append(group)
    return [group for group in joined if group not in gone]


def _rows(relation: Relation, *, pairs: bool) -> Iterator[tuple[str, str, PortSet]]:
    if pairs:
        for each in relation.related.connections():
            yield each.source.id, each.destination.id, each.ports
        return
    peers = relation.related.peers
    lists: Texts[int] = Texts(lambda bits: "; ".join([peers[number].id for number in numbers(bits)]))
    for group in relation.related.bit_groups():
        yield lists.of(group.sources), lists.of(group.destinations), group.ports


class Texts(Generic[T]):
    """The texts of ports or lists that were written before; a relation has few different ones."""

    def __init__(self, write: Callable[[T], str]) -> None:
        """Take how one is written."""
        self._write = write
        self._written: dict[T, str] = {}

    def of(self, what: T) -> str:
        """Write one, or return what was written before."""
        found = self._written.get(what)
        if found is None:
            found = self._written[what] = self._write(what)
        return found


def lines_in(items: Iterable[str]) -> Iterator[str]:
    """Write the items of a list of a document, each on a line."""
    before = "\n  "
    for item in items:
        yield before + item
        before = ",\n  "


def _json(value: object) -> str:
    import json  # only documents need it

    return json.dumps(value)


def json_peers(relation: Relation, peers: Iterable[Peer]) -> Iterator[str]:
    """Write some peers of a relation as the items of a list, each with what it is known as."""
    yield from lines_in(_json(_with_role(json_peer(peer), relation.roles)) for peer in peers)


def json_peer(peer: Peer) -> dict[str, object]:
    """Return a peer as an object of a document."""
    end = peer.end
    if isinstance(end, Address):
        return {"id": peer.id, "type": "net", "ranges": [_range(each) for each in end.addresses.ranges]}
    if peer.workload is not None:
        kind, name = peer.workload.kind, peer.workload.name
        about = {"namespace": end.namespace, "name": name, "kind": kind, "labels": end.labels}
        return {"id": peer.id, "type": "workload", **about}
    if peer.pods is None:
        raise AssertionError("a peer is a workload, pods or addresses")
    selector = words.selector(peer.pods.pods)
    names = names_of(peer.pods.namespaces)
    if names is not None and len(names) == 1 and len(peer.pods.namespaces.requirements) == 1:
        return {"id": peer.id, "type": "pods", "namespace": names[0] or None, "selector": selector}
    elsewhere = words.selector(peer.pods.namespaces)
    return {"id": peer.id, "type": "pods", "namespace": None, "selector": selector, "namespace_selector": elsewhere}


def _with_role(peer: dict[str, object], roles: Mapping[str, str]) -> dict[str, object]:
    role = roles.get(str(peer["id"]))
    return peer if role is None else {**peer, "role": role}


def json_ports(ports: PortSet) -> str:
    """Write ports as members of an object."""
    if ports.intervals == EVERY_PORT.intervals:
        return f'"ports": [{{"protocol": "{EVERYTHING}", "first": {FIRST}, "last": {LAST}}}]'
    listed = [
        f'{{"protocol": "{each.protocol}", "first": {each.first}, "last": {each.last}}}' for each in ranges(ports)
    ]
    if not ports.names:
        return f'"ports": [{", ".join(listed)}]'
    listed += (_json(_named_port(each)) for each in ports.names if not each.name)
    names = ", ".join(_json(_named_port(each)) for each in ports.names if each.name)
    numbers = f'"ports": [{", ".join(listed)}]'
    return f'{numbers}, "named_ports": [{names}]' if names else numbers


def _named_port(port: NamedPort) -> dict[str, object]:
    named: dict[str, object] = {"protocol": port.protocol}
    if port.name:
        named |= {"name": port.name}
    if not port.name or (port.first, port.last) != (FIRST, LAST):
        named |= {"first": port.first, "last": port.last}
    if port.also:
        named |= {"also": port.also}
    return {**named, "but": port.but} if port.but else named


def code(text: str) -> str:
    """Write a text as Markdown's code, in a table; one that would end either is no name that Kubernetes takes."""
    return f"`{visible(text).replace('`', '?').replace('|', '?')}`"


def cell(text: str) -> str:
    """Write a text as a cell of comma-separated values."""
    text = visible(text)
    if not set(text) & set('",\r\n'):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _range(held: AddressRange) -> str:
    return f"{words.address(held.family, held.first)}-{words.address(held.family, held.last)}"
