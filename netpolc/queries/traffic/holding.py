"""What was seen held against what a cluster allows: joined, judged, and counted once for both of its sides."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import msgspec

from netpolc.flows.sides import counted_once
from netpolc.queries.traffic.joining import Joiner
from netpolc.queries.traffic.judging import Judge
from netpolc.queries.traffic.lines import Lines
from netpolc.queries.traffic.model import Connection, JoinedFlow, JoinError, JudgedTraffic, Unjoined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpolc.cluster.cluster import Cluster
    from netpolc.flows.record import SeenFlow
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.flows.stays import Stay

_SEVERAL = "the record may be of several workloads or addresses, of which some are allowed to and others not"
_NAMED_PORT = "policies name the port, and no manifest shows what the pods call theirs"
_NAMESPACE = "policies ask for labels of a namespace that no manifest shows"
_NODE = "from a node, which always reaches the pods that run there"


class JudgedEnds(msgspec.Struct, frozen=True, eq=False):
    """The ends of flows, whether these are allowed, and the numbers of the lines that speak of them.

    It is equal to itself alone: all flows between the same ends have the same one.
    """

    joined: JoinedFlow
    allowed: bool
    lines: tuple[int, ...]


class FlowJudge:
    """The verdicts of a cluster on flows that were seen."""

    def __init__(self, cluster: Cluster, stays: Mapping[str, tuple[Stay, ...]]) -> None:
        """Index a cluster; `stays` are the pods that had an address by what was seen."""
        self._joiner = Joiner(cluster, stays)
        self._judge = Judge(cluster.ruleset)
        self.lines = Lines(cluster, self._judge)
        self._judged: dict[tuple[object, ...], JudgedEnds | JoinError] = {}

    def judged(self, flow: SeenFlow) -> JudgedEnds:
        """Return the verdict on a flow.

        Raises:
            JoinError: there is none, as nobody can tell whose flow it is.
        """
        joined = self._joiner.joined(flow)
        sources = tuple(each.id for each in joined.sources)
        targets = tuple((each.peer.id, each.port) for each in joined.targets)
        key = sources, targets, joined.protocol, joined.is_of_node
        found = self._judged.get(key)
        if found is None:
            found = self._judged[key] = self._verdict(joined)
        if isinstance(found, JoinError):
            raise found
        return found

    def _verdict(self, joined: JoinedFlow) -> JudgedEnds | JoinError:
        verdicts: set[bool] = set()
        speaking: set[int] = set()
        for source in joined.sources:
            for target, port in joined.targets:
                ends = source.end, target.end
                allowed = self._judge.allows(*ends, joined.protocol, port)
                if not allowed and self._judge.may_allow(*ends, joined.protocol, port):
                    return JoinError(_NAMED_PORT if self._judge.knows_namespaces(*ends) else _NAMESPACE)
                verdicts.add(allowed)
                speaking |= self.lines.speaking_of(*ends, joined.protocol, port)
        if len(verdicts) > 1:
            return JoinError(_SEVERAL)
        (allowed,) = verdicts
        if joined.is_of_node and not allowed:
            return JoinError(_NODE)
        return JudgedEnds(joined, allowed, tuple(sorted(speaking)))


def traffic_of(cluster: Cluster, seen: DistinctFlows) -> JudgedTraffic:
    """Join what was seen with a cluster, and judge it by its policies."""
    judge = FlowJudge(cluster, seen.stays)
    unjoined: list[Unjoined] = []
    alike: dict[JudgedEnds, list[SeenFlow]] = {}
    for flow, place in zip_longest(seen.flows, seen.places):
        try:
            alike.setdefault(judge.judged(flow), []).append(flow)
        except JoinError as error:
            unjoined.append(Unjoined(str(error), flow, place))
    connections = [
        Connection(
            sources=ends.joined.source_ids,
            destinations=ends.joined.destination_ids,
            protocol=ends.joined.protocol,
            port=ends.joined.targets[0].port,
            verdict=verdict,
            allowed=ends.allowed,
            count=found.count,
            first=found.first,
            last=found.last,
            lines=ends.lines,
        )
        for ends, flows in alike.items()
        for verdict, found in counted_once(flows).items()
    ]
    return JudgedTraffic(
        lines=tuple(judge.lines.lines),
        connections=tuple(sorted(connections, key=_order)),
        unjoined=tuple(unjoined),
        passed_over=seen.passed_over,
    )


def _order(each: Connection) -> tuple[object, ...]:
    return each.sources, each.destinations, each.protocol, each.port, each.verdict
