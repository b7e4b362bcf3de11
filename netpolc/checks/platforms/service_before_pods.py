"""NP682: rules that lead to pods, and not to the Service in front of them, where that is judged first.

Amazon's VPC plugin sees the address of a Service before it becomes that of a pod. It lets that out where the rule
selects the *selector of the Service*, as if it were labels, on the port of the Service whose `targetPort` a rule names
or whose range begins there (controller v1.1.7 with agent v1.4.1, run). Headless Services need nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.policy.model import PodPeer
from netpolc.policy.selectors import selected_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.checks.platforms.checked_platform import CheckedPlatform, RuleOf
    from netpolc.manifests.model import Service, ServicePort, Workload
    from netpolc.policy.model import PolicyPort


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each rule for pods by labels that lets out the address of no Service of theirs, where they have some."""
    services = [each for each in checked.services if each.selector and not each.headless and each.ports]
    for rules in checked.rules_together() if checked.platform.judges_services and services else ():
        for each in rules if rules[0].direction == "egress" else ():
            for peer in each.rule.peers:
                if isinstance(peer, PodPeer) and peer.pod_selector is not None:
                    yield from _of_peer(checked, each, peer, services, rules)


def _of_peer(
    checked: CheckedPlatform, each: RuleOf, peer: PodPeer, services: Sequence[Service], rules: Sequence[RuleOf]
) -> Iterator[Diagnostic]:
    pods = checked.selected_by(peer, each.namespace)
    behind = [
        (service, port)
        for service in services
        if any(_is_behind(pod, service) for pod in pods)
        for port in service.ports
        if not each.rule.ports or any(_holds(item, port, pods) for item in each.rule.ports)
    ]
    if not behind or any(_lets_out(checked, other, *one) for one in behind for other in rules):
        return
    service, port = behind[0]
    listed = ", ".join(f"{key}={value}" for key, value in (service.selector or {}).items())
    by_labels = not _selects(peer, service)
    yield Diagnostic(
        code="NP682",
        severity="warning",
        message=f"this does not let the address of the Service `{service.name}` out, which "
        f"{checked.platform.shown} judges before the pods behind it",
        location=place_of(each.rule, peer.location),
        label=f"the Service selects `{listed}`, and no more" if by_labels else f"no port here begins at {port.target}",
        labels=(Label(service.location, "this Service"),),
        help="select by no other labels than the Service does" if by_labels else f"write {port.target} by itself",
    )


def _is_behind(pod: Workload, service: Service) -> bool:
    return pod.namespace == service.namespace and (service.selector or {}).items() <= pod.labels.items()


def _selects(peer: PodPeer, service: Service) -> bool:
    """Tell whether a peer selects the selector of a Service, as if it were the labels of a pod."""
    selector = selected_by(peer.pod_selector) if peer.pod_selector is not None else None
    return peer.pod_selector is None or (selector is not None and selector.matches(service.selector or {}))


def _holds(item: PolicyPort, port: ServicePort, pods: Sequence[Workload]) -> bool:
    """Tell whether a rule opens the pods' own port behind that of a Service."""
    if item.protocol != port.protocol:
        return False
    targets = {port.target} if isinstance(port.target, int) else _numbers(port.target, pods) | {port.target}
    if isinstance(item.port, int):
        last = item.end_port or item.port
        return any(isinstance(each, int) and item.port <= each <= last for each in targets)
    return item.port is None or item.port in targets or bool(_numbers(item.port, pods) & targets)


def _numbers(name: str, pods: Sequence[Workload]) -> set[int | str]:
    return {port.number for pod in pods for port in pod.ports if port.name == name}


def _lets_out(checked: CheckedPlatform, other: RuleOf, service: Service, port: ServicePort) -> bool:
    """Tell whether a rule lets the address of a Service out, or may: a block may hold it, and a name its target."""
    begins = not other.rule.ports or any(_begins_at(item, port) for item in other.rule.ports)
    if not begins:
        return False
    if not other.rule.peers:
        return True
    return any(
        not isinstance(peer, PodPeer)
        or (checked.may_be_in(peer, other.namespace, service.namespace) and _selects(peer, service))
        for peer in other.rule.peers
    )


def _begins_at(item: PolicyPort, port: ServicePort) -> bool:
    if item.protocol != port.protocol:
        return False
    # What a name stands for is not known for certain, neither here nor there.
    return not isinstance(item.port, int) or isinstance(port.target, str) or item.port in (port.target, port.number)
