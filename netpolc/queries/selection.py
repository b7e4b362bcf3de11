"""The part of a relation that a user asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.relation import NOTHING, PeerConnection, resolved
from netpolc.queries.reading import about, read_ports
from netpolc.sets.ports import intersection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netpolc.engine.peers import Peer
    from netpolc.queries.endpoints import Endpoints
    from netpolc.sets.ports import PortSet

    Keep = Callable[[Iterable[PeerConnection]], Iterator[PeerConnection]]


def select(
    endpoints: Endpoints, peers: Sequence[Peer], *, source: str | None, destination: str | None, ports: str | None
) -> Keep:
    """Return a filter for connections from some peers, to some, and on some ports; None of any keeps them all."""
    with about("--from"):
        sources = None if source is None else endpoints.kept(source)
    with about("--to"):
        destinations = None if destination is None else endpoints.kept(destination)
    with about("--port"):
        asked = None if ports is None else endpoints.ports(*read_ports(ports), peers)

    def keep(connections: Iterable[PeerConnection]) -> Iterator[PeerConnection]:
        for each in connections:
            if (sources is None or each.source.id in sources) and (
                destinations is None or each.destination.id in destinations
            ):
                yield from (each,) if asked is None else _on(asked, each)

    return keep


def _on(asked: PortSet, connection: PeerConnection) -> Iterator[PeerConnection]:
    """Yield a connection on those of its ports that are asked for, if there are any."""
    both = intersection(connection.ports, resolved(asked, connection.destination.end))
    if both != NOTHING:
        yield PeerConnection(connection.source, connection.destination, both)
