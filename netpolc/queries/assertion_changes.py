"""The assertions that only one of two programs makes, by what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.from_program import regions_of
from netpolc.queries.change_reasons import ChangeLine
from netpolc.sets.ports import PortSet, difference, union

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from netpolc.ir.model import Assertion, Peer, Program
    from netpolc.queries.change_reasons import SideName

    Promise = tuple[str, Hashable, Hashable]


def dropped(one: Program | None, other: Program | None, side: SideName) -> tuple[ChangeLine, ...]:
    """List the assertions of one program of which the other does not make every part, as lines of that side."""
    kept: dict[Promise, list[PortSet]] = {}
    for assertion in () if other is None else other.assertions:
        for promise, ports in _promises(assertion):
            kept.setdefault(promise, []).append(ports)
    together = {promise: union(ports) for promise, ports in kept.items()}
    lines = [
        ChangeLine(side, place.source.name, place.line, assertion.origin.text)
        for assertion in (() if one is None else one.assertions)
        if not _is_kept(assertion, together, kept)
        for place in (assertion.origin.location,)
    ]
    return tuple(sorted(dict.fromkeys(lines)))


def _is_kept(assertion: Assertion, together: dict[Promise, PortSet], kept: dict[Promise, list[PortSet]]) -> bool:
    for promise, ports in _promises(assertion):
        if assertion.quantifier == "only":
            if ports not in kept.get(promise, ()):
                return False
        elif difference(ports, together.get(promise, PortSet())) != PortSet():
            return False
    return True


def _promises(assertion: Assertion) -> Iterator[tuple[Promise, PortSet]]:
    """Yield the parts of an assertion: each pair of ends by itself, but for `only` all sources at once."""
    sources = [frozenset(_regions(assertion.sources))]
    if assertion.quantifier != "only":
        sources = [frozenset([region]) for region in sources[0]]
    for destination in assertion.destinations:
        for region in regions_of(destination.peer):
            for source in sources:
                yield (assertion.quantifier, source, region), destination.ports


def _regions(peers: Iterable[Peer]) -> Iterator[Hashable]:
    for peer in peers:
        yield from regions_of(peer)
