"""The uses of the statements of a program: which of their ends and ports connections that were seen had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_program import regions_of
from netpolc.engine.verdicts import Pod, is_of
from netpolc.flows.identities import is_private
from netpolc.ir.model import Flow, InNamespace, Net, Pods
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.traffic.joining import Joiner
from netpolc.queries.traffic.judging import Judge
from netpolc.queries.traffic.model import JoinError, earliest, latest
from netpolc.queries.traffic.placed import placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.regions import Region
    from netpolc.flows.record import FlowEnd, SeenFlow
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.ir.model import Destination, Peer
    from netpolc.queries.traffic.model import JoinedFlow
    from netpolc.sets.ports import PortSet, Protocol


class LineUse(msgspec.Struct, frozen=True):
    """The source and the destination of a rule by which somebody connected, and the port."""

    source: Region
    destination: Region
    protocol: Protocol
    port: int

    def is_from(self, peer: Peer) -> bool:
        """Tell whether it is one of a source."""
        return self.source in regions_of(peer)

    def is_to(self, destination: Destination) -> bool:
        """Tell whether it is one of a destination."""
        return self.destination in regions_of(destination.peer)


class Uses:
    """The statements that were used, by records of a time from `first` to `last`, in seconds since 1970.

    What was denied counts as well: somebody would use the line. A flow that nobody can join may be of any line that its
    port and namespaces fit, and one to an address that may be a Service's of any line from its source.
    """

    def __init__(self, cluster: Cluster, seen: DistinctFlows) -> None:
        """Find what the flows were of."""
        self.first = earliest(each.first for each in seen.flows)
        self.last = latest(each.last for each in seen.flows)
        self._sees_outside = any(
            end.namespace is None for flow in seen.flows for end in (flow.source, flow.destination)
        )
        self._watched = {name for flow in seen.flows for name in _watched(flow)}
        self._unjoined: list[SeenFlow] = []
        self._strangers: list[SeenFlow] = []
        self._through: list[JoinedFlow] = []
        self._uses: dict[object, dict[LineUse, None]] = {}
        self._seen = seen.flows
        self._placed = placed(seen)
        if cluster.said is not None:
            joiner, judge = Joiner(cluster, seen.stays), Judge(cluster.said)
            shows_services = any(service.addresses for service in cluster.manifests.services)
            for flow in seen.flows:
                try:
                    joined = joiner.joined(flow)
                except JoinError:
                    self._unjoined.append(flow)
                    continue
                self._note(judge, joined)
                if not shows_services and _may_be_service(flow.destination):
                    self._through.append(joined)
                ends = [each.end for each in (*joined.sources, *(target.peer for target in joined.targets))]
                if not judge.knows_namespaces(*ends) or any(isinstance(e, Pod) and e.hypothetical for e in ends):
                    self._strangers.append(flow)

    def of(self, flow: Flow) -> tuple[LineUse, ...]:
        """Return how the statement of a flow was used."""
        return tuple(self._uses.get(flow.origin.location.order, ()))

    def may_be_used(self, flows: Sequence[Flow]) -> bool:
        """Tell whether something may have used flows that nobody can tell: a record without ends, or none of them."""
        names = {each for flow in flows for each in _namespaces(flow)}
        if None in names or (names and not names & self._watched):
            return True
        if not self._sees_outside and any(not isinstance(peer, Pods) for flow in flows for peer in flow.peers):
            return True
        if any(self._may_be_of_block(flow) for flow in flows):
            return True
        if any(_fits_through(seen, flow) for flow in flows for seen in self._through):
            return True
        asking = [flow for flow in flows if _asks_more(flow)]
        return any(_fits(seen, flow) for flow in flows for seen in self._unjoined) or any(
            _fits(seen, flow) for flow in asking for seen in self._strangers
        )

    def _may_be_of_block(self, flow: Flow) -> bool:
        """Tell whether pods at addresses of a block used a flow.

        Some plugins take blocks for such pods, too, and all for those on the network of their node.
        """
        blocks = [region for peer in flow.peers if isinstance(peer, Net) for region in regions_of(peer)]
        if not blocks or not self._placed:
            return False
        pods = {pod for pod, held in self._placed.items() if any(is_of(held, block) for block in blocks)}
        return any(_fits(seen, flow) for seen in self._seen if seen.source in pods or seen.destination in pods)

    def _note(self, judge: Judge, joined: JoinedFlow) -> None:
        for source in joined.sources:
            for target, port in joined.targets:
                for direction in DIRECTIONS:
                    for rule in judge.speaking_of(direction, source.end, target.end, joined.protocol, port):
                        one, other = (rule.subject, rule.peer) if direction == "egress" else (rule.peer, rule.subject)
                        if rule.reason is not None and rule.reason.location is not None:
                            held = self._uses.setdefault(rule.reason.location.order, {})
                            held[LineUse(one, other, joined.protocol, port)] = None


def _watched(flow: SeenFlow) -> Iterator[str]:
    """Yield the namespaces whose connections a log has: those of the side at which it saw one."""
    if flow.side != "ingress" and flow.source.namespace is not None:
        yield flow.source.namespace
    if flow.side != "egress" and flow.destination.namespace is not None:
        yield flow.destination.namespace


def _namespaces(flow: Flow) -> Iterator[str | None]:
    """Yield the namespaces that a flow names, None being the unnamed one."""
    for peer in flow.peers:
        if isinstance(peer, Pods) and isinstance(peer.namespaces, InNamespace):
            yield peer.namespaces.name


def _asks_more(flow: Flow) -> bool:
    """Tell whether a statement asks for what only manifests show: labels of namespaces, or names of ports."""
    placed = [peer.namespaces for peer in flow.peers if isinstance(peer, Pods)]
    return any(not isinstance(each, InNamespace) for each in placed) or any(
        each.ports.names for each in flow.destinations
    )


def _fits(seen: SeenFlow, flow: Flow) -> bool:
    """Tell whether a flow that nobody can join may be one of those that a statement is about."""
    if not any(_may_be(seen.source, peer) for peer in flow.sources):
        return False
    return any(
        _may_be(seen.destination, each.peer)
        and (seen.service is not None or bool(each.ports.names) or each.ports.contains(seen.protocol, seen.port))
        for each in flow.destinations
    )


def _may_be_service(end: FlowEnd) -> bool:
    """Tell whether an address may be that of a Service, of which nobody knows the pods and their port."""
    return end.namespace is None and end.address is not None and is_private(end.address)


def _fits_through(seen: JoinedFlow, flow: Flow) -> bool:
    """Tell whether connections to a Service may be some of a statement's; the port of its pods may be another."""
    regions = [region for peer in flow.sources for region in regions_of(peer)]
    if not any(is_of(source.end, region) for source in seen.sources for region in regions):
        return False
    return any(isinstance(each.peer, Pods) and _has(each.ports, seen.protocol) for each in flow.destinations)


def _has(ports: PortSet, protocol: Protocol) -> bool:
    """Tell whether there are ports of a protocol in a set."""
    return any(each.protocol == protocol for each in ports.intervals) or any(
        each.protocol == protocol for each in ports.names
    )


def _may_be(end: FlowEnd, peer: Peer) -> bool:
    if end.namespace is None or not isinstance(peer, Pods) or not isinstance(peer.namespaces, InNamespace):
        return True
    return peer.namespaces.name == end.namespace
