"""Workloads that rules divide into parts, and single pods of theirs, as people ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.added_labels import POD_NAME
from netpolc.engine.peers import id_of, is_whole
from netpolc.engine.varying import OTHER, number_in
from netpolc.queries.reading import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.engine.peers import Peer
    from netpolc.manifests.model import Workload


class AskedPeers(msgspec.Struct, frozen=True):
    """The peers that an id calls: the one itself, or those that stand for the pods of a workload, or for a pod."""

    id: str
    peers: tuple[Peer, ...]

    @property
    def called(self) -> tuple[Peer, ...]:
        """The same peers; one that stands for other pods, too, is called by the id that was asked for.

        Raises:
            QueryError: there are more than these.
        """
        if not all(map(is_whole, self.peers)):
            raise QueryError(f"rules tell pods of `{self.id}` apart in too many ways; ask about some by their labels")
        if len(self.peers) > 1:
            return self.peers
        return tuple(msgspec.structs.replace(peer, id=self.id) for peer in self.peers)


def divided(peers: Iterable[Peer]) -> dict[str, AskedPeers]:
    """Return the workloads that rules divide, and pods that they divide further, by id."""
    parts: dict[str, list[Peer]] = {}
    for peer in peers:
        for name in _names(peer):
            parts.setdefault(name, []).append(peer)
    return {name: AskedPeers(name, tuple(found)) for name, found in parts.items()}


def pod_of_set(name: str, peers: Mapping[str, Peer], wholes: Mapping[str, AskedPeers]) -> AskedPeers | None:
    """Find a pod of a StatefulSet, of which no rule speaks, by its name: it is among those that are not told apart."""
    stem, pod = name.rpartition("-")[0], name.rpartition("/")[2]
    known = wholes[stem].peers if stem in wholes else filter(None, (peers.get(stem),))
    found = tuple(peer for peer in known if _may_be(peer, pod))
    return AskedPeers(name, found) if found else None


def is_pod_of_set(workload: Workload, name: str) -> bool:
    """Tell whether a name is that of one pod of a StatefulSet, though the workload stands for others, too."""
    pod = name.rpartition("/")[2]
    return pod != workload.name and any(
        each.key == POD_NAME and number_in(each, pod) is not None for each in workload.varying
    )


def _names(peer: Peer) -> Iterator[str]:
    """Yield the ids that mean a part of a workload, beside its own."""
    workload = peer.workload
    if peer.part_of is None or workload is None or workload.part_of is None:
        return
    yield peer.part_of
    kind = f"[{workload.part_of.kind}]"
    if not peer.part_of.endswith(kind):
        yield f"{peer.part_of}{kind}"
    pod = workload.labels.get(POD_NAME)
    if workload.kind == "Pod" and pod is not None and pod != workload.name:
        yield id_of(msgspec.structs.replace(workload, name=pod))


def _may_be(peer: Peer, pod: str) -> bool:
    """Tell whether pods of a peer are only known by what they are not called, and may be called by a name."""
    workload = peer.workload
    if workload is None or workload.labels.get(POD_NAME, OTHER) != OTHER:
        return False
    return any(each.key == POD_NAME and number_in(each, pod) is not None for each in workload.varying)
