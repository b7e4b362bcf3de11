"""The pods that had an address, one after the other, as far as flows tell from when until when."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

import msgspec

from netpolc.flows.record import FlowEnd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_APART = 16
"""The times that are kept apart of one pod at one address; of more, those with the least between them are one."""

NEAR = 60.0
"""The seconds between two flows that are hardly worth to be told apart."""


class Stay(msgspec.Struct, frozen=True):
    """A pod that had an address, and the seconds since 1970 of its first flow and of its last one."""

    pod: FlowEnd
    first: float
    last: float


class Times:
    """Times at which something was seen, as few intervals, of which the `latest` is the last one, and may be longer."""

    __slots__ = ("_bounds", "latest")

    def __init__(self) -> None:
        """Start with none."""
        self._bounds: list[list[float]] = []
        self.latest: list[float] | None = None

    def add(self, first: float, last: float) -> None:
        """Add an interval, which is mostly behind all others or in the last one."""
        bounds = self._bounds
        latest = self.latest
        if latest is not None and latest[0] <= first <= latest[1] + NEAR:
            if last > latest[1]:  # noqa: PLR1730 -- this is run for each record
                latest[1] = last
            return
        if latest is not None and first < latest[0]:
            at = bisect_right(bounds, first, key=_first)
            before = bounds[at - 1] if at else None
            if before is not None and first <= before[1] + NEAR:
                before[1] = max(before[1], last)
                return
            bounds.insert(at, [first, last])
        else:
            bounds.append([first, last])
        if len(bounds) > 2 * MOST_APART:
            self._join()
            self._join_nearest()
        self.latest = bounds[-1]

    def intervals(self) -> Iterable[tuple[float, float]]:
        """Return the intervals in order."""
        self._join()
        return ((first, last) for first, last in self._bounds)

    def _join(self) -> None:
        """Make intervals one that overlap or are near."""
        joined: list[list[float]] = []
        for first, last in self._bounds:
            if joined and first <= joined[-1][1] + NEAR:
                joined[-1][1] = max(joined[-1][1], last)
            else:
                joined.append([first, last])
        self._bounds[:] = joined
        self.latest = joined[-1] if joined else None

    def _join_nearest(self) -> None:
        """Keep as many intervals apart as are worth it, those with the most between them."""
        bounds = self._bounds
        gaps = sorted(range(1, len(bounds)), key=lambda number: bounds[number - 1][1] - bounds[number][0])
        kept = {0, *gaps[: MOST_APART - 1]}
        joined: list[list[float]] = []
        for number, (first, last) in enumerate(bounds):
            if number in kept:
                joined.append([first, last])
            else:
                joined[-1][1] = last
        self._bounds[:] = joined


def _first(bounds: list[float]) -> float:
    return bounds[0]


def stays_of(seen: Mapping[FlowEnd, Times]) -> tuple[Stay, ...]:
    """Return the pods that had an address in the order of their times, each as long as no other came between."""
    if len(seen) == 1:
        # As it is of most addresses.
        ((pod, times),) = seen.items()
        bounds = tuple(times.intervals())
        return (Stay(pod, bounds[0][0], bounds[-1][1]),) if bounds else ()
    apart = sorted(
        (first, last, number) for number, times in enumerate(seen.values()) for first, last in times.intervals()
    )
    pods = tuple(seen)
    found: list[Stay] = []
    for first, last, number in apart:
        before = found[-1] if found else None
        if before is not None and before.pod is pods[number]:
            found[-1] = Stay(before.pod, before.first, max(before.last, last))
        else:
            found.append(Stay(pods[number], first, last))
    return tuple(found)
