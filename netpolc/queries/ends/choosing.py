"""What questions choose by the names that Kubernetes has for it, on which ports, and how that was understood."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.peers import endpoint
from netpolc.engine.verdicts import Address
from netpolc.language.syntax.tree import Ref
from netpolc.queries.choice import Choice
from netpolc.queries.ends.finding import Found, find_name, find_object, no_host
from netpolc.queries.ends.known_names import KnownNames
from netpolc.queries.ends.leading import real, single, target_of
from netpolc.queries.ends.outer_hosts import served_host
from netpolc.queries.ends.ports import (
    declared,
    declares,
    is_elsewhere,
    led_by,
    no_port,
    no_such_port,
    no_such_target,
    other_protocol,
    remark,
    replaced,
)
from netpolc.queries.ends.spelling import is_host
from netpolc.queries.reading import QueryError, WrittenEndpoint, in_several, read_endpoint
from netpolc.queries.scopes import Meaning
from netpolc.sets.ports import PortSet, union

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.language.syntax.tree import Endpoint, PortItem, Ports
    from netpolc.manifests.model import Service
    from netpolc.queries.ends.leading import ServiceTarget
    from netpolc.queries.ends.ports import Led
    from netpolc.queries.everybody import Everybody
    from netpolc.queries.scopes import Scopes
    from netpolc.source import Source

    PortReader = Callable[[Ports, Source, Sequence[Peer]], PortSet]
    """What resolves ports that are those of pods."""


class NamedEnds:
    """Ends by their names in Kubernetes.

    `notes` say how they were understood, `services` are those among them, and `asked` are the peers that the question
    is about so far.
    """

    def __init__(self, cluster: Cluster, everybody: Everybody, scopes: Scopes, ports: PortReader) -> None:
        """Take who there is, and the names of the language, which go before."""
        self.known_names = KnownNames(cluster, everybody.workloads)
        self.notes = self.known_names.notes
        self.services: list[Service] = []
        self.asked: list[Peer] = []
        self._everybody = everybody
        self._scopes = scopes
        self._ports = ports

    def found(self, text: str) -> Found | None:
        """Find what a text stands for that is written as in Kubernetes, unless it is a name of the language."""
        found = find_object(text, self.known_names, self._scopes.namespaces)
        if found is not None:
            return found
        written: WrittenEndpoint | None = None
        with suppress(QueryError):
            written = read_endpoint(text)
        if written is not None and self._scopes.has(written.endpoint):
            return None
        found = find_name(text, self.known_names)
        if found is None and is_host(text) and (served := served_host(text, self.known_names.routes)) is not None:
            raise served
        if not self._scopes.has_files:
            if found is None and is_host(text):
                raise no_host(text, self.known_names)
            return found
        if found is not None and written is not None and self._scopes.namespace is None and _is_alone(written.endpoint):
            # A program may speak of pods that are called the same in another namespace.
            places = {*self._scopes.places(written.endpoint, written.source), *found.places}
            if len(places) > 1:
                raise in_several(text, places)
        return found

    def at_some_node(self, address: str, ports: str | None) -> Found | None:
        """Take an address for that of a node, where somebody outside asks for a port that all nodes have."""
        if ports is None or not ports.isdigit() or self.known_names.shows_nodes:
            return None
        reached = self.known_names.with_node_port(int(ports))
        if reached is None or not single(address):
            return None
        if all(isinstance(peer.end, Address) for peer in self.asked):
            self.notes[f"{address} is taken for the address of a node"] = None
            return Found(address, services=(reached,))
        self.notes[f"if {address} is a node, this is the node port of Service {reached.service.name}"] = None
        return None

    def named(self, found: Found) -> Iterator[Choice]:
        """Yield the pods that an end stands for: workloads, or what is behind services, on any of their ports."""
        yield from (Choice(None, peers) for peers in _together(found.peers))
        for reached in () if found.peers else found.services:
            target = target_of(real(reached.service, self.known_names), self.known_names, found.host)
            yield from (Choice(meaning, peers) for meaning, peers in self._behind(target))

    def _behind(self, target: ServiceTarget) -> Iterator[tuple[Meaning | None, tuple[Peer, ...]]]:
        """Yield what is behind a service: each workload, addresses, or pods that no manifest shows."""
        yield from ((None, (peer,)) for peer in target.peers)
        if target.addresses:
            yield from ((None, (peer,)) for peer in self._everybody.nets(target.addresses))
        if target.pods is not None:
            text = endpoint(target.pods)
            meaning = Meaning(text, text, (target.pods,))
            yield meaning, tuple(self._everybody.meant(meaning))

    def only_port(self, found: Found) -> Iterator[Choice]:
        """Yield a destination without ports, which has to be a service that has only one."""
        led = led_by(found, None, self.known_names) if found.services else []
        if len(led) != 1:
            raise no_port(found.text, (*(each.port for each in led if each.port is not None), *declared(found.peers)))
        yield from self._served(led)

    def reached(self, found: Found, ports: Ports, source: Source) -> Iterator[Choice]:
        """Yield a destination on its ports, of which some may be those of a service."""
        plain, led = self._parted(found, ports, source)
        for peers in _together(found.peers) if plain is not None else ():
            yield Choice(None, peers, self._ports(plain or ports, source, peers))
        yield from self._served(led)

    def _parted(self, found: Found, ports: Ports, source: Source) -> tuple[Ports | None, list[Led]]:
        """Tell ports of pods from those of services, which count where no pod of that name declares them.

        Raises:
            QueryError: a port is neither.
        """
        plain: list[PortItem] = []
        led: list[Led] = []
        for item in ports.items:
            own = declares(found.peers, item)
            through = [] if own and found.peers else led_by(found, item, self.known_names)
            if found.peers and not (through and is_elsewhere(through, found.peers, item)):
                self.notes.update(dict.fromkeys(other_protocol(found, item, own=own)))
                plain.append(item)
            elif through:
                led += through
            else:
                raise no_such_port(found, item, source.text[item.span.start : item.span.end], self.known_names)
        return (msgspec.structs.replace(ports, items=tuple(plain)) if plain else None), led

    def _served(self, led: Iterable[Led]) -> Iterator[Choice]:
        """Yield what is behind ports of services, each on the ports to which these lead there."""
        found: dict[str, tuple[Meaning | None, tuple[Peer, ...], list[PortSet]]] = {}
        for each in led:
            behind = list(self._behind(each.target))
            reachable = [(meaning, peers, each.ports_at(peers[0])) for meaning, peers in behind]
            kept = [one for one in reachable if one[2] != PortSet()]
            if not kept:
                raise no_such_target(each)
            for meaning, peers, ports in kept:
                found.setdefault(peers[0].id, (meaning, peers, []))[2].append(ports)
            self.services.append(each.reached.service)
            self.notes[remark(each, [peers[0] for _, peers, _ in kept])] = None
            if each.reached.outside and not each.reached.service.local:
                outside = [peer.id for peer in self.asked if isinstance(peer.end, Address)]
                self.notes.update(dict.fromkeys(replaced(each.reached.service, outside)))
        yield from (Choice(meaning, peers, union(ports)) for meaning, peers, ports in found.values())

    def through_service(
        self, text: str, meant: Iterable[tuple[Meaning, tuple[Peer, ...]]], ports: Ports, source: Source
    ) -> Generator[Choice, None, Ports | None]:
        """Yield what ports lead to that are those of the service that is called like pods; return all other ports."""
        with suppress(QueryError):
            same = find_name(text, self.known_names)
            if same is not None and same.services:
                peers = tuple(peer for _, peers in meant for peer in peers)
                plain, led = self._parted(msgspec.structs.replace(same, peers=peers), ports, source)
                yield from self._served(led)
                return plain
        return ports

    def around(self, found: Found) -> Iterator[Peer]:
        """Yield the peers of an end, or those behind its services, each by its own id."""
        ids = self.known_names.ids
        yield from (msgspec.structs.replace(peer, id=ids.get(peer.id, peer.id)) for peer in found.peers)
        for reached in () if found.peers else found.services:
            target = target_of(real(reached.service, self.known_names), self.known_names, found.host)
            yield from target.peers
            yield from self._everybody.about([each for each in (target.addresses, target.pods) if each])


def _together(peers: tuple[Peer, ...]) -> Iterator[tuple[Peer, ...]]:
    """Yield each of some peers, or all parts of one workload at once."""
    if len({peer.part_of for peer in peers}) == 1 and peers[0].part_of is not None:
        yield peers
    else:
        yield from ((peer,) for peer in peers)


def _is_alone(endpoint: Endpoint) -> bool:
    """Tell whether an endpoint is a name without a namespace."""
    return isinstance(endpoint, Ref) and endpoint.alias is None
