"""Where services lead: to which pods or addresses, and from which of their ports to which of theirs.

Policies are judged by the address and port of the pod, after kube-proxy, or what is in its place, has chosen one
(kubernetes.io, "Virtual IPs and Service Proxies").
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.workloads.services import numbers, selected
from netpolc.checks.workloads.workloads import loosened
from netpolc.engine.from_policies import addresses_of
from netpolc.engine.peers import endpoint, is_whole
from netpolc.engine.verdicts import Pod
from netpolc.queries.ends.spelling import dns_name
from netpolc.queries.reading import QueryError
from netpolc.sets.addresses import AddressSet, union
from netpolc.sets.ports import NamedPort, PortInterval, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.engine.peers import Peer
    from netpolc.engine.regions import PodSet
    from netpolc.manifests.model import EndpointPort, Service, ServicePort
    from netpolc.queries.ends.known_names import KnownNames
    from netpolc.sets.ports import PortSet

MOST_NAMED = 3


class ServiceTarget(msgspec.Struct, frozen=True):
    """The pods behind a service: workloads, addresses of nobody here, or pods that no manifest shows.

    `port_of` are the ports that a service's port leads to at each workload, or at all of the others.
    """

    peers: tuple[Peer, ...] = ()
    addresses: AddressSet = AddressSet(())
    pods: PodSet | None = None
    endpoint_ports: tuple[EndpointPort, ...] = ()

    def port_at(self, peer: Peer | None, port: ServicePort) -> PortSet:
        """Return where a port of the service leads: nowhere, if no container or endpoint has it."""
        protocol = port.protocol
        if self.endpoint_ports:
            given = (each for each in self.endpoint_ports if each.name == port.name and each.protocol == protocol)
            found = [each.number or port.number for each in given]
        elif peer is None or peer.workload is None:
            if isinstance(port.target, str):
                return ports_of([NamedPort(protocol, port.target)])  # type: ignore[arg-type]  # checked when read
            found = [port.target]
        else:
            found = numbers(peer.workload, port)
        return ports_of(PortInterval(protocol, each, each) for each in found)  # type: ignore[arg-type]  # as above


def shown(service: Service) -> str:
    """Return what a service is called."""
    return service.name if service.namespace is None else f"{service.namespace}/{service.name}"


def real(service: Service, known_names: KnownNames) -> Service:
    """Return a service, or the one that the external name of it leads to.

    Raises:
        QueryError: it leads out of the cluster, or in a circle.
    """
    seen = [service]
    while seen[-1].type == "ExternalName":
        external = seen[-1].external_name or ""
        name = dns_name(external)
        then = (
            None if name is None or name.host is not None else known_names.services.get((name.namespace, name.service))
        )
        if then in seen:
            raise QueryError(
                f"the Service `{shown(service)}` is another name for `{external}`, and that leads back to it",
                advice="correct its `externalName`",
            )
        if then is None and name is not None and name.certain:
            raise QueryError(
                f"the Service `{shown(service)}` is another name for `{external}`, and no Service is called so",
                advice="add that to the inputs, or correct `externalName`",
            )
        if then is None:
            raise QueryError(
                f"the Service `{shown(service)}` is another name for `{external}`, and policies know no names",
                advice="ask about the addresses that this has",
            )
        seen.append(then)
    return seen[-1]


def target_of(service: Service, known_names: KnownNames, host: str | None = None) -> ServiceTarget:
    """Find what is behind a service, or the one pod that is called `host` there.

    Raises:
        QueryError: there is nothing, or nobody knows what.
    """
    pods = selected(service)
    if service.selector is not None and pods is not None:
        near = list(known_names.within(service.namespace))
        found = _held(pods, near) or _held(loosened(pods), near)
        if host is not None:
            kept = _held(pods, known_names.hosts(host, service.namespace))
            if not kept:
                raise QueryError(f"no pod of the Service `{shown(service)}` is called `{host}`", code="NP314")
            return ServiceTarget(kept)
        if not all(map(is_whole, found)):
            raise QueryError(f"rules tell pods of the Service `{shown(service)}` apart in too many ways")
        if found or not near:
            return ServiceTarget(found, pods=None if found else pods)
        raise QueryError(
            f"the Service `{shown(service)}` leads to nobody: no pod of its namespace has the labels that it selects, "
            f"`{endpoint(pods).rpartition('/')[2]}`",
            advice="correct its selector, or the labels of the pods",
        )
    slices = tuple(known_names.slices(service))
    addresses = union([single(text) for each in slices for text in each.addresses])
    if not addresses:
        raise QueryError(
            f"the Service `{shown(service)}` selects no pods, and nothing here shows its endpoints",
            advice="add its EndpointSlices to the inputs, or ask about pods or addresses",
        )
    peers = tuple(each for each in known_names.peers if each.end.addresses & addresses)
    ports = tuple(dict.fromkeys(port for each in slices for port in each.ports))
    return ServiceTarget(peers, addresses - union([each.end.addresses for each in peers]), endpoint_ports=ports)


def _held(pods: PodSet, peers: Iterable[Peer]) -> tuple[Peer, ...]:
    """Return the workloads of a namespace whose pods a service selects there."""
    return tuple(peer for peer in peers if isinstance(peer.end, Pod) and pods.pods.matches(peer.end.labels))


def single(text: str) -> AddressSet:
    """Return an address alone; nothing for what is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return AddressSet(())
    return addresses_of(f"{address}/{address.max_prefixlen}", ())


def listed(items: Sequence[str]) -> str:
    """Write the first few of some things, and how many more there are."""
    kept = [*items[:MOST_NAMED], *([f"{len(items) - MOST_NAMED} more"] if len(items) > MOST_NAMED else [])]
    return kept[0] if len(kept) == 1 else f"{', '.join(kept[:-1])} and {kept[-1]}"
