"""What was seen of the connections that a change opens and closes."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.verdicts import Address, Pod, has_port, is_of
from netpolc.flows.record import PassedOver
from netpolc.flows.sides import counted_once
from netpolc.queries.traffic.holding import FlowJudge
from netpolc.queries.traffic.model import AllowingLine, JoinedFlow, JoinError, Unjoined, earliest, latest
from netpolc.queries.traffic.placed import placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.flows.record import FlowEnd, SeenFlow
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.queries.grouping import ChangedGroup
    from netpolc.queries.traffic.holding import JudgedEnds


_OF_BLOCK = "a block is closed that holds addresses of the pods, and plugins differ in whether it is of these"


class SeenChange(msgspec.Struct, frozen=True, kw_only=True):
    """Connections on one port that were seen, and that a change opens, or else closes.

    `forwarded` of them were let through, and `denied` were refused by a policy; `first` and `last` are the times, in
    seconds since 1970, of those that were let through where the change closes them, and else of those refused. `lines`
    are those of the side that allows them.
    """

    opens: bool
    joined: JoinedFlow
    forwarded: int
    denied: int
    first: float | None
    last: float | None
    lines: tuple[AllowingLine, ...]

    @property
    def ends(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The ids of the peers that both ends may be."""
        return self.joined.source_ids, self.joined.destination_ids

    @property
    def count(self) -> int:
        """How many of them matter: those that worked where they are closed, and those refused where they are opened."""
        return self.denied if self.opens else self.forwarded

    def is_part_of(self, change: ChangedGroup) -> bool:
        """Tell whether it is of a change that a review shows."""
        if change.widened is not self.opens:
            return False
        return any(_is_of(source, change.sources) for source in self.joined.sources) and any(
            _is_of(target, change.destinations) and has_port(target.end, change.ports, self.joined.protocol, port)
            for target, port in self.joined.targets
        )


