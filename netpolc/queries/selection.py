"""The part of a relation that a user asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from netpolc.engine.bits import bits_of
from netpolc.queries.reading import about, read_ports

if TYPE_CHECKING:
    from netpolc.engine.peers import Population
    from netpolc.queries.endpoints import Endpoints
    from netpolc.sets.ports import PortSet


class Selection(NamedTuple):
    """The peers that may be sources and destinations, and the ports that are asked for, or None for all."""

    population: Population
    ports: PortSet | None


def select(
    endpoints: Endpoints, population: Population, *, source: str | None, destination: str | None, ports: str | None
) -> Selection:
    """Select connections from some peers, to some, and on some ports; None of any selects them all."""
    peers = population.peers

    def kept(text: str) -> int:
        ids = endpoints.kept(text)
        return bits_of(number for number, peer in enumerate(peers) if peer.id in ids)

    sources, destinations = population.sources, population.destinations
    with about("--from"):
        sources = sources if source is None else kept(source)
    with about("--to"):
        destinations = destinations if destination is None else kept(destination)
    with about("--port"):
        asked = None if ports is None else endpoints.ports(*read_ports(ports), peers)
    return Selection(msgspec.structs.replace(population, sources=sources, destinations=destinations), asked)
