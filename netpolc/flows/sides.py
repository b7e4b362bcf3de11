"""Connections that both of their ends were watched for, counted once.

Logs of a cluster have a connection at its source (egress) and at its destination (ingress). What is let out at the one
is let in or refused at the other, so that of both counts, the larger one is of all connections.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.flows.reduction import SeenCount

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.flows.record import SeenFlow, Side, VerdictOfLog


def counted_once(flows: Iterable[SeenFlow]) -> dict[VerdictOfLog, SeenCount]:
    """Return how often the flows of one pair of ends, and one port, were seen, by what became of them."""
    tallies: dict[tuple[VerdictOfLog, Side | None], SeenCount] = {}
    for each in flows:
        tallies.setdefault((each.verdict, each.side), SeenCount()).add(each.count, each.first, each.last)

    def count(verdict: VerdictOfLog, side: Side | None) -> int:
        return tallies[verdict, side].count if (verdict, side) in tallies else 0

    refused_there = count("denied", "ingress") + count("dropped", "ingress")
    counts: dict[VerdictOfLog, int] = {
        "forwarded": max(count("forwarded", "ingress"), count("forwarded", "egress") - refused_there)
        + count("forwarded", None),
        "denied": count("denied", "egress") + count("denied", "ingress") + count("denied", None),
        "dropped": count("dropped", "egress") + count("dropped", "ingress") + count("dropped", None),
    }
    found: dict[VerdictOfLog, SeenCount] = {}
    for verdict, number in counts.items():
        if number > 0:
            found[verdict] = tally = SeenCount(number)
            for (one, _), part in tallies.items():
                if one == verdict:
                    tally.add(0, part.first, part.last)
    return found
