"""NP678: names of ports that mean something else on a platform than the port of each pod.

Cilium v1.20.2 takes the last of two in a pod, whatever their protocols. Amazon's VPC plugin (controller v1.1.7) opens
the numbers of all selected pods on each of them, and none to anybody. Neither finds those of init containers, nor does
kube-network-policies v1.1.1: all run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.peers import id_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.checks.platforms.checked_platform import CheckedPlatform, RuleOf
    from netpolc.manifests.model import Workload
    from netpolc.policy.model import PolicyPort
    from netpolc.source import Location


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each name of a port by which the platform opens other ports than those of that name, or none."""
    if checked.platform.names_open_all:
        return
    for each in checked.rules():
        for port in each.rule.ports:
            if isinstance(port.port, str):
                found = _finding(checked, each, port, port.port)
                if found is not None:
                    yield found


def _finding(checked: CheckedPlatform, each: RuleOf, port: PolicyPort, name: str) -> Diagnostic | None:
    platform, place = checked.platform, place_of(each.rule, port.location)
    if each.direction == "egress" and not each.rule.peers and not platform.names_to_anybody:
        message = f"{platform.shown} opens no port by the name `{name}` to anybody"
        return Diagnostic(code="NP678", severity="warning", message=message, location=place, help="write its number")
    pods = checked.destinations(each)
    for workload in pods:
        said = _of_one(checked, workload, name, port.protocol)
        if said is not None:
            return _told(said, [workload], name, port, place)
    numbers = {number for workload in pods for number in _numbers(workload, name, port.protocol)}
    alone = [workload for workload in pods if {*_numbers(workload, name, port.protocol)} not in (set(), numbers)]
    if platform.names_of_all_selected and each.direction == "ingress" and alone:
        listed = " and ".join(map(str, sorted(numbers)))
        said = f"{platform.shown} opens `{name}` as {listed} on each of these pods, whichever they have"
        return _told(said, alone, name, port, place)
    return None


def _of_one(checked: CheckedPlatform, workload: Workload, name: str, protocol: str) -> str | None:
    """Say why the name of a port means nothing of some pods that have it."""
    platform = checked.platform
    named = [each for each in workload.ports if each.name == name]
    asked = [each for each in named if each.protocol == protocol]
    if not platform.names_of_sidecars:
        if asked and all(each.sidecar for each in asked):
            return f"{platform.shown} finds no port by the name `{name}` that a sidecar of `{id_of(workload)}` gives"
        named = [each for each in named if not each.sidecar]
    if platform.last_name_wins and asked and named and named[-1].protocol != protocol:
        last = f"{named[-1].protocol} {named[-1].number}"
        return f"of two ports `{name}` of `{id_of(workload)}`, {platform.shown} takes the last, which is {last}"
    return None


def _numbers(workload: Workload, name: str, protocol: str) -> list[int]:
    return [each.number for each in workload.ports if (each.name, each.protocol) == (name, protocol)]


def _told(message: str, pods: Sequence[Workload], name: str, port: PolicyPort, place: Location | None) -> Diagnostic:
    numbers = sorted({number for each in pods for number in _numbers(each, name, port.protocol)})
    return Diagnostic(
        code="NP678",
        severity="warning",
        message=message,
        location=place,
        labels=tuple(Label(each.location, "of this") for each in pods[:1]),
        help=f"write its number: {numbers[0]}" if len(numbers) == 1 else "write its number",
    )
