"""The lines that would allow what is denied: written, compiled, and asked about again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.queries.connections import asked_connections, denied
from netpolc.queries.endpoints import Endpoints
from netpolc.queries.reading import QueryError
from netpolc.queries.suggestions.blockers import blocker, passing_end
from netpolc.queries.suggestions.model import Suggestion
from netpolc.queries.suggestions.try_out import Refused, with_lines
from netpolc.queries.suggestions.write import draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.ir.model import Program
    from netpolc.queries.connections import AskedConnection

ROUNDS = 3
"""How often lines are looked for that are still missing, before each pair of endpoints gets one."""


def suggestion(
    cluster: Cluster, endpoints: Endpoints, question: tuple[str, str], asked: Sequence[AskedConnection]
) -> Suggestion:
    """Suggest what would allow all that a question asks about, where something of it is denied."""
    try:
        found = denied(cluster, asked)
        if cluster.program is None:
            return Suggestion(advice=blocker(cluster, cluster, found[0]), no_sources=True)
        return _lines(cluster, cluster.program, endpoints, question, asked, found)
    except QueryError as error:
        return Suggestion(advice=error.message)


def _lines(
    cluster: Cluster,
    program: Program,
    endpoints: Endpoints,
    question: tuple[str, str],
    asked: Sequence[AskedConnection],
    found: Sequence[AskedConnection],
) -> Suggestion:
    missing = {each.pair: each for each in found}
    rounds = 0
    while True:
        lines = draft(endpoints, missing.values())
        if lines is None:
            unsaid = next(filter(passing_end, missing.values()), found[0])
            return Suggestion(advice=blocker(cluster, cluster, unsaid))
        try:
            changed = with_lines(cluster, program, endpoints.scopes, lines.lines, lines.part)
        except Refused as refused:
            return Suggestion(advice=str(refused))
        if any(each.source.pods or each.destination.pods for each in asked):
            # Policies that tell more of the pods apart that could exist make others of them.
            then = Endpoints(changed)
            asked = asked_connections(then.sources(question[0]), then.destinations(question[1]))
        left = denied(changed, asked)
        if not left:
            return Suggestion(lines.lines, lines.where)
        hopeless = next((each for each in left if each.pair in missing), None)
        if hopeless is not None:
            return Suggestion(advice=blocker(cluster, changed, hopeless, lines.lines))
        rounds += 1
        missing |= {each.pair: each for each in (left if rounds < ROUNDS else asked)}
