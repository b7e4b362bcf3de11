"""Access to workloads, as far as it is certain: what is not known of anybody's labels or address may be so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.workloads.workloads import SHOWN, loosened, surely_holds
from netpolc.diagnostics.model import Label
from netpolc.ecosystem.control_plane import API_SERVER_WORD, API_SERVICE_NAMESPACE, TUNNEL
from netpolc.ecosystem.private_networks import LOCAL_BLOCKS
from netpolc.engine.denying import admitting, denying
from netpolc.engine.halves import is_for_dns
from netpolc.engine.index import Index
from netpolc.engine.model import DirectionRules, RuleSet
from netpolc.engine.pod_addresses import held_by
from netpolc.engine.regions import IDENTITY, UNNAMED, PodSet
from netpolc.engine.verdicts import Evaluator, Pod, has_port
from netpolc.ir.model import Direction
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.addresses import AddressSet
from netpolc.source import Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.workloads.services import WorkloadPort
    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.engine.model import AllowRule, Isolation
    from netpolc.engine.regions import Region

_TUNNEL = Pod(namespace=TUNNEL.namespace, labels=dict(TUNNEL.labels))
"""Where the connections of the API server come from in clusters that tunnel them."""


class Closed(msgspec.Struct, frozen=True):
    """An end of a connection that is closed to it: the workload there, and the places that isolate its pods."""

    direction: Direction
    workload: int
    places: tuple[Location, ...]


def places_of(ends: Iterable[Closed]) -> tuple[Label, ...]:
    """Return labels at the places that isolate some ends, each once, as far as one reads them."""
    found: dict[tuple[str, int, int], tuple[Location, dict[Direction, None]]] = {}
    for each in ends:
        for place in each.places:
            found.setdefault(place.order, (place, {}))[1][each.direction] = None
    return tuple(Label(place, f"this closes {' and '.join(closed)}") for place, closed in found.values())[:SHOWN]


class Access:
    """The access to each workload that policies let through."""

    def __init__(self, ruleset: RuleSet, workloads: Workloads) -> None:
        """File what is isolated and let through."""
        self._workloads = workloads
        self._evaluator = Evaluator(RuleSet(_loosened(ruleset.ingress), _loosened(ruleset.egress), ruleset.namespaces))
        self._isolations = {
            direction: Index((loosened(each.subject), each) for each in ruleset.of(direction).isolations)
            for direction in DIRECTIONS
        }
        self._admitting = {direction: admitting(ruleset.of(direction).allow_rules) for direction in DIRECTIONS}
        subjects = [isolation.subject for half in (ruleset.ingress, ruleset.egress) for isolation in half.isolations]
        self._homes = {name for subject in subjects for name in _names(subject)}

    def known(self, namespace: str | None) -> bool:
        """Tell whether policies could be about a namespace: those without one of their own may land anywhere."""
        if not self._homes:
            return False
        return self._homes == {UNNAMED} if namespace is None else UNNAMED not in self._homes

    def anyone_may_reach(self, target: WorkloadPort) -> bool:
        """Tell whether somebody may come in at a port."""
        return not self._closed("ingress", target.workload) or any(self._grants("ingress", target.workload, target))

    def nodes_may_reach(self, target: WorkloadPort) -> bool:
        """Tell whether addresses may come in at a port, or what stands for those of the API server."""
        return not self._closed("ingress", target.workload) or any(
            self._may_hold(allow_rule.peer, _TUNNEL) for allow_rule in self._grants("ingress", target.workload, target)
        )

    def addresses_may_reach(self, target: WorkloadPort) -> bool:
        """Tell whether addresses may come in at a port."""
        return not self._closed("ingress", target.workload) or any(
            isinstance(allow_rule.peer, AddressSet) for allow_rule in self._grants("ingress", target.workload, target)
        )

    def let_in(self, target: WorkloadPort) -> list[AllowRule] | None:
        """Return the rules that let somebody in at a port, or None where nothing closes it."""
        return self.letting_on("ingress", target)

    def letting_on(self, direction: Direction, port: WorkloadPort) -> list[AllowRule] | None:
        """Return the rules that let a workload through on a port of any end, or None where nothing closes it."""
        return list(self._grants(direction, port.workload, port)) if self._closed(direction, port.workload) else None

    def letting(self, direction: Direction, number: int) -> Iterator[AllowRule]:
        """Yield the rules that let a workload through, on any port."""
        yield from self._evaluator.allow_rules(direction, self._workloads.pods[number])

    def may_reach_the_api_server(self, source: int) -> bool:
        """Tell whether the pods of a workload may connect to any address that may be the API server's."""
        return not self._closed("egress", source) or any(
            may_be_the_api_server(allow_rule)
            for allow_rule in self._evaluator.allow_rules("egress", self._workloads.pods[source])
        )

    def let_through(self, source: int, target: WorkloadPort) -> bool:
        """Tell whether the pods of one workload may reach a port of another's."""
        return not self.closing(source, target)

    def closing(self, source: int, target: WorkloadPort, *, replicas: bool = False) -> tuple[Closed, ...]:
        """Return the ends at which the pods of one workload may not reach a port of another's, or of its `replicas`."""
        if source == target.workload and not replicas:
            return ()
        return tuple(
            Closed(direction, subject, self.closed_by(direction, subject))
            for direction, subject, other in self._sides(source, target.workload)
            if self._closed(direction, subject)
            and not any(
                self._may_hold(allow_rule.peer, self._workloads.pods[other])
                for allow_rule in self._grants(direction, subject, target)
            )
        )

    def closed_by(self, direction: Direction, number: int) -> tuple[Location, ...]:
        """Return the places that deny the pods of a workload something, or else those that isolate them."""
        reasons = (each.reason for each in denying(self._isolating(direction, number), self._admitting[direction]))
        places = (None if each is None else each.location for each in reasons)
        return tuple({place.order: place for place in places if place is not None}.values())

    def _sides(self, source: int, destination: int) -> tuple[tuple[Direction, int, int], ...]:
        return ("egress", source, destination), ("ingress", destination, source)

    def _closed(self, direction: Direction, number: int) -> bool:
        """Tell whether all pods of a workload are isolated in a direction."""
        return any(True for _ in self._isolating(direction, number))

    def _isolating(self, direction: Direction, number: int) -> Iterator[Isolation]:
        """Yield what isolates all pods of a workload in a direction."""
        pod, workload = self._workloads.pods[number], self._workloads.all[number]
        near = self._isolations[direction].holding(pod.namespace or UNNAMED, pod.labels, pod.full_namespace_labels)
        return (each for each in (() if pod.host_network else near) if surely_holds(each.subject, workload))

    def _grants(self, direction: Direction, subject: int, target: WorkloadPort) -> Iterator[AllowRule]:
        destination = self._workloads.pods[target.workload]
        for allow_rule in self._evaluator.allow_rules(direction, self._workloads.pods[subject]):
            if has_port(destination, allow_rule.ports, target.protocol, target.port):  # type: ignore[arg-type]  # read as one of three
                yield allow_rule

    def _may_hold(self, region: Region, pod: Pod) -> bool:
        """Tell whether a peer may hold a pod: addresses may be anybody's, and so may labels that are not known."""
        if not isinstance(region, PodSet) or pod.host_network:
            return True
        known = self._workloads.labels.get(pod.namespace or UNNAMED)
        return region.pods.matches(pod.labels) and all(
            each.matches(pod.full_namespace_labels)
            for each in region.namespaces.requirements
            if each.key == IDENTITY or known is not None
        )


