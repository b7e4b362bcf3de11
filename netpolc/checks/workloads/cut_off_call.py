"""NP628: calls that the texts of a workload show, and that policies do not let through.

What shows a call is a host that is a Service among the manifests, with a port that this has: all else may be meant in
another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.access import places_of
from netpolc.checks.workloads.services import ports_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.peers import id_of
from netpolc.manifests.hosts import mentions, sibling_port
from netpolc.manifests.model import Backend
from netpolc.manifests.service_names import ServiceNames
from netpolc.manifests.settings import settings_of
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.access import Closed
    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.checks.workloads.services import WorkloadPort
    from netpolc.manifests.hosts import HostMention
    from netpolc.manifests.model import Service
    from netpolc.manifests.settings import Setting


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
        self._config_maps = {(one.namespace, one.name): one for one in checked.manifests.config_maps}

    def of(self, caller: int) -> Iterator[Diagnostic]:
        """Yield what is wrong with the calls of one workload."""
        workload = self._checked.workloads.all[caller]
        settings = settings_of(workload, self._config_maps)
        values = {setting.words: setting.value for setting in settings if setting.kind != "file"}
        said: set[tuple[str | None, str, int]] = set()
        for setting in settings:
            beside = None if setting.kind == "file" else sibling_port(setting, values)
            for mention in mentions(setting):
                service = self._names.find(mention.host, workload.namespace)
                port = None if service is None else _port(service, mention, beside)
                if service is None or port is None or (service.namespace, service.name, port) in said:
                    continue
                said.add((service.namespace, service.name, port))
                yield from self._call(caller, service, port, setting)

    def _call(self, caller: int, service: Service, port: int, setting: Setting) -> Iterator[Diagnostic]:
        services, access = self._checked.services, self._checked.access
        backend = Backend(service.namespace, service.name, port, setting.location)
        lead, targets = services.lead(backend), services.behind(backend)
        if not targets or lead is None or lead in self._checked.mistaken or not access.known(service.namespace):
            return
        closed = [access.closing(caller, target) for target in targets]
        if all(closed):
            self._checked.called.add(lead)
            yield self._finding(caller, targets, closed[0], setting)

    def _finding(
        self, caller: int, targets: list[WorkloadPort], closed: tuple[Closed, ...], setting: Setting
    ) -> Diagnostic:
        workloads = self._checked.workloads
        name = id_of(workloads.all[caller])
        ends = " and ".join(f"{each.direction} of `{id_of(workloads.all[each.workload])}`" for each in closed)
        return Diagnostic(
            code="NP628",
            severity="warning",
            message=f"`{name}` calls {ports_of(targets, workloads)}, and {ends} {'is' if len(closed) == 1 else 'are'} closed to that",
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


def _port(service: Service, mention: HostMention, beside: int | None) -> int | None:
    """Return the port of a service that is meant for certain: one that is said, or the only one there is of a URL."""
    said = mention.port or beside or mention.usual
    return said if any(said == port.number for port in service.ports) else None
