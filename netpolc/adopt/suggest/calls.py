"""Connections that workloads make, by the hosts that their texts name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.adopt.suggest.elsewhere import Elsewhere
from netpolc.adopt.suggest.model import NODES, OpenQuestion, SeenConnection, evidence_at
from netpolc.adopt.suggest.named_after import Namesakes
from netpolc.adopt.suggest.selected import selected_pods
from netpolc.manifests.host_texts import HostMention
from netpolc.manifests.hosts import mentions, ports_beside
from netpolc.manifests.service_names import ports_meant
from netpolc.sets.ports import PortInterval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.adopt.importer.model import PodsEnd
    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Evidence, Port
    from netpolc.manifests.model import Service, Workload
    from netpolc.manifests.settings import Setting, WorkloadSettings

DEEPEST = 5
"""How many services may stand for each other by their external names."""

OF_ITSELF = frozenset(("BASE", "CERT", "CN", "DNS", "DOMAIN", "ISSUER", "NAME", "NAMES", "ROOT", "SAN", "SANS", "SITE"))
"""Words in names whose values say what a workload itself is called, if it is that, and not whom it calls."""

_UPSTREAM = re.compile(r"\s*upstream\s+([\w.-]{1,100})\s*\{").match
"""What nginx calls some servers among its own settings (nginx.org, ngx_http_upstream_module)."""


def calls_of(
    workload: Workload, directory: Directory, settings: WorkloadSettings
) -> Iterator[SeenConnection | OpenQuestion]:
    """Yield the connections that a workload is seen to make, and questions about those that no line can say."""
    found = settings.of(workload)
    reading = _CallReader(workload, directory)
    upstreams = {each[1].lower() for one in found if one.kind == "file" and (each := _UPSTREAM(one.value))}
    namesakes = Namesakes(workload, directory)
    for setting, port in zip(found, ports_beside(found), strict=True):
        named = mentions(setting)
        evidence = evidence_at(setting.location, setting.detail)
        for mention in named:
            if mention.host.lower() not in upstreams and not reading.is_own_name(mention, setting):
                yield from reading.connections(mention, mention.port or port, evidence)
        if not named:
            yield from namesakes.connections(setting, port, evidence)


class _CallReader:
    """A reader of the connections that one workload makes."""

    def __init__(self, workload: Workload, directory: Directory) -> None:
        self.workload = workload
        self.directory = directory
        self.caller = directory.people.pods(workload)
        self.elsewhere = Elsewhere(workload, directory)

    def is_own_name(self, mention: HostMention, setting: Setting) -> bool:
        """Tell whether a text says no more than what the workload itself is called, as in `HOST=web`."""
        if setting.kind == "env" and len(setting.words) == 1 and mention == HostMention(self.workload.name):
            return True
        if OF_ITSELF.isdisjoint(setting.words):
            return False
        service = self.directory.names.find(mention.host, self.workload.namespace)
        return service is not None and any(one is self.workload for one in self.directory.workloads(service))

    def connections(
        self, mention: HostMention, port: int | None, evidence: Evidence
    ) -> Iterator[SeenConnection | OpenQuestion]:
        host, service = mention.host, self.directory.names.find(mention.host, self.workload.namespace)
        for _ in range(DEEPEST):
            if service is None or service.external_name is None:
                break
            host = service.external_name
            service = self.directory.names.find(host, service.namespace)
        if service is None:
            yield from self.elsewhere.connections(mention, host, port, evidence)
        elif service.selector is None:
            yield from self.elsewhere.endpoints(service, ports_meant(service, port, mention.usual), port, evidence)
        else:
            yield from self.to_service(service, mention, port, evidence)

    def to_service(
        self, service: Service, mention: HostMention, port: int | None, evidence: Evidence
    ) -> Iterator[SeenConnection | OpenQuestion]:
        """Yield the connections to the pods of a service, or a question where there is no way to say them."""
        found = list(self.listeners(service, mention, port))
        if self.caller is not None:
            yield from (SeenConnection("call", self.caller, pods, door, evidence) for pods, door in found)
        elif found and self.workload.host_network:
            for pods, door in found:
                text = f"may call the service `{service.name}` from the network of the node"
                yield OpenQuestion(
                    service.namespace, text, evidence, self.workload.name, NODES, pods, door, shared=True
                )
        elif found:
            text = f"calls the service `{service.name}`, and no label selects it"
            yield OpenQuestion(self.workload.namespace, text, evidence, self.workload.name)
        if not found and (port is None or mention.plain):
            known = port is None or any(each.number == port for each in service.ports)
            on = ", whose pods no label selects" if known else f" on {port}, which is none of its ports"
            text = f"calls the service `{service.name}`{on}"
            yield OpenQuestion(self.workload.namespace, text, evidence, self.workload.name)

    def listeners(self, service: Service, mention: HostMention, port: int | None) -> Iterator[tuple[PodsEnd, Port]]:
        ports = ports_meant(service, port, mention.usual)
        if ports:
            yield from self.directory.listeners(service, ports)
        elif service.headless and not service.ports and port is not None and not self.directory.workloads(service):
            selected = selected_pods(service)
            if selected is not None:
                yield selected, PortInterval("TCP", port, port)
        else:
            yield from self.directory.direct(service, port)
