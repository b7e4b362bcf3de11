"""What was seen held against what a cluster allows: joined, judged, and counted once for both of its sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.queries.traffic.joining import Joiner, JoinError
from netpolc.queries.traffic.judging import Judge
from netpolc.queries.traffic.lines import Lines
from netpolc.queries.traffic.model import Connection, Traffic, Unjoined
from netpolc.queries.traffic.sides import counted_once

if TYPE_CHECKING:
    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.flows.record import SeenFlow
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.sets.ports import Protocol


class JoinedEnds(NamedTuple):
    """The peers that the two ends of connections may be, as far as records tell, and the port."""

    sources: tuple[Peer, ...]
    destinations: tuple[Peer, ...]
    protocol: Protocol
    port: int


def traffic_of(cluster: Cluster, seen: DistinctFlows) -> Traffic:
    """Join what was seen with a cluster, and judge it by its policies."""
    joiner, judge = Joiner(cluster), Judge(cluster.ruleset)
    lines = Lines(cluster, judge)
    unjoined: list[Unjoined] = []
    pairs: dict[tuple[object, ...], tuple[JoinedEnds, list[SeenFlow]]] = {}
    for flow in seen.flows:
        try:
            pair = JoinedEnds(joiner.join(flow.source), joiner.join(flow.destination), flow.protocol, flow.port)
        except JoinError as error:
            unjoined.append(Unjoined(str(error), flow))
            continue
        key = tuple(each.id for each in pair.sources), tuple(each.id for each in pair.destinations), *pair[2:]
        pairs.setdefault(key, (pair, []))[1].append(flow)
    connections: list[Connection] = []
    for pair, flows in pairs.values():
        judged = _judged(pair, judge, lines)
        if isinstance(judged, str):
            unjoined += (Unjoined(judged, each) for each in flows)
            continue
        allowed, speaking = judged
        for verdict, tally in counted_once(flows).items():
            connections.append(
                Connection(
                    sources=tuple(each.id for each in pair.sources),
                    destinations=tuple(each.id for each in pair.destinations),
                    protocol=pair.protocol,
                    port=pair.port,
                    verdict=verdict,
                    allowed=allowed,
                    count=tally.count,
                    first=tally.first,
                    last=tally.last,
                    lines=speaking,
                )
            )
    return Traffic(
        lines=tuple(lines.lines),
        connections=tuple(sorted(connections, key=_order)),
        unjoined=tuple(unjoined),
        passed_over=seen.passed_over,
    )


def _order(each: Connection) -> tuple[object, ...]:
    return each.sources, each.destinations, each.protocol, each.port, each.verdict


def _judged(pair: JoinedEnds, judge: Judge, lines: Lines) -> tuple[bool, tuple[int, ...]] | str:
    """Return whether connections are allowed, and the lines that speak of them; or why that is not known."""
    verdicts: set[bool] = set()
    speaking: set[int] = set()
    for source in pair.sources:
        for destination in pair.destinations:
            ends = source.end, destination.end
            verdicts.add(judge.allows(*ends, pair.protocol, pair.port))
            speaking |= lines.speaking_of(*ends, pair.protocol, pair.port)
    if len(verdicts) > 1:
        return "the record may be of several workloads, not all of which are allowed to"
    return verdicts.pop(), tuple(sorted(speaking))
