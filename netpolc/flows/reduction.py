"""Records of flows reduced to distinct ones, with how often and when each was seen, in memory that these take."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.flows.identities import Identities
from netpolc.flows.record import FlowEnd, PassedOver, Place, SeenFlow, Side, VerdictOfLog
from netpolc.flows.stays import NEAR, Stay, stays_of
from netpolc.sets.ports import Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, MutableMapping

    _Key = tuple[int, int, Protocol, int, VerdictOfLog, tuple[str, ...], Side | None, tuple[str | None, str] | None]
    """What flows differ in, their ends by number."""

FINEST = 60
"""The seconds that addresses are told apart by, of which pods may have one after the other."""

MOST_TIMED = 50_000
"""The flows that are kept apart by time; of more, times are told apart by twice as many seconds."""

_ITSELF = "connections of a pod to itself, which no policy decides on"
_OWN_NODE = "connections of a pod with its own node, which no policy decides on"


def _nowhere() -> None:
    """Tell no place, as nobody knows it."""


class SeenCount(msgspec.Struct):
    """How often a flow was seen, when first and last, in seconds since 1970, and where the first of its records is.

    The `place` is None where nobody said it.
    """

    count: int = 0
    first: float | None = None
    last: float | None = None
    place: Place | None = None

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
    may be a pod's are there once for each time that matters to whose it was. Of too many addresses in the world, blocks
    stand for them. `places` has where the first record of each flow is, None where nobody knows. `stays` are the pods
    that had an address, by this, in the order of their times. `diagnostics` are what is to be said of the logs.
    """

    flows: tuple[SeenFlow, ...] = ()
    places: tuple[Place | None, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    stays: dict[str, tuple[Stay, ...]] = {}
    diagnostics: tuple[Diagnostic, ...] = ()


class Reduction:
    """A count of records, one after another."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._identities = Identities()
        self._counts: dict[_Key, SeenCount] = {}
        self._timed: dict[tuple[_Key, int], SeenCount] = {}
        self._without_time: dict[_Key, SeenCount] = {}
        self._seconds = FINEST
        self._most_timed = MOST_TIMED
        self._passed: dict[str, PassedOver] = {}

    def add_all(self, records: Iterable[SeenFlow | PassedOver]) -> None:
        """Count what a reader yields."""
        for each in records:
            if isinstance(each, PassedOver):
                self.pass_over(each)
            else:
                self.add(each)

    def add(self, flow: SeenFlow, where: Callable[[], Place | None] = _nowhere) -> None:
        """Count one record, most of which are like one that was counted before; of others, `where` it is, is asked."""
        source, destination = flow.source, flow.destination
        is_of_node = source.is_node or destination.is_node
        if is_of_node or (
            source.pod == destination.pod and source.pod is not None and source.namespace == destination.namespace
        ):
            self.pass_over(PassedOver(_OWN_NODE if is_of_node else _ITSELF, flow.count, "", 0))
            return
        one, times, may_be_pod = self._identities.of(source)
        other, other_times, other_may_be_pod = self._identities.of(destination)
        key = one, other, flow.protocol, flow.port, flow.verdict, flow.policies, flow.side, flow.service
        first, last = flow.first, flow.last
        is_timed = may_be_pod or other_may_be_pod
        if first is None or last is None:
            counted = self._without_time if is_timed else self._counts
            _counted(counted, key, where).add(flow.count, first, last)
            return
        for each in (times, other_times):
            if each is None:
                continue
            latest = each.latest
            # This is run for each record: most are of the latest interval, and what follows is a call less.
            if latest is not None and latest[0] <= first <= latest[1] + NEAR:
                if last > latest[1]:  # noqa: PLR1730 -- as above
                    latest[1] = last
            else:
                each.add(first, last)
        if is_timed:
            self._at(key, first, where).add(flow.count, first, last)
            return
        counts = self._counts.get(key)
        if counts is None:
            self._counts[key] = SeenCount(flow.count, first, last, where())
        elif counts.first is not None and counts.last is not None and counts.first <= first and last >= counts.last:
            counts.count += flow.count
            counts.last = last
        else:
            counts.add(flow.count, first, last)

    def stay(self, address: str, pod: FlowEnd, first: float | None, last: float | None) -> None:
        """Note that a pod, by its identity, had an address at some times."""
        if first is not None and last is not None:
            self._identities.stay(address, pod).add(first, last)

    def _at(self, key: _Key, first: float, where: Callable[[], Place | None]) -> SeenCount:
        """Return where flows of an address that may be a pod's are counted, apart by time."""
        if len(self._timed) > self._most_timed:
            self._coarsen()
        return _counted(self._timed, (key, int(first // self._seconds)), where)

    def pass_over(self, records: PassedOver) -> None:
        """Count records that are no flows by why they are none."""
        before = self._passed.get(records.reason)
        count = records.count + (0 if before is None else before.count)
        self._passed[records.reason] = msgspec.structs.replace(before or records, count=count)

    def distinct(self) -> DistinctFlows:
        """Return what was counted, once."""
        ends, stays = self._identities.ends, self._identities.stays
        counts = self._counts
        timed: list[tuple[_Key, SeenCount]] = []
        for (key, _), found in self._timed.items():
            if ends[key[0]].address in stays or ends[key[1]].address in stays:
                timed.append((key, found))
            else:
                _merge(counts, key, found)
        for key, found in self._without_time.items():
            _merge(counts, key, found)
        counted = (*counts.items(), *timed)
        return DistinctFlows(
            flows=tuple(_flow(ends, key, found) for key, found in counted),
            places=tuple(found.place for _, found in counted),
            passed_over=tuple(self._passed.values()),
            stays={address: stays_of(pods) for address, pods in stays.items()},
        )

    def _coarsen(self) -> None:
        """Tell times apart by twice as many seconds."""
        self._seconds *= 2
        before, self._timed = self._timed, {}
        for (key, moment), each in before.items():
            _merge(self._timed, (key, moment // 2), each)
        # What differs in more than its time stays: as much again may come before times are joined once more.
        left = len(self._timed)
        self._most_timed = MOST_TIMED if 4 * left <= 3 * MOST_TIMED else 2 * left


_K = TypeVar("_K", bound="Hashable")


def _counted(counts: MutableMapping[_K, SeenCount], key: _K, where: Callable[[], Place | None]) -> SeenCount:
    """Return where a flow is counted; one that is new has its first record somewhere."""
    found = counts.get(key)
    if found is None:
        found = counts[key] = SeenCount(place=where())
    return found


def _merge(counts: MutableMapping[_K, SeenCount], key: _K, more: SeenCount) -> None:
    """Count what was counted elsewhere."""
    found = counts.setdefault(key, more)
    if found is not more:
        found.add(more.count, more.first, more.last)


def _flow(ends: list[FlowEnd], key: _Key, found: SeenCount) -> SeenFlow:
    source, destination, protocol, port, verdict, policies, side, service = key
    return SeenFlow(
        source=ends[source],
        destination=ends[destination],
        protocol=protocol,
        port=port,
        verdict=verdict,
        first=found.first,
        last=found.last,
        count=found.count,
        policies=policies,
        side=side,
        service=service,
    )
