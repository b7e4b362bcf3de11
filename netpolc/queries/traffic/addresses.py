"""Whose an address was at a time: that of a pod, a node, or somebody outside of the cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.from_policies import addresses_of
from netpolc.engine.peers import Peer
from netpolc.engine.verdicts import Address
from netpolc.flows.reduction import is_private
from netpolc.queries.traffic.model import JoinError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from netpolc.cluster.cluster import Cluster
    from netpolc.flows.record import FlowEnd, SeenFlow
    from netpolc.flows.stays import Stay
    from netpolc.sets.addresses import AddressSet

SKEW = 60.0
"""The seconds by which clocks of nodes may differ."""


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
        self._peers: dict[str, Peer] = {}

    def at(self, address: str, flow: SeenFlow, other: FlowEnd) -> tuple[Peer, ...]:
        """Return whose an address may have been when a flow was seen, `other` being its other end.

        Raises:
            JoinError: nobody can tell.
        """
        stays = self._stays.get(address, ())
        shown = tuple(self._shown.get(address, ()))
        if not stays:
            return shown or (self._nobody(address, other),)
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

    def _nobody(self, address: str, other: FlowEnd) -> Peer:
        """Return an address that is no pod's, or that of a node."""
        found = self._peers.get(address)
        if found is None:
            found = self._peers[address] = peer_at(address)
        if address not in self._nodes and self._may_be_pod(address, found.end.addresses, other):
            raise JoinError("the address may be a pod's, and nothing shows whose")
        return found

    def _may_be_pod(self, address: str, block: AddressSet, other: FlowEnd) -> bool:
        if self._of_pods is not None:
            return bool(block & self._of_pods)
        # A log that knows the pod at the one end would know one at the other, too.
        return other.namespace is None and is_private(address)


def peer_at(address: str) -> Peer:
    """Return an address outside of the cluster.

    Raises:
        JoinError: it is none.
    """
    block = addresses_of(f"{address}/{128 if ':' in address else 32}", ())
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
