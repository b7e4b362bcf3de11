"""Blockers: why no line of a program would allow a connection, and where to allow it instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.longest_prefix import EXCEPT
from netpolc.engine.model import Decision
from netpolc.engine.verdicts import Evaluator, Pod
from netpolc.manifests.lasting_labels import lasting_labels
from netpolc.policy.constants import DIRECTIONS
from netpolc.queries.closers import Closers, policies_of
from netpolc.queries.connections import exception_among
from netpolc.queries.port_samples import port_samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.cluster.cluster import Cluster
    from netpolc.engine.peers import Peer
    from netpolc.engine.verdicts import End
    from netpolc.ir.model import Direction
    from netpolc.queries.connections import AskedConnection
    from netpolc.sets.ports import Protocol

    DeniedEnds = list[tuple[Direction, End, Decision | None]]
    """What is denied at which end, and the decision of a tier that denies it there, if that is what does."""

SHOWN = 3
"""How many places are named; a rule in any of them would do."""


def blocker(cluster: Cluster, changed: Cluster, denied: AskedConnection, lines: Sequence[str] = ()) -> str:
    """Describe what blocks a connection, once a cluster is changed by some lines of its program."""
    unseen = next((each.id for each in (denied.source, denied.destination) if _is_unseen(each)), None)
    if unseen is not None:
        return f"policies do not see {unseen}, which is on the network of its node"
    denying = _denied_ends(changed, denied)
    tiers = [each for direction, subject, decision in denying if (each := _by_tier(direction, decision, denied))]
    if tiers:
        return " and ".join(tiers)
    found = [_foreign(changed, direction, subject, denied) for direction, subject, _ in denying]
    if not found or None in found:
        passing = passing_end(denied)
        if passing is not None:
            return f"no label of {passing.id} lasts until its next run or rollout; give its pods one that does"
        return "the language has no name for one of its ends that only means these pods"
    closed = " and ".join(filter(None, found))
    if cluster.program is None:
        return f"{closed}; let it through by a rule of a policy that selects these pods"
    text = f"{closed}, which the program does not write; allow it there"
    helps = lines and len(denying) < len(_denied_ends(cluster, denied))
    return f"{text}, and write: {'; '.join(lines)}" if helps else text


def _is_unseen(peer: Peer) -> bool:
    return isinstance(peer.end, Pod) and peer.end.host_network


def passing_end(asked: AskedConnection) -> Peer | None:
    """Return an end whose pods have labels, and none by which they can be selected tomorrow."""
    for peer in (asked.source, asked.destination):
        if peer.workload is not None and peer.workload.labels and not lasting_labels(peer.workload):
            return peer
    return None


def _denied_ends(cluster: Cluster, denied: AskedConnection) -> DeniedEnds:
    """List the ends that a connection does not pass, of the first that is denied."""
    evaluator = Evaluator(cluster.ruleset)
    for source, destination, protocol, port in _connections(evaluator, cluster, denied):
        verdicts = [evaluator.verdict(each, source, destination, protocol, port) for each in DIRECTIONS]
        found: DeniedEnds = [
            (
                each.direction,
                source if each.direction == "egress" else destination,
                next((one for one in each.closed_by if isinstance(one, Decision)), None),
            )
            for each in verdicts
            if not each.passes
        ]
        if found:
            return found
    return []


def _connections(
    evaluator: Evaluator, cluster: Cluster, denied: AskedConnection
) -> Iterator[tuple[End, End, Protocol, int]]:
    for protocol, port, end in port_samples(evaluator, denied.source.end, denied.destination.end, denied.ports):
        yield denied.source.end, end, protocol, port
    exceptional = exception_among(cluster, [denied], cluster.addresses_of_pods)
    if exceptional is not None:
        found = exceptional.connection
        yield found.source, found.destination, found.protocol, found.port


def _by_tier(direction: Direction, decision: Decision | None, denied: AskedConnection) -> str | None:
    """Name the cluster-wide policy or the exception that denies an end, if one does, and who may let it through."""
    place = None if decision is None or decision.reason is None else decision.reason.location
    if decision is None or place is None:
        return None
    end = denied.source if direction == "egress" else denied.destination
    excepted = decision.reason is not None and decision.reason.path.endswith(EXCEPT)
    way_out = (
        "an exception, which is denied here unless a rule names just that range"
        if excepted
        else "a cluster-wide policy: it has to be let through there"
    )
    return f"{direction} of {end.id} is denied by {place.source.name}:{place.line}, {way_out}"


def _foreign(cluster: Cluster, direction: Direction, subject: End, denied: AskedConnection) -> str | None:
    """Name the policies that isolate an end and are not the program's, if any do."""
    sources = {file.outline.source for file in cluster.files}
    evaluator = Evaluator(cluster.ruleset)
    foreign = [
        (each, each.reason.location)
        for each in evaluator.isolations(direction, subject)
        if each.reason is not None and each.reason.location is not None and each.reason.location.source not in sources
    ]
    admitting = policies_of(each.reason for each in evaluator.allow_rules(direction, subject))
    closers = Closers(None, sources)
    denying = [each for each in foreign if closers.denies(each[0], admitting)]
    places = dict.fromkeys(f"{place.source.name}:{place.line}" for _, place in denying or foreign)
    if not places:
        return None
    end = denied.source if direction == "egress" else denied.destination
    return f"{direction} of {end.id} is closed by {' and '.join(list(places)[:SHOWN])}"
