"""What a text stands for that is written as in Kubernetes: workloads, pods, and services by name or address."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.closest import closest
from netpolc.engine.peers import id_of
from netpolc.policy.names import dns_subdomain
from netpolc.queries.ends.known_names import Reached
from netpolc.queries.ends.spelling import POD, SERVICE, DnsName, KindName, dns_name, kind_name, pod_address
from netpolc.queries.reading import QueryError, not_known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.peers import Peer
    from netpolc.manifests.model import Service
    from netpolc.queries.ends.known_names import KnownNames

API_SERVER = "default", "kubernetes"
"""The namespace and name of the Service in front of the API server, which every cluster has."""
_API_SERVER_ADVICE = (
    "it is that of the API server, which is no pod: ask about its address and port, as `192.0.2.1:6443`"
)


class Found(msgspec.Struct, frozen=True):
    """The workloads that a text stands for, or the services, or either, by the port that is asked for.

    Of services, only the pod that is called `host` counts, if that is given.
    """

    text: str
    peers: tuple[Peer, ...] = ()
    services: tuple[Reached, ...] = ()
    host: str | None = None

    @property
    def places(self) -> frozenset[str | None]:
        """The namespaces in which this is."""
        services = {each.service.namespace for each in self.services}
        return frozenset(services | {peer.workload.namespace for peer in self.peers if peer.workload is not None})


def find_object(text: str, known_names: KnownNames, namespaces: Iterable[str | None]) -> Found | None:
    """Find what is written with its kind, as `deploy/cart` or `shop/svc/cart`; `namespaces` are no kinds.

    Raises:
        QueryError: there is none, or in several namespaces.
    """
    asked = kind_name(text)
    if asked is None:
        return None
    if ":" in asked.name:
        raise QueryError(f"`{text}` cannot be read: ports belong to a destination", advice="remove them")
    word = text.partition("/")[0]
    if text.count("/") == 1 and (word in namespaces or word in known_names.namespaces):
        return None
    if asked.kind == SERVICE:
        name = None if asked.namespace else dns_name(asked.name)
        if name is not None:
            return _by_dns(text, name, known_names) or _none(asked, known_names)
        service = known_names.service(asked.name, asked.namespace)
        return _none(asked, known_names) if service is None else _of(text, service)
    peers = known_names.of_kind(asked)
    return Found(text, peers) if peers else _none(asked, known_names)


def find_name(text: str, known_names: KnownNames, *, anywhere: bool = False) -> Found | None:
    """Find what has a name or an address; None where nothing has it, in the current namespace or `anywhere`.

    Raises:
        QueryError: several namespaces have one, or the name is one of a service, and there is none.
    """
    address = pod_address(text)
    if address is not None:
        return Found(text, _with_address(address, known_names))
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if "." in inner or ":" in inner:
        reached = known_names.at(inner)
        if reached:
            return Found(text, services=reached)
        name = dns_name(text)
        found = None if name is None else _by_dns(text, name, known_names)
        if found is not None:
            return found
    namespace, _, name_alone = text.rpartition("/")
    if "/" in namespace or any(dns_subdomain(name_alone)):
        return None
    peers, service = known_names.named(name_alone, namespace or None, anywhere=anywhere)
    if not peers and service is None:
        return None
    return Found(text, peers, () if service is None else (Reached(service),))


def no_host(text: str, known_names: KnownNames) -> QueryError:
    """Return the error about a domain name that is none of the cluster's."""
    name = dns_name(text)
    if name is not None and (name.namespace, name.service) == API_SERVER:
        return QueryError(f"no Service is called `{text}`", code="NP314", advice=_API_SERVER_ADVICE)
    near = None if name is None else closest(f"{name.namespace}/{name.service}", set(known_names.names()))
    if near is not None:
        namespace, _, service = near.rpartition("/")
        advice = f"did you mean `{service}.{namespace}`?"
        return QueryError(f"no Service is called `{text}`", code="NP314", advice=advice)
    return QueryError(
        f"no Service is called `{text}`, and policies know no domain names",
        code="NP314",
        advice="for a host elsewhere, ask about its addresses",
    )


def _by_dns(text: str, name: DnsName, known_names: KnownNames) -> Found | None:
    service = known_names.services.get((name.namespace, name.service))
    if service is None and name.namespace not in known_names.namespaces:
        # Manifests that say no namespace are for any.
        service = known_names.services.get((None, name.service))
    if service is not None:
        return _of(text, service, name.host)
    if name.host is None and not name.certain:
        # `db-0.db` is what pods of the same namespace call a host.
        near = known_names.services.get((known_names.here, name.namespace))
        if near is not None:
            return _of(text, near, name.service)
    if name.certain or (name.host is None and name.namespace in known_names.namespaces):
        raise _unknown(SERVICE, f"{name.namespace}/{name.service}", known_names)
    return None


def _of(text: str, service: Service, host: str | None = None) -> Found:
    return Found(text, services=(Reached(service),), host=host)


def _with_address(text: str, known_names: KnownNames) -> tuple[Peer, ...]:
    try:
        address = str(ip_address(text))
    except ValueError:
        address = text
    found = tuple(peer for peer in known_names.peers if peer.workload and address in peer.workload.addresses)
    if not found:
        raise QueryError(f"no pod here has the address `{text}`", code="NP314")
    return found


def _none(asked: KindName, known_names: KnownNames) -> Found:
    """Raise the error about an object that is not there."""
    place = asked.namespace or known_names.here
    raise _unknown(asked.kind, asked.name if place is None else f"{place}/{asked.name}", known_names)


def _unknown(kind: str, name: str, known_names: KnownNames) -> QueryError:
    """Return the error about an object that is not there, with one of that kind that is called nearly so."""
    if kind == SERVICE and name == "/".join(API_SERVER):
        return QueryError(f"no Service is called `{name}`", code="NP314", advice=_API_SERVER_ADVICE)
    services = {name if place is None else f"{place}/{name}" for place, name in known_names.services}
    workloads = {id_of(peer.workload): peer.workload.kind for peer in known_names.peers if peer.workload is not None}
    if kind == SERVICE and name in workloads and name not in services:
        return QueryError(f"no Service is called `{name}`", code="NP314", advice=f"for the workload, write `{name}`")
    names = services if kind == SERVICE else {each for each, made in workloads.items() if made == kind}
    if kind == POD:
        names |= set(known_names.pods())
    return not_known(name, names, f"no {'pod' if kind == POD else kind} is called")
