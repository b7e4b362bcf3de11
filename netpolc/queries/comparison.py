"""Two clusters brought to the same peers, so that they can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.boxes import TooComplexError
from netpolc.engine.changes import ConnectionChange, View, changes
from netpolc.engine.peers import Peer, peer_of, peers_of, pod_of
from netpolc.engine.regions import EVERY_POD, UNNAMED, Namespaces
from netpolc.engine.relation import NOTHING, connections
from netpolc.engine.verdicts import Pod
from netpolc.sets.ports import difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.model import RuleSet
    from netpolc.manifests.model import Workload

    Key = tuple[str, str, str]


class Sides(msgspec.Struct, frozen=True):
    """Both clusters as they are compared, and the workloads that only one of them has, which are left out."""

    old: View
    new: View
    removed: tuple[str, ...]
    added: tuple[str, ...]

    def changes(self) -> SideChanges:
        """Find everything that changed.

        A part of a change that nobody is in becomes a peer, of which other parts may have more to say. Where it takes
        too long to look for such parts, the relations of the peers that there are tell what changed between these.
        """
        sides = self
        try:
            found = changes(sides.old, sides.new)
            while added := sides.unlisted(found):
                sides = msgspec.structs.replace(sides, old=_with(sides.old, added), new=_with(sides.new, added))
                found = changes(sides.old, sides.new)
        except TooComplexError:
            return SideChanges(sides, tuple(_compared(sides.old, sides.new)), complete=False)
        return SideChanges(sides, tuple(found), complete=True)

    def unlisted(self, found: Iterable[ConnectionChange]) -> tuple[Peer, ...]:
        """Return the peers of changes that are not among those of the sides."""
        listed = {peer.id for peer in self.new.peers}
        peers = {peer.id: peer for change in found for peer in (change.source, change.destination)}
        return tuple(peer for peer in peers.values() if peer.id not in listed)


class SideChanges(msgspec.Struct, frozen=True):
    """The changes between two sides, with their peers; `complete` where these stand for every pod that could exist."""

    sides: Sides
    changes: tuple[ConnectionChange, ...]
    complete: bool


def sides_of(old: Cluster, new: Cluster, *, hypothetical: bool = True) -> Sides:
    """Bring two clusters to the same peers: workloads as they are on either side, pods that could exist, addresses.

    Without a workload, one peer stands for the pods that nothing references.
    """
    before, after = ({_key(each): each for each in cluster.workloads} for cluster in (old, new))
    shared = [workload for key, workload in after.items() if key in before]
    ruleset = [*_rulesets(old), *_rulesets(new)]
    found = peers_of(shared, ruleset, hypothetical=hypothetical)
    if hypothetical and not shared and not any(peer.pods == EVERY_POD for peer in found):
        found.append(peer_of(EVERY_POD, Namespaces({})))
    peers = tuple(sorted(found, key=lambda peer: peer.id))
    # Either side has the other's labels for a namespace of which it says nothing.
    namespaces = {**new.ruleset.namespaces, **old.ruleset.namespaces}
    return Sides(
        View(tuple(_as_before(peer, before, namespaces) for peer in peers), old.ruleset),
        View(peers, new.ruleset),
        tuple(_only(before, after)),
        tuple(_only(after, before)),
    )


def _compared(old: View, new: View) -> Iterator[ConnectionChange]:
    """Yield what one relation has and the other has not."""
    peers = {peer.id: peer for peer in new.peers}
    before, after = (
        {(each.source.id, each.destination.id): each.ports for each in connections(view.peers, view.ruleset)}
        for view in (old, new)
    )
    for source, destination in sorted(before.keys() | after.keys()):
        had, has = (ports.get((source, destination), NOTHING) for ports in (before, after))
        for widened, ports in ((False, difference(had, has)), (True, difference(has, had))):
            if ports != NOTHING:
                ends = peers[source], peers[destination]
                yield ConnectionChange(widened=widened, source=ends[0], destination=ends[1], ports=ports)


def _with(view: View, peers: tuple[Peer, ...]) -> View:
    return View((*view.peers, *peers), view.ruleset)


def _rulesets(cluster: Cluster) -> Iterator[RuleSet]:
    if cluster.said is not None:
        yield cluster.said
    yield cluster.ruleset


def _as_before(peer: Peer, workloads: Mapping[Key, Workload], namespaces: Mapping[str, dict[str, str]]) -> Peer:
    """Return a peer as it is on the old side, where its namespace or the workload itself may have other labels."""
    end = peer.end
    if not isinstance(end, Pod):
        return peer
    carried = namespaces.get(end.namespace or UNNAMED, end.namespace_labels)
    if peer.workload is not None:
        workload = workloads[_key(peer.workload)]
        return msgspec.structs.replace(peer, end=pod_of(workload, carried), workload=workload)
    return msgspec.structs.replace(peer, end=msgspec.structs.replace(end, namespace_labels=carried))


def _key(workload: Workload) -> Key:
    return workload.namespace or UNNAMED, workload.name, workload.kind


def _only(one: Mapping[Key, Workload], other: Mapping[Key, Workload]) -> Iterator[str]:
    for namespace, name, _ in sorted(key for key in one if key not in other):
        yield f"{namespace}/{name}" if namespace else name