class SeenChanges(msgspec.Struct, frozen=True, kw_only=True):
    """The connections that were seen and that a change opens or closes, and those that a side could not judge.

    `strangers` worked though neither side allows them, between pods of which some were seen at the addresses of `pods`.
    """

    changes: tuple[SeenChange, ...] = ()
    unjoined: tuple[Unjoined, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    window: tuple[float | None, float | None] = (None, None)
    strangers: tuple[SeenFlow, ...] = ()
    pods: dict[FlowEnd, Address] = {}

    @property
    def used(self) -> tuple[SeenChange, ...]:
        """Those that worked, and that the change closes."""
        return tuple(each for each in self.changes if not each.opens and each.forwarded)

    @property
    def refused(self) -> tuple[SeenChange, ...]:
        """Those that were refused, and that the change opens."""
        return tuple(each for each in self.changes if each.opens and each.denied)

    def of(self, change: ChangedGroup) -> tuple[SeenChange, ...]:
        """Return what was seen of a change that a review shows."""
        return tuple(each for each in (*self.used, *self.refused) if each.is_part_of(change))

    def doubts(self, changes: Iterable[ChangedGroup] | None) -> tuple[Unjoined, ...]:
        """Return what worked and may be of what some changes close, though nobody can tell; any may be of None."""
        worked = tuple(each for each in self.unjoined if each.flow.verdict == "forwarded")
        if changes is None:
            return worked
        closing = [each for each in changes if not each.widened]
        of_blocks = (
            Unjoined(_OF_BLOCK, flow)
            for flow in self.strangers
            if any(_is_of_block(flow, change, self.pods) for change in closing)
        )
        return (*(each for each in worked if any(_may_be_of(each.flow, change) for change in closing)), *of_blocks)


def pairs_of(changes: Iterable[SeenChange]) -> int:
    """Count the pairs of ends that some changes are between."""
    return len({each.ends for each in changes})


def changed_traffic(old: Cluster, new: Cluster, seen: DistinctFlows) -> SeenChanges:
    """Judge what was seen by both sides of a change."""
    judges = FlowJudge(old, seen.stays), FlowJudge(new, seen.stays)
    unjoined: list[Unjoined] = []
    alike: dict[tuple[JudgedEnds, JudgedEnds], list[SeenFlow]] = {}
    strangers: list[SeenFlow] = []
    for flow, place in zip_longest(seen.flows, seen.places):
        try:
            before, after = judges[0].judged(flow), judges[1].judged(flow)
        except JoinError as error:
            unjoined.append(Unjoined(str(error), flow, place))
            continue
        if before.allowed is not after.allowed:
            alike.setdefault((before, after), []).append(flow)
        elif not before.allowed and flow.verdict == "forwarded":
            strangers.append(flow)
    changes = [_change(before, after, judges, flows) for (before, after), flows in alike.items()]
    return SeenChanges(
        changes=tuple(sorted(changes, key=lambda each: (each.opens, -each.count, each.ends))),
        unjoined=tuple(unjoined),
        passed_over=seen.passed_over,
        window=(earliest(each.first for each in seen.flows), latest(each.last for each in seen.flows)),
        strangers=tuple(strangers),
        pods=placed(seen),
    )


def _change(
    before: JudgedEnds, after: JudgedEnds, judges: tuple[FlowJudge, FlowJudge], flows: Sequence[SeenFlow]
) -> SeenChange:
    allowing, judge = (after, judges[1]) if after.allowed else (before, judges[0])
    counts = counted_once(flows)
    forwarded, denied = counts.get("forwarded"), counts.get("denied")
    timed = denied if after.allowed else forwarded
    return SeenChange(
        opens=after.allowed,
        joined=allowing.joined,
        forwarded=0 if forwarded is None else forwarded.count,
        denied=0 if denied is None else denied.count,
        first=None if timed is None else timed.first,
        last=None if timed is None else timed.last,
        lines=tuple(judge.lines.lines[number] for number in allowing.lines),
    )


def _may_be_of(flow: SeenFlow, change: ChangedGroup) -> bool:
    """Tell whether a flow that nobody can join may be one of those that a change is about."""
    return (
        _has_port(change, flow)
        and any(_may_be(flow.source, each) for each in change.sources)
        and _may_lead(flow, change)
    )


def _is_of_block(flow: SeenFlow, change: ChangedGroup, pods: Mapping[FlowEnd, Address]) -> bool:
    """Tell whether a flow of pods at addresses may be of a change of a block that holds these."""
    source, destination = pods.get(flow.source), pods.get(flow.destination)
    if not _has_port(change, flow):
        return False
    if _holds(change.sources, source):
        return _may_lead(flow, change) or _holds(change.destinations, destination)
    return _holds(change.destinations, destination) and any(_may_be(flow.source, each) for each in change.sources)


def _has_port(change: ChangedGroup, flow: SeenFlow) -> bool:
    ports = change.ports
    return flow.service is not None or bool(ports.names) or ports.contains(flow.protocol, flow.port)


def _may_lead(flow: SeenFlow, change: ChangedGroup) -> bool:
    return flow.service is not None or any(_may_be(flow.destination, each) for each in change.destinations)


def _may_be(end: FlowEnd, shown: Peer) -> bool:
    if end.namespace is None:
        return True
    return isinstance(shown.end, Pod) and shown.end.namespace in (None, end.namespace)


def _holds(peers: Iterable[Peer], at: Address | None) -> bool:
    ends = (each.end for each in peers)
    return at is not None and any(isinstance(end, Address) and bool(at.addresses & end.addresses) for end in ends)


def _is_of(seen: Peer, shown: Iterable[Peer]) -> bool:
    """Tell whether whoever was seen is among the peers of a change."""
    for peer in shown:
        if peer.id == seen.id or (peer.pods is not None and is_of(seen.end, peer.pods)):
            return True
        if isinstance(peer.end, Address) and isinstance(seen.end, Address) and seen.end.addresses & peer.end.addresses:
            return True
    return False
