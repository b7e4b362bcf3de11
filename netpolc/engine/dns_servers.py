"""What answers DNS, and whether a rule leads there: by the labels and ports of pods, or by addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.cluster_dns import (
    DNS_CLUSTER_IPS,
    DNS_NAMES,
    DNS_NAMESPACES,
    DNS_PORTS,
    DNS_SERVERS,
    NODE_LOCAL,
    NODE_LOCAL_LABEL,
)
from netpolc.engine.from_policies import addresses_of
from netpolc.engine.regions import PodSet, names_of
from netpolc.sets.addresses import NO_ADDRESS, AddressSet, union

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.model import AllowRule
    from netpolc.manifests.model import Workload
    from netpolc.sets.labels import LabelSelector
    from netpolc.sets.ports import PortSet

NAME = "name"
"""The label that people gave namespaces before Kubernetes named them itself."""

_SERVICES = union([addresses_of(f"{address}/32", ()) for address in DNS_CLUSTER_IPS])


class Server(msgspec.Struct, frozen=True):
    """Pods that answer: their namespace, the labels that they are known to have, and their ports over UDP.

    Those that every cluster has by default have a `name`.
    """

    namespace: str
    labels: dict[str, str]
    ports: frozenset[int]
    name: str | None = None


class Way(msgspec.Struct, frozen=True):
    """A rule as a way to DNS; if it only seems to be one, why it is not, and where it should lead (`Deployed.name`).

    It is not `certain` where the cluster may call its DNS otherwise than most do.
    """

    leads: bool
    why_not: str | None = None
    meant: str | None = None
    certain: bool = True


_OF_SERVICE = "this is the address of a Service, not of its pods"
_ON_NODES = "NodeLocal DNSCache answers on the nodes, which no selector finds"
_YES, NO_WAY = Way(leads=True), Way(leads=False)

KNOWN = tuple(
    Server(each.namespace, dict(each.labels), frozenset(int(port.partition("/")[0]) for port in each.ports), each.name)
    for each in DNS_SERVERS
    if each.namespace is not None
)


class Servers:
    """Pods that answer DNS: the usual ones, and those among the workloads."""

    def __init__(self, workloads: Iterable[Workload] = ()) -> None:
        """Look for pods in the namespaces of cluster DNS that declare its ports, and for NodeLocal DNSCache."""
        shown = [each for each in workloads if each.namespace in DNS_NAMESPACES]
        key, value = NODE_LOCAL_LABEL
        self.on_nodes = any(each.host_network and each.labels.get(key) == value for each in shown)
        self._shown = [server for each in shown if (server := _server(each)) is not None]
        self._pods = [*KNOWN, *self._shown]

    def way(self, rule: AllowRule) -> Way:
        """Tell whether a rule leads to DNS.

        Pods elsewhere may be somebody's own DNS, if the rule names its port; so may be any address, but that of the
        Service: policies are held against the pods behind it.
        """
        ports = rule.ports
        if not (
            any(ports.contains("UDP", port) for port in DNS_PORTS) or any(p.protocol == "UDP" for p in ports.names)
        ):
            return NO_WAY
        if isinstance(rule.peer, AddressSet):
            of_service = rule.peer - _SERVICES == NO_ADDRESS and not self.on_nodes
            return Way(leads=False, why_not=_OF_SERVICE) if of_service else _YES
        return self._to_pods(rule.subject, rule.peer, ports)

    def _to_pods(self, subject: PodSet, peer: PodSet, ports: PortSet) -> Way:
        names = _named(peer.namespaces)
        servers = self._pods if names is None else [each for each in self._pods if each.namespace in names]
        if not servers:
            # Pods of a namespace on any port are hardly called for names.
            return _YES if _names_dns(ports) else NO_WAY
        called = [each for each in servers if _may_be(each, subject, peer)]
        if not called:
            if not _names_dns(ports):
                return NO_WAY
            return _YES if names is None else self._called_otherwise(servers[0], peer)
        open_ports = [each for each in called if any(ports.contains("UDP", port) for port in each.ports)]
        if not open_ports and not any(name.protocol == "UDP" for name in ports.names):
            if names is None and not any(peer.pods.matches(each.labels) for each in called):
                return _YES if _names_dns(ports) else NO_WAY  # pods that may be anywhere, and may be called anything
            listed = " and ".join(str(port) for port in sorted(called[0].ports))
            why_not = f"the pods of DNS in `{called[0].namespace}` listen on {listed}"
            return Way(leads=False, why_not=why_not, meant=called[0].name)
        if self.on_nodes:
            return Way(leads=False, why_not=_ON_NODES, meant=NODE_LOCAL)
        return _YES

    def _called_otherwise(self, server: Server, peer: PodSet) -> Way:
        asked = {value for each in peer.pods.requirements if each.operator == "In" for value in each.values}
        certain = not asked & DNS_NAMES or any(each.namespace == server.namespace for each in self._shown)
        return Way(leads=False, why_not=_labels_of(server), meant=server.name, certain=certain)


def _server(workload: Workload) -> Server | None:
    """Return pods that are shown and declare a port of DNS."""
    ports = frozenset(port.number for port in workload.ports if port.protocol == "UDP" and port.number in DNS_PORTS)
    if workload.namespace is None or workload.host_network or not ports:
        return None
    return Server(workload.namespace, workload.labels, ports)


def _named(namespaces: LabelSelector) -> tuple[str, ...] | None:
    """Return the names of namespaces that are selected by these, or by a label that says the same."""
    names = names_of(namespaces)
    if names is not None:
        return names
    labels = (each for each in namespaces.requirements if each.key == NAME and each.operator == "In")
    return next((each.values for each in labels), None)


def _names_dns(ports: PortSet) -> bool:
    """Tell whether a port of DNS is named as such, and not one of a range."""
    numbers = any(each.first == each.last and each.first in DNS_PORTS for each in ports.intervals)
    return numbers or any(name.protocol == "UDP" for name in ports.names)


def _may_be(server: Server, subject: PodSet, peer: PodSet) -> bool:
    """Tell whether a server may be among some peers; labels that it is not known to have it may have all the same.

    But none has the labels that the pods of the policy's owner are selected by.
    """
    own = {each for each in subject.pods.requirements if each.operator == "In"}
    return all(
        each.matches(server.labels) if each.key in server.labels else each not in own for each in peer.pods.requirements
    )


def _labels_of(server: Server) -> str:
    listed = ", ".join(f"{key}={value}" for key, value in server.labels.items())
    return f"the pods of DNS in `{server.namespace}` carry `{listed}`, and nothing of whom they serve"