def may_be_the_api_server(allow_rule: AllowRule) -> bool:
    """Tell whether a rule of egress may lead to the API server, or is meant to: to addresses, and to more than DNS.

    Whether a selector of its pods leads there is another question, which is asked of the rule.
    """
    peer = allow_rule.peer
    if isinstance(peer, AddressSet):
        return not is_for_dns(allow_rule) and bool(peer - held_by(LOCAL_BLOCKS))
    asked = (*peer.namespaces.requirements, *peer.pods.requirements)
    values = [value for each in asked if each.operator == "In" for value in each.values]
    return any(API_SERVER_WORD in value or value == API_SERVICE_NAMESPACE for value in values)


def _names(subject: PodSet) -> tuple[str, ...]:
    return subject.namespaces.requirements[0].values


def _loosened(half: DirectionRules) -> DirectionRules:
    """Leave labels that controllers add out of what is let through."""
    return DirectionRules((), tuple(map(_loosened_rule, half.allow_rules)))


def _loosened_rule(allow_rule: AllowRule) -> AllowRule:
    subject = loosened(allow_rule.subject)
    peer = loosened(allow_rule.peer) if isinstance(allow_rule.peer, PodSet) else allow_rule.peer
    if subject is allow_rule.subject and peer is allow_rule.peer:
        return allow_rule
    return msgspec.structs.replace(allow_rule, subject=subject, peer=peer)
