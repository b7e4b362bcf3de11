"""Connections that workloads make, by the hosts that their texts name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.adopt.importer.library import ALIAS
from netpolc.adopt.suggest.model import OpenQuestion, SeenConnection, evidence_at
from netpolc.language.syntax import tree
from netpolc.manifests.hosts import mentions, sibling_port
from netpolc.manifests.service_names import ports_meant
from netpolc.source import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.adopt.importer.model import PodsEnd
    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Evidence, Port
    from netpolc.manifests.hosts import HostMention
    from netpolc.manifests.model import Service, Workload
    from netpolc.manifests.settings import WorkloadSettings

IN_CLUSTER = ".svc."

_NEAR = r"(?i)localhost|.*\.localhost|.*\.local|127\..*|0\.0\.0\.0|169\.254\..*"
_ADDRESS = r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}"
_DOMAIN = r"(?i)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"


def calls_of(
    workload: Workload, directory: Directory, settings: WorkloadSettings
) -> Iterator[SeenConnection | OpenQuestion]:
    """Yield the connections that a workload is seen to make, and questions about hosts that are no known pods."""
    caller = directory.people.pods(workload)
    if caller is not None:
        found = settings.of(workload)
        values = {setting.words: setting.value for setting in found if setting.kind != "file"}
        reading = _CallReader(workload, caller, directory)
        for setting in found:
            port = None if setting.kind == "file" else sibling_port(setting, values)
            for mention in mentions(setting):
                yield from reading.connections(
                    mention, mention.port or port, evidence_at(setting.location, setting.detail)
                )


class _CallReader:
    """A reader of the connections that one workload makes."""

    def __init__(self, workload: Workload, caller: PodsEnd, directory: Directory) -> None:
        self.workload = workload
        self.caller = caller
        self.directory = directory
        self.name = workload.name

    def connections(
        self, mention: HostMention, port: int | None, evidence: Evidence
    ) -> Iterator[SeenConnection | OpenQuestion]:
        service = self.directory.names.find(mention.host, self.workload.namespace)
        if service is None:
            yield from self.elsewhere(mention, port, evidence)
        elif service.selector is None:
            text = f"`{self.name}` calls the service `{service.name}`, which selects no pods: {evidence.text}"
            yield OpenQuestion(self.workload.namespace, text)
        else:
            for pods, door in self.listeners(service, mention, port):
                if pods != self.caller or self.workload.kind == "StatefulSet":
                    yield SeenConnection("call", self.caller, pods, door, evidence)

    def listeners(self, service: Service, mention: HostMention, port: int | None) -> Iterator[tuple[PodsEnd, Port]]:
        ports = ports_meant(service, port, mention.usual)
        yield from self.directory.listeners(service, ports) if ports else self.directory.direct(service, port)

    def elsewhere(self, mention: HostMention, port: int | None, evidence: Evidence) -> Iterator[OpenQuestion]:
        """Yield a question for a person: about an address, a domain name, or a service that no manifest shows."""
        host = mention.host.lower().rstrip(".")
        number = port or mention.usual
        if not mention.plain or (re.fullmatch(_NEAR, host) and IN_CLUSTER not in host):
            return
        if re.fullmatch(_ADDRESS, host):
            address = tree.Cidr(tree.Block(f"{host}/32", NOWHERE), (), NOWHERE)
            yield self.question(f"`{self.name}` calls the address {host}: {evidence.text}", address, number)
        elif IN_CLUSTER in f"{host}.":
            yield self.question(f"`{self.name}` calls `{host}`, which no manifest shows: {evidence.text}", None, None)
        elif re.fullmatch(_DOMAIN, host):
            text = f"`{self.name}` calls `{host}`, and a NetworkPolicy knows no domain names: {evidence.text}"
            yield self.question(text, tree.Ref(ALIAS, "internet", NOWHERE), number)

    def question(self, text: str, destination: tree.Endpoint | None, port: int | None) -> OpenQuestion:
        if destination is None or port is None:
            return OpenQuestion(self.workload.namespace, text)
        ports = tree.Ports((tree.PortRange(port, port, None, NOWHERE),), NOWHERE)
        return OpenQuestion(self.workload.namespace, text, self.caller, tree.Target(destination, ports, NOWHERE))
