"""What manifests hold, as far as the network is concerned; every value keeps the place that it was read from."""

from __future__ import annotations

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.model import Policy
from netpolc.source import Location


class ContainerPort(msgspec.Struct, frozen=True):
    """A port that a container declares; undeclared ones are reachable all the same."""

    number: int
    protocol: str
    name: str | None = None


class Owner(msgspec.Struct, frozen=True):
    """The controller of an object, in the same namespace."""

    kind: str
    name: str


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """The pods of one object: of a controller by their template, or a pod by itself.

    `labels` are those that the pods carry, never those of the controller. `addresses` are known of running pods only.
    """

    kind: str
    name: str
    namespace: str | None
    labels: dict[str, str]
    ports: tuple[ContainerPort, ...] = ()
    host_network: bool = False
    addresses: tuple[str, ...] = ()
    owner: Owner | None = None
    location: Location


class Namespace(msgspec.Struct, frozen=True, kw_only=True):
    """A namespace and its labels, with `kubernetes.io/metadata.name`, which the API server sets on each."""

    name: str
    labels: dict[str, str]
    location: Location


class ServicePort(msgspec.Struct, frozen=True):
    """A port of a service and where it leads: a number or a container port's name."""

    number: int
    protocol: str
    target: int | str
    name: str | None = None


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service; without a selector, its endpoints are somebody else's to write."""

    name: str
    namespace: str | None
    type: str
    selector: dict[str, str] | None
    ports: tuple[ServicePort, ...]
    location: Location


class Manifests(msgspec.Struct, frozen=True, kw_only=True):
    """The objects of some manifests, what was wrong with them, and how many there are of other `apiVersion/kind`."""

    policies: tuple[Policy, ...] = ()
    workloads: tuple[Workload, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    services: tuple[Service, ...] = ()
    skipped: dict[str, int] = {}
    diagnostics: tuple[Diagnostic, ...] = ()
