"""Services that flows were for: the pods behind them, and the ports of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.queries.ends.known_names import KnownNames
from netpolc.queries.ends.leading import real, target_of
from netpolc.queries.reading import QueryError
from netpolc.queries.traffic.addresses import peer_at
from netpolc.queries.traffic.model import JoinError, SeenTarget

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.manifests.model import Service
    from netpolc.sets.ports import Protocol


class SeenServices:
    """The Services of a cluster, by name and by address."""

    def __init__(self, cluster: Cluster, peers: Sequence[Peer]) -> None:
        """File the Services of manifests."""
        self._names = KnownNames(cluster, lambda: peers)
        self._by_address = {address: each for each in cluster.manifests.services for address in each.addresses}

    def at(self, address: str | None) -> Service | None:
        """Return the Service that has an address within the cluster."""
        return None if address is None else self._by_address.get(address)

    def named(self, namespace: str | None, name: str) -> Service:
        """Return the Service of a name.

        Raises:
            JoinError: no manifest shows it.
        """
        found = self._names.services.get((namespace, name))
        if found is None:
            raise JoinError("no manifest shows the Service, whose port is not that of its pods")
        return found

    def targets(self, service: Service, protocol: Protocol, port: int) -> tuple[SeenTarget, ...]:
        """Return the pods that a port of a Service leads to, each with its own port.

        Raises:
            JoinError: it leads nowhere that is known.
        """
        try:
            found = tuple(self._targets(real(service, self._names), protocol, port))
        except QueryError as error:
            raise JoinError("no manifest shows the pods behind the Service") from error
        if not found:
            raise JoinError("the Service has no such port, or no pod has the port that it leads to")
        return found

    def _targets(self, service: Service, protocol: Protocol, port: int) -> Iterator[SeenTarget]:
        for one in service.ports:
            if (one.number, one.protocol) != (port, protocol):
                continue
            target = target_of(service, self._names)
            for peer in target.peers:
                for each in target.port_at(peer, one).intervals:
                    yield SeenTarget(peer, each.first)
            for held in target.addresses.ranges if not target.peers else ():
                for each in target.port_at(None, one).intervals:
                    yield SeenTarget(peer_at(_address(held.family, held.first)), each.first)


def _address(family: int, number: int) -> str:
    from netpolc.engine.words import address  # few Services lead to addresses

    return address(family, number)  # type: ignore[arg-type]  # 4 or 6
