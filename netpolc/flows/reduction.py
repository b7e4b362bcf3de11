"""Records of flows reduced to distinct ones, with how often and when each was seen, in memory that these take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.flows.record import FlowEnd, PassedOver, SeenFlow

if TYPE_CHECKING:
    from collections.abc import Iterable


class Tally(msgspec.Struct):
    """How often a flow was seen, and when first and last, in seconds since 1970."""

    count: int = 0
    first: float | None = None
    last: float | None = None

    def add(self, count: int, first: float | None, last: float | None) -> None:
        """Count more of the same."""
        self.count += count
        if first is not None and (self.first is None or first < self.first):
            self.first = first
        if last is not None and (self.last is None or last > self.last):
            self.last = last


class DistinctFlows(msgspec.Struct, frozen=True):
    """Distinct flows with their counts, and the records that were passed over, each reason once.

    Flows differ in their ends, as far as these tell whose pods they are, protocol, port, verdict, policies, service and
    the side at which they were seen: who looks at both sides sees the same connections twice.
    """

    flows: tuple[SeenFlow, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()

    @property
    def records(self) -> int:
        """The connections that were seen, at either side."""
        return sum(each.count for each in self.flows)


class Reduction:
    """Counts records, one after another."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._tallies: dict[SeenFlow, Tally] = {}
        self._passed: dict[str, PassedOver] = {}

    def add_all(self, records: Iterable[SeenFlow | PassedOver]) -> None:
        """Count what a reader yields."""
        for each in records:
            if isinstance(each, PassedOver):
                self.pass_over(each)
            else:
                self.tally(each).add(each.count, each.first, each.last)

    def tally(self, flow: SeenFlow) -> Tally:
        """Return where flows are counted that do not differ from one but in time and number."""
        key = msgspec.structs.replace(
            flow,
            source=identity_of(flow.source),
            destination=identity_of(flow.destination),
            first=None,
            last=None,
            count=0,
        )
        found = self._tallies.get(key)
        if found is None:
            found = self._tallies[key] = Tally()
        return found

    def pass_over(self, records: PassedOver) -> None:
        """Count records that are no flows by why they are none."""
        before = self._passed.get(records.reason)
        count = records.count + (0 if before is None else before.count)
        self._passed[records.reason] = msgspec.structs.replace(before or records, count=count)

    def reduced(self) -> DistinctFlows:
        """Return what was counted."""
        flows = (
            msgspec.structs.replace(key, count=each.count, first=each.first, last=each.last)
            for key, each in self._tallies.items()
        )
        return DistinctFlows(tuple(flows), tuple(self._passed.values()))


def identity_of(end: FlowEnd) -> FlowEnd:
    """Return what of an end tells whose it is: of a pod, its address does not, nor its name where its owner is known.

    Pods of a StatefulSet keep their names, by which rules may tell them apart.
    """
    if end.namespace is None or (end.owner is None and end.labels is None and end.pod is None):
        return end
    named = end.owner is None or end.kind == "StatefulSet"
    return msgspec.structs.replace(end, address=None, names=(), pod=end.pod if named else None)
