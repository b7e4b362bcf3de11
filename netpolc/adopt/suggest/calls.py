"""Connections that workloads make, by the hosts that their texts name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.adopt.importer.library import ALIAS
from netpolc.adopt.suggest.hosts import mentions, sibling_port
from netpolc.adopt.suggest.model import Connection, Question
from netpolc.adopt.suggest.settings import sayings_of
from netpolc.language.syntax import tree
from netpolc.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.adopt.importer.model import Pods
    from netpolc.adopt.suggest.hosts import Mention
    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import Evidence, Port
    from netpolc.manifests.model import ConfigMap, Service, Workload

AT = Span(0, 0)
IN_CLUSTER = ".svc."

_NEAR = r"(?i)localhost|.*\.localhost|.*\.local|127\..*|0\.0\.0\.0|169\.254\..*"
_ADDRESS = r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}"
_DOMAIN = r"(?i)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"


def calls_of(
    workload: Workload, directory: Directory, config_maps: dict[tuple[str | None, str], ConfigMap]
) -> Iterator[Connection | Question]:
    """What a workload is seen to connect to, and what it names that is none of the pods that are known."""
    caller = directory.people.pods(workload)
    if caller is not None:
        sayings = sayings_of(workload, config_maps)
        told = {saying.words: saying.value for saying in sayings if saying.kind != "file"}
        reading = _Reading(workload, caller, directory)
        for saying in sayings:
            port = None if saying.kind == "file" else sibling_port(saying, told)
            for mention in mentions(saying):
                yield from reading.connections(mention, mention.port or port, saying.evidence)


class _Reading:
    def __init__(self, workload: Workload, caller: Pods, directory: Directory) -> None:
        self.workload = workload
        self.caller = caller
        self.directory = directory
        self.name = workload.name

    def connections(self, mention: Mention, port: int | None, evidence: Evidence) -> Iterator[Connection | Question]:
        service = self.directory.find(mention.host, self.workload.namespace)
        if service is None:
            yield from self.elsewhere(mention, port, evidence)
        elif service.selector is None:
            text = f"`{self.name}` calls the service `{service.name}`, which selects no pods: {evidence.text}"
            yield Question(self.workload.namespace, text)
        else:
            for pods, door in self.doors(service, mention, port):
                if pods != self.caller or self.workload.kind == "StatefulSet":
                    yield Connection("call", self.caller, pods, door, evidence)

    def doors(self, service: Service, mention: Mention, port: int | None) -> Iterator[tuple[Pods, Port]]:
        ports = self.directory.ports(service, port, mention.usual)
        yield from self.directory.doors(service, ports) if ports else self.directory.direct(service, port)

    def elsewhere(self, mention: Mention, port: int | None, evidence: Evidence) -> Iterator[Question]:
        """What a person has to look into: addresses, domain names, and services that no manifest shows."""
        host = mention.host.lower().rstrip(".")
        number = port or mention.usual
        if not mention.plain or (re.fullmatch(_NEAR, host) and IN_CLUSTER not in host):
            return
        if re.fullmatch(_ADDRESS, host):
            address = tree.Cidr(tree.Block(f"{host}/32", AT), (), AT)
            yield self.question(f"`{self.name}` calls the address {host}: {evidence.text}", address, number)
        elif IN_CLUSTER in f"{host}.":
            yield self.question(f"`{self.name}` calls `{host}`, which no manifest shows: {evidence.text}", None, None)
        elif re.fullmatch(_DOMAIN, host):
            text = f"`{self.name}` calls `{host}`, and a NetworkPolicy knows no domain names: {evidence.text}"
            yield self.question(text, tree.Ref(ALIAS, "internet", AT), number)

    def question(self, text: str, destination: tree.Endpoint | None, port: int | None) -> Question:
        if destination is None or port is None:
            return Question(self.workload.namespace, text)
        ports = tree.Ports((tree.PortRange(port, port, None, AT),), AT)
        return Question(self.workload.namespace, text, self.caller, tree.Target(destination, ports, AT))
