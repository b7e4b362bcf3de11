"""Times that cannot be: from the future, or of what ended before it began, as of clocks that go wrong or were set."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from netpolc.flows.reading.model import NoFlow

if TYPE_CHECKING:
    from netpolc.flows.reading.tally import Tally
    from netpolc.flows.record import SeenFlow

AHEAD = 86_400
"""The seconds that a record may be ahead: times without a zone may be those of any, and clocks differ a little."""

_FUTURE = NoFlow(
    "records from the future, by more than a day",
    code="NP862",
    one="record from the future, by more than a day",
    help="they count without their time: compare the clock of the node that wrote them with that of this machine",
    is_flow=True,
)
_BACKWARDS = NoFlow(
    "records that end before they begin",
    code="NP863",
    one="record that ends before it begins",
    help="what is between both times counts: a clock was set back, or two clocks differ",
    is_flow=True,
)


class Clock:
    """The clock of this machine, by which times of records are checked; `horizon` is how far these may be."""

    def __init__(self, tally: Tally) -> None:
        """Take where records with other times are counted."""
        self.horizon = time.time() + AHEAD
        self._tally = tally

    def checked(self, flow: SeenFlow, name: str, number: int, records: int = 1) -> SeenFlow:
        """Return a flow with times that can be; `name` and `number` are the file and the line of its record.

        Where it is of several `records`, of which only the last ones are from the future, nobody knows of how many.
        """
        first, last = flow.first, flow.last
        if first is not None and last is not None and last < first:
            self._tally.add(_BACKWARDS, name, number, records)
            first, last = last, first
        if self.is_future(first):
            self._tally.add(_FUTURE, name, number, records)
            first = last = None
        elif self.is_future(last):
            self._tally.add(_FUTURE, name, number)
            last = first
        if (first, last) == (flow.first, flow.last):
            return flow
        return msgspec.structs.replace(flow, first=first, last=last)

    def is_future(self, when: float | None) -> bool:
        """Tell whether a time is further ahead than clocks are apart."""
        if when is None or when <= self.horizon:
            return False
        # What is read as it is written may take days.
        self.horizon = time.time() + AHEAD
        return when > self.horizon
