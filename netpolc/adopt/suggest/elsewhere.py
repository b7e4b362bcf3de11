"""Hosts that are no service among the manifests: addresses, domains, the API server, and what nobody shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.adopt.importer.facts import is_bare, is_namespace
from netpolc.adopt.importer.model import BlockEnd, PodsEnd
from netpolc.adopt.suggest.model import API_SERVER, INTERNET, OpenQuestion, SeenConnection
from netpolc.ecosystem.control_plane import API_SERVER_PORT
from netpolc.ecosystem.domains import is_domain
from netpolc.ir.model import InNamespace
from netpolc.language.resolve.addresses import canonical
from netpolc.policy import addresses
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import PortInterval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.adopt.suggest.lookup import Directory
    from netpolc.adopt.suggest.model import AskedEnd, Evidence
    from netpolc.manifests.host_texts import HostMention
    from netpolc.manifests.model import Service, ServicePort, Workload

MAY_CALL_THE_API = "may call the API server, whose address manifests do not show"
CLUSTER = "svc"

_NEAR = r"localhost|::1|fe80:.*|.*\.localhost|.*\.local|127\..*|0\.0\.0\.0|169\.254\.(?!169\.254\Z).*"
_ADDRESS = r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!\Z)|\Z)){4}"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])"
_API_SERVER = r"kubernetes(?:\.default(?:\.svc(?:\..+)?)?)?"
_DNS = r"kube-dns\.kube-system(?:\.svc(?:\..+)?)?"
_NAME = re.compile(rf"{_LABEL}\Z").match


class Elsewhere:
    """The questions about what one workload calls and no manifest shows."""

    def __init__(self, workload: Workload, directory: Directory) -> None:
        """Take the workload, and the services and workloads that there are."""
        self.workload = workload
        self.directory = directory
        self.caller = directory.people.pods(workload)

    def connections(
        self, mention: HostMention, host: str, port: int | None, evidence: Evidence
    ) -> Iterator[SeenConnection | OpenQuestion]:
        """Yield what there is to say of a host; one that only may be a host is passed over."""
        host = host.lower().rstrip(".")
        number = port or mention.usual
        # What is on the network of its node is closed to nothing, so that it has nothing to decide.
        if not mention.plain or self.workload.host_network or _is_near(host):
            return
        if re.fullmatch(_ADDRESS, host):
            yield self.question(f"calls the address {host}", evidence, BlockEnd(f"{host}/32"), number)
        elif ":" in host:
            block = addresses.parse(f"{host}/128")
            if block is not None:
                yield self.question(f"calls the address {host}", evidence, BlockEnd(canonical(block)), number)
        elif re.fullmatch(_API_SERVER, host):
            yield self.question(MAY_CALL_THE_API, evidence, API_SERVER, API_SERVER_PORT, shared=True)
        elif (place := self.within(host)) is not None:
            yield from self.unknown(host, *place, port, number, evidence)
        elif re.fullmatch(_DOMAIN, host):
            text = f"calls `{host}`, and a NetworkPolicy knows no domain names"
            yield self.question(text, evidence, INTERNET, number)

    def within(self, host: str) -> tuple[str | None, str] | None:
        """Return the namespace and the name of the service that a host name means within the cluster, or None."""
        labels = host.split(".")
        if CLUSTER in labels[1:]:
            labels = labels[: labels.index(CLUSTER, 1)]
        elif len(labels) > 1 and labels[-1] not in self.directory.namespaces and is_domain(host):
            return None
        if not all(map(_NAME, labels)):
            return None
        return (labels[-1], labels[-2]) if len(labels) > 1 else (self.workload.namespace, labels[0])

    def unknown(
        self, host: str, namespace: str | None, name: str, port: int | None, number: int | None, evidence: Evidence
    ) -> Iterator[SeenConnection | OpenQuestion]:
        """Yield a connection to the workload that is called as the service would be, or else a question."""
        workload = self.directory.people.named(namespace, name)
        pods = None if workload is None else self.directory.people.pods(workload)
        doors = [] if workload is None else _doors(workload, port, number)
        if pods is not None and doors and self.caller is not None:
            for door in doors:
                yield SeenConnection("call", self.caller, pods, PortInterval("TCP", door, door), evidence)
        elif workload is not None and pods is not None:
            text = f"calls `{workload.name}` on a port that no manifest shows"
            yield self.question(text, evidence, pods, number)
        else:
            yield self.question(
                f"calls `{host}`, which no manifest shows", evidence, self.called(namespace, name), number
            )

    def called(self, namespace: str | None, name: str) -> PodsEnd | None:
        """Return the pods that are called by a name, as the program calls pods, if it can."""
        if not is_bare(name) or not (namespace is None or is_namespace(namespace)):
            return None
        key = self.directory.people.key
        return PodsEnd(InNamespace(namespace), LabelSelector((LabelRequirement(key, "In", (name,)),)))

    def endpoints(
        self, service: Service, ports: Sequence[ServicePort], port: int | None, evidence: Evidence
    ) -> Iterator[OpenQuestion]:
        """Yield questions about the addresses behind a service that selects no pods."""
        addresses = self.directory.addresses.get((service.namespace, service.name), [])
        targets = [each.target for each in ports if isinstance(each.target, int)]
        for address in addresses:
            for target in targets or (port,):
                text = f"calls the service `{service.name}`, which leads to addresses"
                block = BlockEnd(f"{address}/{128 if ':' in address else 32}")
                yield self.question(text, evidence, block, target)
        if not addresses:
            yield self.question(f"calls the service `{service.name}`, which selects no pods", evidence, None, None)

    def question(
        self, text: str, evidence: Evidence, destination: AskedEnd | None, port: int | None, *, shared: bool = False
    ) -> OpenQuestion:
        """Return a question about a destination, with the flow to it if its port is known, too."""
        space, who, caller = self.workload.namespace, self.workload.name, self.caller
        door = None if port is None else PortInterval("TCP", port, port)
        return OpenQuestion(space, text, evidence, who, caller, destination, door, shared=shared)


def _is_near(host: str) -> bool:
    """Tell whether a host is the pod itself, its node, or the DNS that every pod may ask."""
    if re.fullmatch(_DNS, host):
        return True
    return re.fullmatch(_NEAR, host) is not None and f".{CLUSTER}." not in host


def _doors(workload: Workload, port: int | None, number: int | None) -> list[int]:
    """Return the port of a workload that is meant by one of a service that no manifest shows, as far as it is plain."""
    declared = [each.number for each in workload.ports if each.protocol == "TCP"]
    if number is not None and (number in declared or not declared):
        return [number]
    return declared if len(declared) == 1 and port is None else []
