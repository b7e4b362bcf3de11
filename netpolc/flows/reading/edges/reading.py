"""Rows read as the flows that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.flows.identities import identity_of
from netpolc.flows.reading.clock import Clock
from netpolc.flows.reading.edges import hubble, vpc
from netpolc.flows.reading.edges.model import EdgeRow, row_of
from netpolc.flows.reading.hubble import HUBBLE
from netpolc.flows.reading.model import NoFlow
from netpolc.flows.reading.vpc import VPC
from netpolc.flows.record import SeenFlow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from netpolc.flows.reading.model import Format
    from netpolc.flows.reading.tally import Tally
    from netpolc.flows.reduction import Reduction

_MICROSECONDS = 1_000_000

_LOGS: Mapping[str, tuple[Format, Callable[[EdgeRow], bytes]]] = {
    "hubble": (HUBBLE, hubble.record_of),
    "vpc": (VPC, vpc.record_of),
}
"""The format of each log, and how a row becomes a record of it."""

_UNREADABLE = NoFlow(
    "rows that cannot be read",
    code="NP869",
    one="row that cannot be read",
    help="take what the engine returned as it is, with all of its columns",
)


def add_rows(reduction: Reduction, tally: Tally, rows: Iterable[dict[str, Any]], name: str) -> None:
    """Count the flows that rows stand for, and those that stand for none; `name` is what users call their file."""
    clock = Clock(tally)
    readers = {log: (its.start(), make) for log, (its, make) in _LOGS.items()}
    for number, values in enumerate(rows, 1):
        row = row_of(values)
        if row is None or row.log not in readers:
            tally.add(_UNREADABLE, name, number)
            continue
        read, make = readers[row.log]
        found = read(make(row))
        if not isinstance(found, SeenFlow):
            tally.add(found or _UNREADABLE, name, number, max(1, row.seen))
            continue
        first, last = _seconds(row.first_seen), _seconds(row.last_seen)
        if row.record == "stay":
            pod = found.source
            if pod.address is not None and not clock.is_future(last):
                reduction.stay(pod.address, identity_of(pod), first, last)
        else:
            flow = msgspec.structs.replace(found, count=row.seen, first=first, last=last)
            reduction.add(clock.checked(flow, name, number, row.seen))


def _seconds(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / _MICROSECONDS
