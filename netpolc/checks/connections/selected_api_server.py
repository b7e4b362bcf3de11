"""NP630: selectors of pods that are meant for the API server.

It is on the network of its nodes, or outside of the cluster: no selector finds it, whatever its static pods carry. Nor
does one of the namespace `default`, where its Service is. What else may be meant by that is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.control_plane import (
    API_SERVER_HOMES,
    API_SERVER_LABELS,
    API_SERVICE_LABELS,
    API_SERVICE_PORTS,
)
from netpolc.engine.peers import endpoint
from netpolc.engine.regions import PodSet, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.connections.checked_connections import CheckedConnections
    from netpolc.engine.model import AllowRule


def check(checked: CheckedConnections) -> Iterator[Diagnostic]:
    """Yield each rule of egress, and each flow, whose peer is a selector for the API server."""
    said: set[tuple[str, int, int]] = set()
    for direction, allow_rule in checked.written():
        peer, reason = allow_rule.peer, allow_rule.reason
        if direction == "ingress" or not isinstance(peer, PodSet) or reason is None or reason.location is None:
            continue
        place = reason.location
        if place.order not in said and (_by_labels(peer, checked) or _by_namespace(allow_rule, peer, checked)):
            said.add(place.order)
            yield Diagnostic(
                code="NP630",
                severity="warning",
                message=f"`{endpoint(peer)}` does not lead to the API server, which is no pod that a selector finds",
                location=place,
                help="write its addresses, as `kubectl get endpointslices kubernetes` shows them",
            )


def _by_labels(peer: PodSet, checked: CheckedConnections) -> bool:
    """Tell whether a peer asks for the labels of the static pods, or its Service's; if pods show any, NP506 says so."""
    asked = {(each.key, each.values[0]) for each in peer.pods.requirements if each.operator == "In"}
    meant = not asked.isdisjoint(API_SERVER_LABELS) or asked >= API_SERVICE_LABELS
    return meant and not any(peer.pods.matches(each.labels) for each in checked.workloads)


def _by_namespace(allow_rule: AllowRule, peer: PodSet, checked: CheckedConnections) -> bool:
    """Tell whether a peer is every pod of a namespace of its Service or itself, and no workload is known there."""
    here, asked = names_of(allow_rule.subject.namespaces) or (), names_of(peer.namespaces) or ()
    return (
        not peer.pods.requirements
        and len(asked) == 1
        and asked[0] in API_SERVER_HOMES
        and asked[0] not in here
        and not allow_rule.ports.names
        and all(
            each.protocol == "TCP" and each.first == each.last in API_SERVICE_PORTS
            for each in allow_rule.ports.intervals
        )
        and not any(each.namespace == asked[0] for each in checked.workloads)
    )
