"""Flows with their ends settled: whose an address was at the time, and the pods behind a Service, with their ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.verdicts import Pod
from netpolc.flows.record import FlowEnd
from netpolc.queries.traffic.joining import Joiner
from netpolc.queries.traffic.model import JoinError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.flows.record import SeenFlow
    from netpolc.flows.reduction import DistinctFlows

NOBODY = FlowEnd()
"""An end of which nobody can tell whose it was."""


def settled(cluster: Cluster, seen: DistinctFlows) -> Iterator[SeenFlow]:
    """Yield flows between workloads and addresses, each on the port of the destination's pods.

    Ends that manifests show are those of their workload by its own name, others as they were recorded. One flow may
    become several where a Service leads to several workloads.
    """
    joiner = Joiner(cluster, seen.stays)
    for flow in seen.flows:
        try:
            joined = joiner.joined(flow)
        except JoinError:
            yield _unsettled(flow)
            continue
        source = _end(flow.source, joined.sources)
        through = flow.service is not None or len({port for _, port in joined.targets}) > 1
        groups = [[each] for each in joined.targets] if through else [list(joined.targets)]
        for targets in groups:
            destination = _end(flow.destination, tuple(each.peer for each in targets))
            yield msgspec.structs.replace(
                flow, source=source, destination=destination, port=targets[0].port, service=None
            )


def _end(recorded: FlowEnd, peers: tuple[Peer, ...]) -> FlowEnd:
    """Return an end by the one peer that it is, or by any of those that no policy tells apart."""
    first, *others = peers
    if any(each.end != first.end for each in others):
        return NOBODY
    workload, pod = first.workload, first.end
    if workload is not None:
        whole = workload.part_of or workload
        # What is on the network of its node is an address to policies.
        address = recorded.address if workload.host_network else None
        return FlowEnd(namespace=workload.namespace, owner=whole.name, kind=whole.kind, address=address)
    if recorded.namespace is None and isinstance(pod, Pod):
        return FlowEnd(namespace=pod.namespace, labels=tuple(sorted(pod.labels.items())))
    return recorded


def _unsettled(flow: SeenFlow) -> SeenFlow:
    """Return a flow that nobody can join: its pods as they were recorded, and of all else nothing."""
    source, destination = (each if each.namespace else NOBODY for each in (flow.source, flow.destination))
    if flow.service is not None:
        destination = NOBODY
    return msgspec.structs.replace(flow, source=source, destination=destination, service=None)
