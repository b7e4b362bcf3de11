"""The ends of recorded flows joined with the workloads of a cluster: by owner, pod, labels or address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.ecosystem.added_labels import without_added
from netpolc.engine.from_policies import addresses_of
from netpolc.engine.peers import Peer, endpoint
from netpolc.engine.regions import PodSet, in_namespace
from netpolc.engine.verdicts import Address, Pod
from netpolc.queries.ends.spelling import POD, makers
from netpolc.sets.labels import LabelRequirement, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.cluster.cluster import Cluster
    from netpolc.flows.record import FlowEnd

    Place = str | None


class JoinError(Exception):
    """The reason why an end cannot be joined, in words that are the same for all that have it."""


class Joiner:
    """The workloads of a cluster by what records may call them."""

    def __init__(self, cluster: Cluster) -> None:
        """File the workloads of a cluster."""
        self.peers = tuple(cluster.workload_peers())
        self._namespaces = cluster.ruleset.namespaces
        self._by_name: dict[tuple[Place, str, str], list[Peer]] = {}
        self._by_place: dict[Place, list[Peer]] = {}
        self._by_address: dict[str, list[Peer]] = {}
        for peer in self.peers:
            self._file(peer)
        self._joined: dict[FlowEnd, tuple[Peer, ...] | JoinError] = {}

    def _file(self, peer: Peer) -> None:
        workload = peer.workload
        if workload is None:
            return
        place = workload.namespace
        self._by_place.setdefault(place, []).append(peer)
        own = [(workload.kind, workload.name)]
        own += [(each.kind, each.name) for each in (workload.owner, workload.part_of) if each is not None]
        own += [(each.kind, each.name) for each in workload.controls]
        own += [(POD, name) for name in peer.replicas]
        for kind, name in dict.fromkeys(own):
            self._by_name.setdefault((place, kind, name), []).append(peer)
        for address in workload.addresses:
            if not workload.host_network:
                self._by_address.setdefault(address, []).append(peer)

    def join(self, end: FlowEnd) -> tuple[Peer, ...]:
        """Return all that an end may be.

        Raises:
            JoinError: nobody can tell.
        """
        found = self._joined.get(end)
        if found is None:
            try:
                found = self._found(end)
            except JoinError as error:
                found = error
            self._joined[end] = found
        if isinstance(found, JoinError):
            raise found
        return found

    def _found(self, end: FlowEnd) -> tuple[Peer, ...]:
        if end.namespace is None:
            return self._outside(end)
        named = self._named(end)
        if named is not None:
            return named
        if end.labels is not None:
            return self._labelled(end, dict(end.labels))
        raise JoinError("the record has no labels, and no manifest shows the pod")

    def _outside(self, end: FlowEnd) -> tuple[Peer, ...]:
        if end.address is None:
            raise JoinError("the record has neither a pod nor an address")
        pods = self._by_address.get(end.address)
        if pods is not None:
            return tuple(pods)
        return (peer_at(end.address),)

    def _named(self, end: FlowEnd) -> tuple[Peer, ...] | None:
        """Return the workload that an end is of by its owner or its name, if manifests show it."""
        own: list[tuple[str, str]] = []
        if end.pod is not None:
            own.append((POD, end.pod))
        if end.owner is not None:
            kinds = (end.kind,) if end.kind is not None else _KINDS
            own += ((kind, end.owner) for kind in kinds)
        for kind, name in own:
            found = self._by_name.get((end.namespace, kind, name))
            if found is not None:
                return self._with_labels(found, end)
        made = [each for kind, name in own for each in makers(kind, name, surely=kind == end.kind)]
        numbered = None if end.pod is None else re.fullmatch(r"(.+)-[0-9]+", end.pod)
        made += [("StatefulSet", numbered[1])] if numbered is not None else []
        for kind, name in made:
            found = self._by_name.get((end.namespace, kind, name))
            if found is not None:
                return self._with_labels(found, end)
        return None

    def _with_labels(self, peers: list[Peer], end: FlowEnd) -> tuple[Peer, ...]:
        """Return those of the parts of a workload that an end may be by its labels."""
        if len(peers) == 1 or end.labels is None:
            return tuple(peers)
        kept = tuple(each for each in peers if not _differ(dict(end.labels or ()), _labels(each)))
        return kept or tuple(peers)

    def _labelled(self, end: FlowEnd, labels: dict[str, str]) -> tuple[Peer, ...]:
        """Return the workloads that pods with some labels are of, or else what stands for such pods."""
        near = self._by_place.get(end.namespace, ())
        found = tuple(_alike(near, labels))
        return found or (self._stranger(end, labels),)

    def _stranger(self, end: FlowEnd, labels: dict[str, str]) -> Peer:
        """Return what stands for pods that no manifest shows."""
        known = self._namespaces.get(end.namespace or "")
        carried = known if known is not None else dict(end.namespace_labels or ())
        pod = Pod(namespace=end.namespace, namespace_labels=carried, labels=labels, hypothetical=True)
        selector = selector_of(LabelRequirement(key, "In", (value,)) for key, value in labels.items())
        if selector is None:
            raise AssertionError("labels ask for one value each")
        pods = PodSet(in_namespace(end.namespace), selector)
        name = endpoint(pods) if end.owner is None else f"{end.namespace}/{end.owner}"
        return Peer(id=name, end=pod, pods=pods)


_KINDS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "ReplicationController", POD)


def peer_at(address: str) -> Peer:
    """Return an address outside of the cluster."""
    try:
        block = addresses_of(f"{address}/{128 if ':' in address else 32}", ())
    except ValueError:
        block = None
    if not block:
        raise JoinError("the record has something for an address that is none")
    return Peer(id=address, end=Address(block))


def _labels(peer: Peer) -> Mapping[str, str]:
    return {} if isinstance(peer.end, Address) else peer.end.labels


def _differ(seen: Mapping[str, str], known: Mapping[str, str]) -> bool:
    return any(key in known and known[key] != value for key, value in seen.items())


def _alike(peers: Iterable[Peer], seen: Mapping[str, str]) -> Iterator[Peer]:
    """Yield the workloads whose pods have some labels as recorded.

    A mesh may have added some, which no manifest shows, and a log may leave some out: those with the same labels go
    before those with the most of them, and these before those with more.
    """
    own = [(each, without_added(_labels(each))) for each in peers]
    equal = [each for each, labels in own if labels == seen]
    fewer = [(each, labels) for each, labels in own if labels and labels.items() <= seen.items()]
    most = max((len(labels) for _, labels in fewer), default=0)
    more = [each for each, labels in own if seen and labels.items() >= seen.items()]
    yield from equal or [each for each, labels in fewer if len(labels) == most] or more
