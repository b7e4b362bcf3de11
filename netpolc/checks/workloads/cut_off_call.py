"""NP628: calls that the texts of a workload show, and that policies do not let through.

What shows a call is a host that is a Service among the manifests, with a port that this has: all else may be meant in
another way. Where no port is said, it is some port of the Service, so the call is cut off if none of them is open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.access import places_of
from netpolc.checks.workloads.services import ports_of
from netpolc.checks.workloads.workloads import identity
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.peers import id_of
from netpolc.identity import IdentityCache
from netpolc.manifests.hosts import mentions, names_host, ports_beside
from netpolc.manifests.model import Backend
from netpolc.manifests.service_names import ServiceNames
from netpolc.manifests.settings import WorkloadSettings
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.access import Closed
    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.services import WorkloadPort
    from netpolc.manifests.host_texts import HostMention
    from netpolc.manifests.model import Service
    from netpolc.manifests.settings import Setting

MOST = 100_000
"""How many texts are looked at, beyond which nobody would read what is found."""


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield each call that is shown and may not be made, once, where it is shown first."""
    calls = _Calls(checked)
    for number, workload in enumerate(checked.workloads.all):
        if not workload.host_network and checked.access.known(workload.namespace):
            yield from calls.of(number)


class _Calls:
    """The calls that workloads are seen to make."""

    def __init__(self, checked: CheckedWorkloads) -> None:
        self._checked = checked
        self._names = ServiceNames(checked.manifests.services)
        self._settings = WorkloadSettings(checked.manifests.config_maps)
        self._mentions: IdentityCache[Setting, list[HostMention]] = IdentityCache()
        self._said: set[tuple[object, ...]] = set()
        self._left = MOST

    def of(self, caller: int) -> Iterator[Diagnostic]:
        """Yield what is wrong with the calls of one workload; replicas of one owner make the same."""
        workload = self._checked.workloads.all[caller]
        settings = self._settings.of(workload)
        for setting, beside in zip(settings, ports_beside(settings), strict=True):
            for mention in self._hosts(setting):
                service = self._names.find(mention.host, workload.namespace)
                if service is None:
                    continue
                ports, is_said = _ports(service, setting, mention, beside)
                key = (*identity(workload), (service.namespace, service.name), ports)
                if ports and key not in self._said:
                    self._said.add(key)
                    # By a headless service, pods find each other; otherwise, they may mean themselves.
                    replicas = is_said and service.headless and workload.several
                    yield from self._call(caller, service, ports, setting, replicas=replicas)

    def _hosts(self, setting: Setting) -> list[HostMention]:
        """Return the hosts that a text names; lines of files are those of all workloads that take them."""
        found = self._mentions.get(setting) if setting.kind == "file" else None
        if found is None:
            self._left -= 1
            found = mentions(setting) if self._left > 0 else []
            if setting.kind == "file":
                self._mentions.add(setting, found)
        return found

    def _call(
        self, caller: int, service: Service, ports: tuple[int, ...], setting: Setting, *, replicas: bool
    ) -> Iterator[Diagnostic]:
        services, access = self._checked.services, self._checked.access
        backends = [Backend(service.namespace, service.name, port, setting.location) for port in ports]
        lead = services.lead(backends[0])
        targets = [target for backend in backends for target in services.behind(backend)]
        if not targets or lead is None or lead in self._checked.mistaken or not access.known(service.namespace):
            return
        closed = [access.closing(caller, target, replicas=replicas) for target in targets]
        if all(closed):
            self._checked.called.add(lead)
            yield self._finding(caller, targets, closed[0], setting)

    def _finding(
        self, caller: int, targets: list[WorkloadPort], closed: tuple[Closed, ...], setting: Setting
    ) -> Diagnostic:
        workloads = self._checked.workloads
        name = id_of(workloads.all[caller])
        ends = " and ".join(f"{each.direction} of `{id_of(workloads.all[each.workload])}`" for each in closed)
        are = "is" if len(closed) == 1 else "are"
        return Diagnostic(
            code="NP628",
            severity="warning",
            message=f"`{name}` calls {ports_of(targets, workloads)}, and {ends} {are} closed to that",
            location=_name_of(setting),
            label=f"{setting.detail} says so",
            labels=places_of(closed),
            help=" and ".join(f"let it {'out' if each.direction == 'egress' else 'in'} there" for each in closed)
            + " on that port, or drop the call",
        )


def _name_of(setting: Setting) -> Location:
    """Return where the name of a variable stands, rather than its value, which may hold a password."""
    location, name = setting.location, setting.detail.rpartition(" ")[2]
    at = location.text.find(name) if setting.kind == "env" else -1
    start = location.span.start + at
    return location if at < 0 else Location(location.source, Span(start, start + len(name)))


def _ports(
    service: Service, setting: Setting, mention: HostMention, beside: int | None
) -> tuple[tuple[int, ...], bool]:
    """Return the port of a service that is meant for certain: what is said, stands beside it, or is usual.

    Where nothing says a port, these are all of the service's, one of which is meant; the second part tells which.
    """
    said = {mention.port} if mention.port else {beside, mention.usual} - {None}
    found = [port.number for port in service.ports if port.number in said]
    if not said and names_host(setting, mention):
        return tuple(dict.fromkeys(port.number for port in service.ports)), False
    return tuple(found[:1]) if len(said) == 1 else (), True
