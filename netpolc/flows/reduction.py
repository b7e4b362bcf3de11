"""Records of flows reduced to distinct ones, with how often and when each was seen, in memory that these take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.private_networks import PRIVATE_BLOCKS
from netpolc.flows.record import FlowEnd, PassedOver, SeenFlow
from netpolc.flows.stays import Stay, Times, stays_of
from netpolc.policy.addresses import parse

if TYPE_CHECKING:
    from collections.abc import Iterable

FINEST = 60
"""The seconds that addresses are told apart by, of which pods may have one after the other."""

MOST_TIMED = 50_000
"""The flows that are kept apart by time; of more, times are told apart by twice as many seconds."""

_ITSELF = "connections of a pod to itself, which no policy decides on"
_OWN_NODE = "connections of a pod with its own node, which no policy decides on"


class SeenCount(msgspec.Struct):
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
    the side at which they were seen: who looks at both sides sees the same connections twice. Those of an address that
    may be a pod's are there once for each time that matters to whose it was. `stays` are the pods that had an address,
    by this, in the order of their times. `diagnostics` are what is to be said of the logs.
    """

    flows: tuple[SeenFlow, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    stays: dict[str, tuple[Stay, ...]] = {}
    diagnostics: tuple[Diagnostic, ...] = ()


class Reduction:
    """A count of records, one after another."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._counts: dict[SeenFlow, SeenCount] = {}
        self._timed: dict[tuple[SeenFlow, int], SeenCount] = {}
        self._seconds = FINEST
        self._stays: dict[str, dict[FlowEnd, Times]] = {}
        self._private: dict[str, bool] = {}
        self._passed: dict[str, PassedOver] = {}

    def add_all(self, records: Iterable[SeenFlow | PassedOver]) -> None:
        """Count what a reader yields."""
        for each in records:
            if isinstance(each, PassedOver):
                self.pass_over(each)
            else:
                self.add(each)

    def add(self, flow: SeenFlow) -> None:
        """Count one record."""
        source, destination = flow.source, flow.destination
        if source.is_node or destination.is_node:
            self.pass_over(PassedOver(_OWN_NODE, flow.count, "", 0))
            return
        if source.pod is not None and (source.namespace, source.pod) == (destination.namespace, destination.pod):
            self.pass_over(PassedOver(_ITSELF, flow.count, "", 0))
            return
        key = msgspec.structs.replace(
            flow, source=identity_of(source), destination=identity_of(destination), first=None, last=None, count=0
        )
        for end, identity in ((source, key.source), (destination, key.destination)):
            if end.namespace is not None and end.address is not None and identity is not end:
                self.stay(end.address, identity, flow.first, flow.last)
        if flow.first is not None and (self._may_be_pod(source) or self._may_be_pod(destination)):
            found = self._timed.setdefault((key, int(flow.first // self._seconds)), SeenCount())
            found.add(flow.count, flow.first, flow.last)
            if len(self._timed) > MOST_TIMED:
                self._coarsen()
        else:
            self._counts.setdefault(key, SeenCount()).add(flow.count, flow.first, flow.last)

    def stay(self, address: str, pod: FlowEnd, first: float | None, last: float | None) -> None:
        """Note that a pod, by its identity, had an address at some times."""
        if first is not None and last is not None:
            self._stays.setdefault(address, {}).setdefault(pod, Times()).add(first, last)

    def pass_over(self, records: PassedOver) -> None:
        """Count records that are no flows by why they are none."""
        before = self._passed.get(records.reason)
        count = records.count + (0 if before is None else before.count)
        self._passed[records.reason] = msgspec.structs.replace(before or records, count=count)

    def distinct(self) -> DistinctFlows:
        """Return what was counted, once."""
        timed: list[tuple[SeenFlow, SeenCount]] = []
        for (key, _), found in self._timed.items():
            if key.source.address in self._stays or key.destination.address in self._stays:
                timed.append((key, found))
            else:
                self._counts.setdefault(key, SeenCount()).add(found.count, found.first, found.last)
        self._timed = {}
        flows = (
            msgspec.structs.replace(key, count=each.count, first=each.first, last=each.last)
            for key, each in (*self._counts.items(), *timed)
        )
        stays = {address: stays_of(pods) for address, pods in self._stays.items()}
        return DistinctFlows(tuple(flows), tuple(self._passed.values()), stays)

    def _may_be_pod(self, end: FlowEnd) -> bool:
        """Tell whether an end is an address that may be a pod's."""
        if end.namespace is not None or end.address is None:
            return False
        found = self._private.get(end.address)
        if found is None:
            if len(self._private) >= MOST_TIMED:
                self._private.clear()
            found = self._private[end.address] = is_private(end.address)
        return found

    def _coarsen(self) -> None:
        """Tell times apart by twice as many seconds."""
        self._seconds *= 2
        before, self._timed = self._timed, {}
        for (key, moment), each in before.items():
            self._timed.setdefault((key, moment // 2), SeenCount()).add(each.count, each.first, each.last)


def identity_of(end: FlowEnd) -> FlowEnd:
    """Return what of an end tells whose it is: of a pod, its address does not, nor its name where its owner is known.

    Pods of a StatefulSet keep their names, by which rules may tell them apart.
    """
    if end.namespace is None or (end.owner is None and end.labels is None and end.pod is None):
        return end
    named = end.owner is None or end.kind == "StatefulSet"
    return msgspec.structs.replace(end, address=None, names=(), pod=end.pod if named else None)


_PRIVATE = tuple(filter(None, map(parse, PRIVATE_BLOCKS)))


def is_private(address: str) -> bool:
    """Tell whether an address is one that clusters take for their pods."""
    read = parse(f"{address}/{128 if ':' in address else 32}")
    if read is None:
        return False
    blocks = (each for each in _PRIVATE if each.bits == read.bits)
    return any(read.network >> each.bits - each.prefix == each.network >> each.bits - each.prefix for each in blocks)
