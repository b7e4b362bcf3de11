"""NP524 and NP527: lines of a program that nothing used in the time of some records, or of which a part would do."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from netpolc.checks.programs.statements import by_statement
from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.cluster_dns import DNS_PORTS
from netpolc.queries.traffic.narrower import narrower
from netpolc.queries.traffic.uses import Uses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.flows.reduction import DistinctFlows
    from netpolc.ir.model import Flow
    from netpolc.source import Location

    Written = Callable[[Location], float | None]
    """When a line was written, in seconds since 1970, or None where nobody knows."""


def unused_lines(cluster: Cluster, seen: DistinctFlows, written: Written) -> Iterator[Diagnostic]:
    """Yield the lines that no record is of, and those of which some are of a part.

    Nothing is said of DNS, which logs often leave out, or of what no record can tell: a namespace that none is of, or a
    connection of which nobody knows whose it was. What is younger than the records is only counted.
    """
    if cluster.program is None or not seen.flows:
        return
    uses = Uses(cluster, seen)
    young = 0
    for flows in by_statement(cluster.program.flows):
        found = None if _is_dns(flows) or uses.may_be_used(flows) else _judged(flows, uses)
        if found is not None and _is_young(flows[0], uses, written):
            young += 1
        elif found is not None:
            yield found
    if young:
        several = f"{young} lines are" if young > 1 else "1 line is"
        yield Diagnostic(
            code="NP524",
            severity="note",
            message=f"{several} younger than the records, which therefore do not tell whether anybody needs all of it",
            help="take records that begin later",
        )


def _judged(flows: Sequence[Flow], uses: Uses) -> Diagnostic | None:
    """Return what is to be said of a statement, if it was not used in all of its parts."""
    if not any(uses.of(flow) for flow in flows):
        return _unused(flows[0], uses)
    shorter = narrower(flows[0], uses.of(flows[0])) if len(flows) == 1 else None
    return None if shorter is None else _wide(flows[0], uses, shorter)


def _is_dns(flows: Sequence[Flow]) -> bool:
    """Tell whether a statement is about the ports of DNS alone."""
    ports = [each.ports for flow in flows for each in flow.destinations]
    numbers = [interval for each in ports for interval in each.intervals]
    named = [name for each in ports for name in each.names]
    return not named and all(each.first == each.last and each.first in DNS_PORTS for each in numbers)


def _is_young(flow: Flow, uses: Uses, written: Written) -> bool:
    time = written(flow.origin.location)
    return time is not None and (uses.first is None or time > uses.first)


def _unused(flow: Flow, uses: Uses) -> Diagnostic:
    return Diagnostic(
        code="NP524",
        severity="note",
        message=f"nothing used this line {_when(uses)}",
        location=flow.origin.location,
        label="no record is of a connection that it lets through",
        help="remove it, unless it is for what happens less often",
    )


def _wide(flow: Flow, uses: Uses, shorter: str) -> Diagnostic:
    return Diagnostic(
        code="NP527",
        severity="note",
        message=f"only a part of this line was used {_when(uses)}",
        location=flow.origin.location,
        label="no record is of the rest",
        help=f"this would do: `{shorter}`",
    )


def _when(uses: Uses) -> str:
    if uses.first is None or uses.last is None:
        return "in the records"
    first, last = (_day(each) for each in (uses.first, uses.last))
    return f"on {first}" if first == last else f"from {first} to {last}"


def _day(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).date().isoformat()
