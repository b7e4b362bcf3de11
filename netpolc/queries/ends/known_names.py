"""The services and workloads of a cluster, by the names and addresses that people have for them."""

from __future__ import annotations

from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING

import msgspec

from netpolc.queries.ends.spelling import POD, KindName, makers
from netpolc.queries.parts import AskedPeers, divided, pod_of_set
from netpolc.queries.reading import in_several

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeVar

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.manifests.model import EndpointSlice, Route, Service

    T = TypeVar("T")
    Place = str | None
    """A namespace."""


SHOWN = 3
"""The pods that are named of those that differ from their workload."""


class Reached(msgspec.Struct, frozen=True):
    """A service as something leads to it: by its own ports, or by those of the nodes; from outside if it says so."""

    service: Service
    by_node: bool = False
    outside: bool = False


class KnownNames:
    """The workloads and services of a cluster by name, in the current namespace or in the only one that has them."""

    def __init__(self, cluster: Cluster, workloads: Callable[[], Iterable[Peer]]) -> None:
        """Take the services of a cluster; its workloads are looked for once they are needed.

        `notes` say what was taken for something else, and `ids` have those of peers that were called otherwise.
        """
        self.notes: dict[str, None] = {}
        self.ids: dict[str, str] = {}
        self._manifests = cluster.manifests
        self.here = cluster.namespace
        self._strictly_here = cluster.unnamed is not None
        self._has_no_place = self.here is None and None not in cluster.namespaces
        self._workloads = workloads
        self.services = {(each.namespace, each.name): each for each in cluster.manifests.services}

    @cached_property
    def namespaces(self) -> frozenset[Place]:
        """The namespaces in which there is a service or a workload."""
        return frozenset(place for place, _ in (*self.services, *self._by_name))

    @cached_property
    def peers(self) -> tuple[Peer, ...]:
        """The workloads."""
        return tuple(self._workloads())

    @cached_property
    def _by_name(self) -> Mapping[tuple[Place, str], list[Peer]]:
        """The workloads by namespace and name; where a controller's pods are told apart, all of these."""
        found: dict[tuple[Place, str], list[Peer]] = {}
        for peer in self.peers:
            workload = peer.workload
            if workload is not None:
                others = [each.name for each in (workload.owner, workload.part_of) if each is not None]
                for name in {workload.name, *others}:
                    found.setdefault((workload.namespace, name), []).append(peer)
        return found

    @cached_property
    def _by_id(self) -> dict[str, Peer]:
        return {peer.id: peer for peer in self.peers}

    @cached_property
    def _divided(self) -> dict[str, AskedPeers]:
        return divided(self.peers)

    @cached_property
    def _replicas(self) -> Mapping[tuple[Place, str], list[Peer]]:
        return {
            (peer.workload.namespace, name): [peer]
            for peer in self.peers
            if peer.workload is not None
            for name in peer.replicas
        }

    @cached_property
    def _controlled(self) -> Mapping[str, Mapping[tuple[Place, str], list[Peer]]]:
        """The workloads of objects that manifests show as well, by their kind: of pods, and of what made these."""
        found: dict[str, dict[tuple[Place, str], list[Peer]]] = {}
        for peer, workload in ((peer, peer.workload) for peer in self.peers if peer.workload is not None):
            for each in workload.controls:
                found.setdefault(each.kind, {}).setdefault((workload.namespace, each.name), []).append(peer)
        return found

    def named(self, name: str, namespace: Place, *, anywhere: bool = True) -> tuple[tuple[Peer, ...], Service | None]:
        """Return the workload and the service of a name, or else the pod; both may be missing.

        Raises:
            QueryError: several namespaces have one, and none is given.
        """
        known = None if namespace is None else self._by_id.get(f"{namespace}/{name}")
        if known is not None:
            self._say_apart(known)
            return (known,), self.services.get((namespace, name))
        services = self._placed(self.services, name, namespace, anywhere=anywhere)
        workloads = self._placed(self._by_name, name, namespace, anywhere=anywhere)
        if not services and not workloads:
            return self._pod(name, namespace, surely=False, anywhere=anywhere), None
        place = self._decided(name, {**services, **workloads})
        own = workloads.get(place, [])
        # Of several kinds with one name, each is asked for with its kind.
        alone = len({_object(peer, name) for peer in own}) == 1
        return self._parts(name, place) or tuple(own) if alone else (), services.get(place)

    def service(self, name: str, namespace: Place) -> Service | None:
        """Return the service of a name."""
        found = self._placed(self.services, name, namespace)
        place = self._decided(f"svc/{name}", found)
        return found.get(place)

    def of_kind(self, asked: KindName) -> tuple[Peer, ...]:
        """Return the peers that an object stands for: its pods, or those of the object that made it."""
        found = {
            place: kept
            for place, peers in self._placed(self._by_name, asked.name, asked.namespace).items()
            if (kept := [each for each in peers if _is_called(each, asked.kind, asked.name)])
        }
        if not found and asked.kind == POD:
            return self._pod(asked.name, asked.namespace, surely=True)
        place = self._decided(f"{asked.kind.lower()}/{asked.name}", found)
        kept = found.get(place, [])
        if any(each.part_of is not None for each in kept):
            return self._parts(asked.name, place) or tuple(kept)
        return tuple(kept) or self._made(asked, surely=True)

    def at(self, address: str) -> tuple[Reached, ...]:
        """Return the services that an address, or the name of a load balancer, leads to."""
        text = _normal(address)
        found: list[Reached] = []
        for service in self.services.values():
            if text in map(_normal, service.addresses):
                found.append(Reached(service))
            if text in map(_normal, service.outside):
                found.append(Reached(service, outside=True))
        if self._is_node(text):
            ports = (service for service in self.services.values() if any(each.node_port for each in service.ports))
            found += (Reached(service, by_node=True, outside=True) for service in ports)
        return tuple(found)

    @property
    def routes(self) -> tuple[Route, ...]:
        """What leads hosts of the outside to services."""
        return self._manifests.routes

    @property
    def shows_nodes(self) -> bool:
        """Whether the addresses of nodes are known."""
        return bool(self._manifests.nodes)

    def with_node_port(self, number: int) -> Reached | None:
        """Return the service that has a port of all nodes."""
        having = (one for one in self.services.values() if any(each.node_port == number for each in one.ports))
        return next((Reached(one, by_node=True, outside=True) for one in having), None)

    def slices(self, service: Service) -> Iterator[EndpointSlice]:
        """Yield the endpoints of a service as manifests list them."""
        for each in self._manifests.endpoint_slices:
            if (each.namespace, each.service) == (service.namespace, service.name):
                yield each

    def hosts(self, host: str, namespace: Place) -> tuple[Peer, ...]:
        """Return the pod that is called like a host, which some StatefulSet has made."""
        own = self._by_name.get((namespace, host)) or self._replicas.get((namespace, host))
        return tuple(own or ()) or self._parts(host, namespace)

    def within(self, namespace: Place) -> Iterator[Peer]:
        """Yield the workloads of a namespace."""
        return (peer for peer in self.peers if peer.workload is not None and peer.workload.namespace == namespace)

    def names(self) -> Iterator[str]:
        """Yield what services are called."""
        return (name if place is None else f"{place}/{name}" for place, name in self.services)

    def pods(self) -> Iterator[str]:
        """Yield what pods are called that are shown as parts of a workload."""
        places = (*self._replicas, *self._controlled.get(POD, {}))
        return (name if place is None else f"{place}/{name}" for place, name in places)

    def _is_node(self, address: str) -> bool:
        return any(address == _normal(each) for node in self._manifests.nodes for each in node.addresses) or any(
            address in map(_normal, peer.workload.addresses)
            for peer in self.peers
            if peer.workload is not None and peer.workload.host_network
        )

    def _pod(self, name: str, namespace: Place, *, surely: bool, anywhere: bool = True) -> tuple[Peer, ...]:
        """Return the pod of a full name, or else the workload that by its name has made it."""
        found = self._placed(self._replicas, name, namespace)
        if found:
            return tuple(found[self._decided(f"pod/{name}", found)])
        elsewhere = namespace is None and self._looks_elsewhere(anywhere=anywhere)
        places = self.namespaces if elsewhere else {namespace or self.here}
        parts = {place: parts for place in places if (parts := self._parts(name, place))}
        if parts:
            return parts[self._decided(f"pod/{name}", parts)]
        return self._made(KindName(POD, name, namespace), surely=surely)

    def _parts(self, name: str, place: Place) -> tuple[Peer, ...]:
        """Return the parts of a workload that rules divide, or those that a pod of a StatefulSet may be among."""
        text = name if place is None else f"{place}/{name}"
        known = self._by_id.get(text)
        if known is not None:
            self._say_apart(known)
            return (known,)
        found = self._divided.get(text) or pod_of_set(text, self._by_id, self._divided)
        if found is None:
            return ()
        called = found.called
        self.ids.update({one.id: other.id for one, other in zip(called, found.peers, strict=True)})
        return called

    def _say_apart(self, peer: Peer) -> None:
        """Note the pods of a workload that are not as its template is, of which its answer says nothing."""
        parts = self._divided.get(peer.id)
        if parts is not None:
            names = [each.id for each in parts.peers]
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            pods, have = ("pod", "has") if len(names) == 1 else ("pods", "have")
            listed = f"{', '.join(names[:SHOWN])}{more}"
            self.notes[f"{peer.id} is what its template says; its {pods} {listed} {have} other labels"] = None

    def _made(self, asked: KindName, *, surely: bool) -> tuple[Peer, ...]:
        """Return the workload that made an object: as manifests show it, or else by the name of the object."""
        shown = self._placed(self._controlled.get(asked.kind, {}), asked.name, asked.namespace)
        if shown:
            return tuple(shown[self._decided(f"{asked.kind.lower()}/{asked.name}", shown)])
        for kind, name in makers(asked.kind, asked.name, surely=surely):
            maker = self.of_kind(KindName(kind, name, asked.namespace))
            if maker:
                self.notes[f"{asked.name} is taken for a {asked.kind} of {maker[0].id}, by its name"] = None
                return maker
        return ()

    def _placed(
        self, filed: Mapping[tuple[Place, str], T], name: str, namespace: Place, *, anywhere: bool = True
    ) -> dict[Place, T]:
        """Return what has a name by its namespaces: in the given one, else in the current one, else anywhere.

        Where there is a current one, that only goes for names that can be nothing else, or that nothing here has.
        """
        for place in (namespace,) if namespace is not None else (self.here,):
            found = filed.get((place, name))
            if found is not None:
                return {place: found}
        if namespace is not None or not self._looks_elsewhere(anywhere=anywhere):
            return {}
        return {place: found for (place, each), found in filed.items() if each == name}

    def _looks_elsewhere(self, *, anywhere: bool) -> bool:
        """Tell whether names without a namespace may be in another one than the current one."""
        return not self._strictly_here and (anywhere or self._has_no_place)

    def _decided(self, name: str, found: Mapping[Place, object]) -> Place:
        """Return the only one of some namespaces; that of nothing is None, as is the unnamed one.

        Raises:
            QueryError: there are several.
        """
        if len(found) > 1:
            raise in_several(name, found)
        return next(iter(found), None)


def _is_called(peer: Peer, kind: str, name: str) -> bool:
    """Tell whether a peer is the workload of a kind and name, or one of its pods."""
    return _object(peer, name) == (kind, name)


def _object(peer: Peer, name: str) -> tuple[str, str] | None:
    """Return the kind and name of a workload, or of the owner of a pod, whichever has a name."""
    workload = peer.workload
    if workload is None:
        return None
    known = (workload, workload.part_of, workload.owner)
    return next(((each.kind, each.name) for each in known if each is not None and each.name == name), None)


def _normal(address: str) -> str:
    """Return an address in its one spelling, or a name in lower case."""
    try:
        return str(ip_address(address))
    except ValueError:
        return address.lower().removesuffix(".")
