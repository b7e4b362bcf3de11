"""Why no line of a program would allow a connection, and where to allow it instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.proofs import DIRECTIONS
from netpolc.engine.verdicts import Evaluator, Pod
from netpolc.queries.connections import exception_among
from netpolc.queries.port_samples import deciding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.engine.verdicts import End
    from netpolc.ir.model import Direction
    from netpolc.queries.connections import Asked
    from netpolc.sets.ports import Protocol

    Closed = list[tuple[Direction, End]]

SHOWN = 3
"""How many places are named; a rule in any of them would do."""


def obstacle(cluster: Cluster, changed: Cluster, denied: Asked, lines: Sequence[str] = ()) -> str:
    """What stands in the way of a connection, once a cluster is changed by some lines of its program."""
    unseen = next((each.id for each in (denied.source, denied.destination) if _is_unseen(each)), None)
    if unseen is not None:
        return f"policies do not see {unseen}, which is on the network of its node"
    closed = _closed(changed, denied)
    found = [_foreign(changed, direction, subject, denied) for direction, subject in closed]
    if not found or None in found:
        return "the language has no name for one of its ends that only means these pods"
    whose = "" if cluster.program is None else ", which the program does not write"
    text = f"{' and '.join(filter(None, found))}{whose}; allow it there"
    helps = lines and len(closed) < len(_closed(cluster, denied))
    return f"{text}, and write: {'; '.join(lines)}" if helps else text


def _is_unseen(peer: Peer) -> bool:
    return isinstance(peer.end, Pod) and peer.end.host_network


def _closed(cluster: Cluster, denied: Asked) -> Closed:
    """The ends that a connection does not pass, of the first that is denied."""
    judge = Evaluator(cluster.ruleset)
    for source, destination, protocol, port in _connections(judge, cluster, denied):
        found: Closed = [
            (direction, source if direction == "egress" else destination)
            for direction in DIRECTIONS
            if not judge.verdict(direction, source, destination, protocol, port).passes
        ]
        if found:
            return found
    return []


def _connections(judge: Evaluator, cluster: Cluster, denied: Asked) -> Iterator[tuple[End, End, Protocol, int]]:
    for protocol, port, end in deciding(judge, denied.source.end, denied.destination.end, denied.ports):
        yield denied.source.end, end, protocol, port
    exceptional = exception_among(cluster, [denied], cluster.addresses_of_pods)
    if exceptional is not None:
        found = exceptional.connection
        yield found.source, found.destination, found.protocol, found.port


def _foreign(cluster: Cluster, direction: Direction, subject: End, denied: Asked) -> str | None:
    """Which policies that are not the program's close an end, if any do."""
    sources = {file.outline.source for file in cluster.files}
    places: dict[str, None] = {}
    for isolation in Evaluator(cluster.ruleset).isolations(direction, subject):
        place = None if isolation.reason is None else isolation.reason.location
        if place is not None and place.source not in sources:
            places[f"{place.source.name}:{place.line}"] = None
    if not places:
        return None
    end = denied.source if direction == "egress" else denied.destination
    return f"{direction} of {end.id} is closed by {' and '.join(list(places)[:SHOWN])}"
