"""Everybody whom a question may be about: the workloads that there are, the pods that there could be, and addresses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine import words
from netpolc.engine.cuts import Cuts
from netpolc.engine.peers import Peer, Population, endpoint, id_of, peer_of, referenced_pods, values_of
from netpolc.engine.regions import UNNAMED, Namespaces, PodSet, is_within, meet, names_of
from netpolc.engine.verdicts import Address
from netpolc.queries.parts import AskedPeers, divided, pod_of_set
from netpolc.sets import addresses
from netpolc.sets.addresses import AddressSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.regions import Region
    from netpolc.manifests.model import Workload
    from netpolc.queries.scopes import Meaning


class Everybody:
    """The peers of a cluster, or those that are given; most are looked for only once they are needed."""

    def __init__(self, cluster: Cluster, peers: Sequence[Peer] | None = None) -> None:
        """Take all peers; those of the cluster, hypothetical ones included, if none are given."""
        self._given = peers
        self._cluster = cluster
        self._namespaces = Namespaces(cluster.ruleset.namespaces)

    @cached_property
    def peers(self) -> Sequence[Peer]:
        """All of them."""
        return self.population.peers if self._given is None else self._given

    @cached_property
    def population(self) -> Population:
        """Everybody of the cluster, if nobody was given."""
        return self._cluster.population()

    @cached_property
    def by_id(self) -> dict[str, Peer]:
        """All of them by their ids."""
        return {peer.id: peer for peer in self.peers}

    @cached_property
    def quick(self) -> dict[str, Peer]:
        """The peers that most questions are about, and that are quickly known."""
        return {peer.id: peer for peer in self._cluster.workload_peers()} if self._given is None else {}

    def workloads(self) -> Iterable[Peer]:
        """Return the workloads."""
        known = self.quick.values() if self._given is None else self._given
        return (peer for peer in known if peer.workload is not None)

    @cached_property
    def _in_namespaces(self) -> dict[str, list[Peer]]:
        """The workloads by what their namespaces are called."""
        found: dict[str, list[Peer]] = {}
        for peer in self.workloads():
            if peer.workload is not None:
                found.setdefault(peer.workload.namespace or UNNAMED, []).append(peer)
        return found

    @cached_property
    def _said(self) -> dict[tuple[str, ...], list[PodSet]]:
        """The pods that the program speaks of, by the names of their namespaces."""
        found: dict[tuple[str, ...], list[PodSet]] = {}
        for pods in () if self._cluster.said is None else referenced_pods(self._cluster.said):
            found.setdefault(names_of(pods.namespaces) or (), []).append(pods)
        return found

    def exist(self, meanings: Iterable[Meaning]) -> bool:
        """Tell whether there are workloads that any of some meanings stands for, or pods that the program names."""
        regions = [region for meaning in meanings for region in meaning.regions if isinstance(region, PodSet)]
        return any(
            any(holds(region, peer) for name in names for peer in self._in_namespaces.get(name, ()))
            or any(meet(pods, region) == pods for pods in self._said.get(names, ()))
            for region in regions
            for names in (names_of(region.namespaces) or (),)
        )

    @cached_property
    def _by_kind(self) -> dict[str, Peer]:
        return {with_kind(peer.workload): peer for peer in self.peers if peer.workload is not None}

    def _with_id(self, text: str) -> Peer | None:
        """Find the peer of an id; that of a workload may always end in its kind."""
        known = self.quick.get(text) or self.by_id.get(text)
        return self._by_kind.get(text) if known is None and text.endswith("]") else known

    @cached_property
    def divided(self) -> dict[str, AskedPeers]:
        """The workloads that rules divide, by id; some are known without a look at anybody else."""
        return divided((self.quick or self.by_id).values())

    def asked(self, text: str) -> AskedPeers | None:
        """Find the peer whose id is written, a workload that rules divide, or a pod of one that is known."""
        known, here = self.called(text), self._cluster.namespace
        if known is not None:
            return AskedPeers(known.id, (known,))
        for name in (text,) if here is None else (text, f"{here}/{text}"):
            found = self.divided.get(name) or pod_of_set(name, self.quick or self.by_id, self.divided)
            if found is not None:
                return found
        return None

    def called(self, text: str) -> Peer | None:
        """Find the peer whose id is written; one without a namespace is looked for in the current one."""
        here = self._cluster.namespace
        names = (text,) if here is None else (text, f"{here}/{text}")
        quickly = (self.quick.get(name) for name in names)
        found = next(filter(None, quickly), None) or next(filter(None, map(self._with_id, names)), None)
        return None if found is None or self._has_workloads(found) else found

    def _has_workloads(self, peer: Peer) -> bool:
        """Tell whether workloads are among the pods of a set, which then means these."""
        pods = peer.pods
        return pods is not None and any(each.workload is not None and holds(pods, each) for each in self.peers)

    def concerned(self, peer: Peer) -> Sequence[Peer]:
        """Return a peer, and with a set of pods all others that are about pods of it."""
        return (peer,) if peer.pods is None else self.about([peer.pods])

    def about(self, regions: Iterable[Region]) -> list[Peer]:
        """Return the peers that have anything in common with regions, of whose pods each tells a part.

        Where a region is itself a peer or has workloads, those that hold all of it have nothing to add.
        """
        found: dict[str, Peer] = {}
        for region in regions:
            near = [peer for peer in self.peers if _concerns(region, peer)]
            if isinstance(region, AddressSet):
                # What is known to be the address of a pod is nobody else's.
                left = region - addresses.union([peer.end.addresses for peer in near if peer.workload is not None])
                near = [peer for peer in near if peer.workload is not None or peer.end.addresses & left]
            exact = any(peer.pods == region or peer.workload is not None for peer in near)
            for peer in near:
                if not (exact and peer.pods not in (None, region) and _is_within_peer(region, peer)):
                    found[peer.id] = peer
        return list(found.values())

    def meant(self, meaning: Meaning) -> Iterator[Peer]:
        """Yield the peers that there are, or else those that could be, and the addresses that are meant."""
        real = [peer for peer in self.peers if peer.workload and any(holds(each, peer) for each in meaning.regions)]
        yield from real
        for region in meaning.regions:
            if isinstance(region, AddressSet):
                # What is known to be the address of a pod is nobody else's.
                yield from self.nets(region - addresses.union([peer.end.addresses for peer in real]))
            elif not real and (not meaning.guessed or self._is_referenced(region)):
                parts = tuple(Cuts({region, *self._referenced}).parts(region))
                for part in parts:
                    text = meaning.text if len(parts) == 1 else endpoint(part)
                    peer = peer_of(part, self._namespaces, values_of(self._referenced))
                    yield msgspec.structs.replace(peer, id=text)
                yield from (peer for peer in self.peers if peer.pods not in parts and _is_within(peer, region))

    def nets(self, region: AddressSet) -> Iterator[Peer]:
        """Yield addresses, in parts that no rule tells apart."""
        for peer in self.peers:
            if isinstance(peer.end, Address):
                both = peer.end.addresses & region
                if both:
                    yield Peer(id=", ".join(map(words.address_range, both.ranges)), end=Address(both))

    def _is_referenced(self, region: PodSet) -> bool:
        """Tell whether any policy or flow asks for the label that a name was taken for."""
        (asked,) = region.pods.requirements
        return any(
            asked.values[0] in each.values and meet(pods, region) is not None
            for pods in self._referenced
            for each in pods.pods.requirements
            if each.key == asked.key and each.operator == "In"
        )

    @cached_property
    def _referenced(self) -> frozenset[PodSet]:
        """The sets of pods that any policy or flow references."""
        ruleset = (self._cluster.ruleset, self._cluster.said)
        return frozenset(pods for each in ruleset if each is not None for pods in referenced_pods(each))

    def shorthands(self, keys: Iterable[str]) -> Iterator[tuple[Peer, str]]:
        """Yield the peers that could exist and have a name in the language."""
        for peer in self.peers:
            if peer.pods is not None and len(peer.pods.pods.requirements) == 1:
                asked = peer.pods.pods.requirements[0]
                if asked.operator == "In" and asked.key in keys:
                    yield from ((peer, value) for value in asked.values)


def with_kind(workload: Workload) -> str:
    """Return the id of a workload with its kind."""
    return f"{id_of(workload)}[{workload.kind}]"


def holds(region: Region, peer: Peer) -> bool:
    """Tell whether a peer's pods are in a region, also on their node's network, where policies do not see them."""
    end = peer.end
    if isinstance(region, AddressSet) or isinstance(end, Address):
        return isinstance(region, AddressSet) and bool(end.addresses & region)
    return region.pods.matches(end.labels) and region.namespaces.matches(end.full_namespace_labels)


def touches(region: Region, peer: Peer) -> bool:
    """Tell whether a region holds all pods of a peer, or any of a workload."""
    return _is_within(peer, region) or holds(region, peer)


def _concerns(region: Region, peer: Peer) -> bool:
    """Tell whether a peer and a region have anything in common."""
    return holds(region, peer) if peer.pods is None else meet(peer.pods, region) is not None


def _is_within_peer(region: Region, peer: Peer) -> bool:
    return isinstance(region, PodSet) and peer.pods is not None and is_within(region, peer.pods)


def _is_within(peer: Peer, region: Region) -> bool:
    """Tell whether all pods of a peer that could exist are in a region."""
    return peer.pods is not None and isinstance(region, PodSet) and meet(peer.pods, region) == peer.pods
