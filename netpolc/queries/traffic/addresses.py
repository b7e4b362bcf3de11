"""Whose an address was at a time: that of a pod, a node, or somebody outside of the cluster."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_policies import addresses_of
from netpolc.engine.peers import Peer
from netpolc.engine.verdicts import Address
from netpolc.flows.identities import is_private
from netpolc.queries.traffic.model import JoinError
from netpolc.sets.addresses import FAMILIES, AddressRange, AddressSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from netpolc.cluster.cluster import Cluster
    from netpolc.flows.record import FlowEnd, SeenFlow
    from netpolc.flows.stays import Stay
    from netpolc.sets.addresses import Family

SKEW = 60.0
"""The seconds by which clocks of nodes may differ."""

MOST_PARTS = 64
"""The parts of a block of addresses that are judged one by one."""


class Addresses:
    """The addresses of a cluster, as manifests and flows show whose they are."""

    def __init__(
        self,
        cluster: Cluster,
        shown: Mapping[str, list[Peer]],
        stays: Mapping[str, tuple[Stay, ...]],
        pod: Callable[[FlowEnd], tuple[Peer, ...]],
    ) -> None:
        """Take the workloads that manifests show at addresses, the stays of pods, and what finds the peers of one."""
        self._shown = shown
        self._stays = stays
        self._pod = pod
        self._of_pods = cluster.pod_addresses
        self._nodes = frozenset(address for node in cluster.manifests.nodes for address in node.addresses)
        self._peers: dict[str, tuple[Peer, ...]] = {}
        self._bounds = {family: _bounds(cluster, family) for family in FAMILIES}

    def at(self, address: str, flow: SeenFlow, other: FlowEnd) -> tuple[Peer, ...]:
        """Return whose an address may have been when a flow was seen, `other` being its other end.

        Raises:
            JoinError: nobody can tell.
        """
        if "/" in address and is_private(address):
            raise JoinError("there are too many private addresses to be kept apart, of which some may be pods'")
        stays = self._stays.get(address, ())
        shown = tuple(self._shown.get(address, ()))
        if not stays:
            return shown or self._nobody(address, other)
        found: dict[str, Peer] = {}
        for stay in _possible(stays, flow):
            found.update((each.id, each) for each in self._pod(stay.pod))
        last = max(each.last for each in stays)
        if flow.last is None or flow.last > last + SKEW:
            # What manifests show came after what was seen, or has been there all along.
            found.update((each.id, each) for each in shown)
        return tuple(found.values())

    def is_node(self, address: str | None) -> bool:
        """Tell whether manifests show that an address is a node's."""
        return address in self._nodes

    def _nobody(self, address: str, other: FlowEnd) -> tuple[Peer, ...]:
        """Return an address that is no pod's; a block by the parts of it that policies tell apart."""
        found = self._peers.get(address)
        if found is None:
            found = self._peers[address] = tuple(self._parts(peer_at(address)))
        if address not in self._nodes and self._may_be_pod(address, found, other):
            raise JoinError("the address may be a pod's, and nothing shows whose")
        return found

    def _parts(self, peer: Peer) -> Iterator[Peer]:
        (held,) = peer.end.addresses.ranges
        bounds = self._bounds[held.family] if held.first < held.last else ()
        cuts = [each for each in bounds[bisect_right(bounds, held.first) :] if each <= held.last]
        if len(cuts) > MOST_PARTS:
            raise JoinError("there are too many addresses to be kept apart, and policies tell many of them apart")
        for first, following in zip([held.first, *cuts], [*cuts, held.last + 1], strict=True):
            part = AddressSet((AddressRange(held.family, first, following - 1),))
            yield msgspec.structs.replace(peer, end=Address(part))

    def _may_be_pod(self, address: str, peers: tuple[Peer, ...], other: FlowEnd) -> bool:
        if self._of_pods is not None:
            return any(bool(each.end.addresses & self._of_pods) for each in peers)
        # A log that knows the pod at the one end would know one at the other, too.
        return other.namespace is None and is_private(address)


def peer_at(address: str) -> Peer:
    """Return an address outside of the cluster, or a block of them.

    Raises:
        JoinError: it is none.
    """
    block = addresses_of(address if "/" in address else f"{address}/{128 if ':' in address else 32}", ())
    if not block:
        raise JoinError("the record has something for an address that is none")
    return Peer(id=address, end=Address(block))


def _possible(stays: tuple[Stay, ...], flow: SeenFlow) -> Iterator[Stay]:
    """Yield the pods that may have had an address at the time of a flow.

    That is who was seen there then; else who was seen last before, and who was first behind.
    """
    if flow.first is None or flow.last is None:
        yield from stays
        return
    first, last = flow.first - SKEW, flow.last + SKEW
    before = max((each.last for each in stays if each.last < first), default=None)
    behind = min((each.first for each in stays if each.first > last), default=None)
    there = [each for each in stays if each.first <= last and each.last >= first]
    yield from there or (each for each in stays if each.last == before or each.first == behind)


def _bounds(cluster: Cluster, family: Family) -> list[int]:
    """Return the addresses at which blocks of policies, or of the program, begin or have ended."""
    found: set[int] = set()
    for ruleset in filter(None, (cluster.ruleset, cluster.said)):
        for rules in (ruleset.ingress, ruleset.egress):
            for peer in {each for each in rules.peers() if isinstance(each, AddressSet)}:
                for held in peer.ranges:
                    if held.family == family:
                        found.update((held.first, held.last + 1))
    return sorted(found)
