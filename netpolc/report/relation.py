"""The relation in its forms, as parts of a text, so that a large one need never be in memory as a whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from netpolc.diagnostics.visible import visible
from netpolc.engine import words
from netpolc.engine.regions import names_of
from netpolc.engine.verdicts import Address
from netpolc.report.ports import EVERYTHING, in_words, ranges
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from netpolc.engine.peers import Peer
    from netpolc.engine.relation import PeerConnection
    from netpolc.sets.addresses import AddressRange
    from netpolc.sets.ports import PortSet

    Writer = Callable[[Sequence[Peer], Iterable[PeerConnection]], Iterator[str]]


def as_text(_: Sequence[Peer], connections: Iterable[PeerConnection]) -> Iterator[str]:
    """Write a line like `shop/webapp -> shop/database : TCP 5000` for each connection."""
    texts = _PortTexts(in_words)
    for each in connections:
        yield f"{visible(each.source.id)} -> {visible(each.destination.id)} : {texts.of(each.ports)}\n"


def as_csv(_: Sequence[Peer], connections: Iterable[PeerConnection]) -> Iterator[str]:
    """Write comma-separated values, quoted as RFC 4180 says, with a header."""
    texts = _PortTexts(lambda ports: _cell(in_words(ports)))
    yield "source,destination,ports\n"
    for each in connections:
        yield f"{_cell(each.source.id)},{_cell(each.destination.id)},{texts.of(each.ports)}\n"


def as_markdown(_: Sequence[Peer], connections: Iterable[PeerConnection]) -> Iterator[str]:
    """Write a table."""
    texts = _PortTexts(in_words)
    yield "| source | destination | ports |\n|---|---|---|\n"
    for each in connections:
        yield f"| {code(each.source.id)} | {code(each.destination.id)} | {texts.of(each.ports)} |\n"


def as_json(peers: Sequence[Peer], connections: Iterable[PeerConnection]) -> Iterator[str]:
    """Write a document of peers and connections, one on each line."""
    yield '{"format_version": "1",\n "peers": ['
    yield from _lines(_json(_peer(peer)) for peer in peers)
    yield '],\n "connections": ['
    ids = {peer.id: _json(peer.id) for peer in peers}
    texts = _PortTexts(json_ports)
    yield from _lines(
        f'{{"source": {ids[each.source.id]}, "destination": {ids[each.destination.id]}, {texts.of(each.ports)}}}'
        for each in connections
    )
    yield "]}\n"


FORMS: Mapping[str, Writer] = {"text": as_text, "json": as_json, "csv": as_csv, "md": as_markdown}


class _PortTexts:
    """The text of ports that were written before; a relation has few different ones."""

    def __init__(self, write: Callable[[PortSet], str]) -> None:
        self._write = write
        self._written: dict[PortSet, str] = {}

    def of(self, ports: PortSet) -> str:
        found = self._written.get(ports)
        if found is None:
            found = self._written[ports] = self._write(ports)
        return found


def _lines(items: Iterable[str]) -> Iterator[str]:
    before = "\n  "
    for item in items:
        yield before + item
        before = ",\n  "


def _json(value: object) -> str:
    return json.dumps(value)


def _peer(peer: Peer) -> dict[str, object]:
    end = peer.end
    if isinstance(end, Address):
        return {"id": peer.id, "type": "net", "ranges": [_range(each) for each in end.addresses.ranges]}
    if peer.workload is not None:
        kind, name = peer.workload.kind, peer.workload.name
        about = {"namespace": end.namespace, "name": name, "kind": kind, "labels": end.labels}
        return {"id": peer.id, "type": "workload", **about}
    if peer.pods is None:
        raise AssertionError("a peer is a workload, pods or addresses")
    uneven = {"mixed": True} if peer.mixed else {}
    selector = words.selector(peer.pods.pods)
    names = names_of(peer.pods.namespaces)
    if names is not None and len(names) == 1 and len(peer.pods.namespaces.requirements) == 1:
        return {"id": peer.id, "type": "pods", "namespace": names[0] or None, "selector": selector, **uneven}
    elsewhere = {"namespace": None, "selector": selector, "namespace_selector": words.selector(peer.pods.namespaces)}
    return {"id": peer.id, "type": "pods", **elsewhere, **uneven}


def json_ports(ports: PortSet) -> str:
    """Write ports as members of an object."""
    if ports.intervals == EVERY_PORT.intervals:
        return f'"ports": [{{"protocol": "{EVERYTHING}", "first": {FIRST}, "last": {LAST}}}]'
    listed = ", ".join(
        f'{{"protocol": "{each.protocol}", "first": {each.first}, "last": {each.last}}}' for each in ranges(ports)
    )
    if not ports.names:
        return f'"ports": [{listed}]'
    names = ", ".join(f'{{"protocol": "{each.protocol}", "name": {_json(each.name)}}}' for each in ports.names)
    return f'"ports": [{listed}], "named_ports": [{names}]'


def code(text: str) -> str:
    """Write a text as Markdown's code, in a table; one that would end either is no name that Kubernetes takes."""
    return f"`{visible(text).replace('`', '?').replace('|', '?')}`"


def _cell(text: str) -> str:
    text = visible(text)
    if not set(text) & set('",\r\n'):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _range(held: AddressRange) -> str:
    return f"{words.address(held.family, held.first)}-{words.address(held.family, held.last)}"
