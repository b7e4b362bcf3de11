"""The ends of recorded flows joined with a cluster: by owner, pod, labels or address, and through Services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.ecosystem.added_labels import without_added
from netpolc.engine.peers import Peer, endpoint
from netpolc.engine.regions import UNNAMED, PodSet, in_namespace
from netpolc.engine.verdicts import Address, Pod
from netpolc.queries.ends.spelling import POD, makers
from netpolc.queries.traffic.addresses import Addresses
from netpolc.queries.traffic.model import JoinedFlow, JoinError, SeenTarget
from netpolc.queries.traffic.services import SeenServices
from netpolc.sets.labels import LabelRequirement, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.cluster.cluster import Cluster
    from netpolc.flows.record import FlowEnd, SeenFlow
    from netpolc.flows.stays import Stay

    Place = str | None

_KINDS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "ReplicationController", POD)


class Joiner:
    """The workloads of a cluster by what records may call them."""

    def __init__(self, cluster: Cluster, stays: Mapping[str, tuple[Stay, ...]]) -> None:
        """File the workloads of a cluster, and the stays of pods at addresses."""
        self.peers = tuple(cluster.workload_peers())
        self._known = cluster.ruleset.namespaces
        self._by_name: dict[tuple[Place, str, str], list[Peer]] = {}
        self._by_place: dict[Place, list[Peer]] = {}
        shown: dict[str, list[Peer]] = {}
        for peer in self.peers:
            self._file(peer, shown)
        self._pods: dict[FlowEnd, tuple[Peer, ...] | JoinError] = {}
        self._strangers: dict[str, Peer] = {}
        self._addresses = Addresses(cluster, shown, stays, self._pod)
        self._services = SeenServices(cluster, self.peers)

    def _file(self, peer: Peer, shown: dict[str, list[Peer]]) -> None:
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
        for address in workload.addresses if not workload.host_network else ():
            shown.setdefault(address, []).append(peer)

    def joined(self, flow: SeenFlow) -> JoinedFlow:
        """Return all that the ends of a flow may be.

        Raises:
            JoinError: nobody can tell.
        """
        sources = self._end(flow.source, flow, flow.destination)
        return JoinedFlow(sources, self._targets(flow), flow.protocol, is_of_node=self._is_of_node(flow))

    def _targets(self, flow: SeenFlow) -> tuple[SeenTarget, ...]:
        destination = flow.destination
        service = self._services.at(destination.address) if destination.namespace is None else None
        if flow.service is not None:
            service = self._services.named(*flow.service)
        if service is None:
            return tuple(SeenTarget(each, flow.port) for each in self._end(destination, flow, flow.source))
        targets = self._services.targets(service, flow.protocol, flow.port)
        if destination.pod is None and destination.owner is None and destination.labels is None:
            return targets
        ids = {each.id for each in self._pod(destination)}
        return tuple(each for each in targets if each.peer.id in ids) or targets

    def _is_of_node(self, flow: SeenFlow) -> bool:
        return flow.source.namespace is None and self._addresses.is_node(flow.source.address)

    def _end(self, end: FlowEnd, flow: SeenFlow, other: FlowEnd) -> tuple[Peer, ...]:
        if end.namespace is not None:
            return self._pod(end)
        if end.address is None:
            raise JoinError("the record has neither a pod nor an address")
        return self._addresses.at(end.address, flow, other)

    def _pod(self, end: FlowEnd) -> tuple[Peer, ...]:
        """Return all that a pod may be of."""
        found = self._pods.get(end)
        if found is None:
            try:
                found = self._named(end) or self._labelled(end)
            except JoinError as error:
                found = error
            self._pods[end] = found
        if isinstance(found, JoinError):
            raise found
        return found

    def _named(self, end: FlowEnd) -> tuple[Peer, ...]:
        """Return the workload that a pod is of by its owner or its name, if manifests show it.

        Of several that may have made a pod of such a name, all are, but for those that have other labels.
        """
        own: list[tuple[str, str]] = [] if end.pod is None else [(POD, end.pod)]
        if end.owner is not None:
            own += ((kind, end.owner) for kind in (_KINDS if end.kind is None else (end.kind,)))
        for kind, name in own:
            found = self._by_name.get((end.namespace, kind, name))
            if found is not None:
                return _with_labels(found, end)
        # An owner that is known, and that nobody shows, was made by another one, if by any.
        made = [each for kind, name in own[-1:] for each in makers(kind, name, surely=kind == end.kind)]
        numbered = None if end.pod is None or end.owner is not None else re.fullmatch(r"(.+)-[0-9]+", end.pod)
        made += [("StatefulSet", numbered[1])] if numbered is not None else []
        several = {each.id: each for kind, name in made for each in self._by_name.get((end.namespace, kind, name), ())}
        return _with_labels([*several.values()], end) if several else ()

    def _labelled(self, end: FlowEnd) -> tuple[Peer, ...]:
        """Return the workloads that pods with some labels are of, or else what stands for such pods."""
        if end.labels is None:
            raise JoinError("the record has no labels, and no manifest shows the pod")
        labels = dict(end.labels)
        return tuple(_alike(self._by_place.get(end.namespace, ()), labels)) or (self._stranger(end, labels),)

    def _stranger(self, end: FlowEnd, labels: dict[str, str]) -> Peer:
        """Return what stands for pods that no manifest shows."""
        place = end.namespace or UNNAMED
        carried = self._known[place] if place in self._known else dict(end.namespace_labels or ())
        selector = selector_of(LabelRequirement(key, "In", (value,)) for key, value in labels.items())
        if selector is None:
            raise AssertionError("labels ask for one value each")
        pods = PodSet(in_namespace(end.namespace), selector)
        name = endpoint(pods) if end.owner is None else f"{end.namespace}/{end.owner}"
        pod = Pod(namespace=end.namespace, namespace_labels=carried, labels=labels, hypothetical=True)
        known = self._strangers.setdefault(name, Peer(id=name, end=pod, pods=pods))
        return known if known.end == pod else Peer(id=f"{name} {endpoint(pods)}", end=pod, pods=pods)


def _with_labels(peers: list[Peer], end: FlowEnd) -> tuple[Peer, ...]:
    """Return those of the parts of a workload that a pod may be of by its labels."""
    seen = dict(end.labels or ())
    kept = tuple(each for each in peers if len(peers) == 1 or not _differ(seen, _labels(each)))
    return kept or tuple(peers)


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
