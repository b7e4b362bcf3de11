"""The objects of manifests, as far as the network is concerned; each keeps the location that it was read from."""

from __future__ import annotations

from typing import Literal

import msgspec

from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.model import Policy, Selector
from netpolc.policy.tier_model import KINDS as TIER_KINDS
from netpolc.policy.tier_model import TierPolicy
from netpolc.source import Location

DOCUMENT = "document"
"""What stands for a kind where a document cannot be read."""


class ContainerPort(msgspec.Struct, frozen=True):
    """A port that a container declares, or a `sidecar`; undeclared ones are reachable all the same."""

    number: int
    protocol: str
    name: str | None = None
    sidecar: bool = False


class Owner(msgspec.Struct, frozen=True):
    """A controller of an object, in the same namespace."""

    kind: str
    name: str


class Whole(msgspec.Struct, frozen=True):
    """The workload that another one is a part of; it is `complete` unless it has more parts than anybody would read."""

    kind: str
    name: str
    complete: bool = True


class VaryingLabel(msgspec.Struct, frozen=True):
    """A label that a controller gives each of its pods, with a value that manifests do not show.

    With a `prefix`, the value is that and the number of the pod, which is none below `first`, and the same in all such
    labels of a pod. Without one, nothing is known of it.
    """

    key: str
    prefix: str | None = None
    first: int = 0


class Probe(msgspec.Struct, frozen=True):
    """A probe of the kubelet (`liveness`, `readiness`, `startup`), by the number or the name of its port."""

    kind: str
    port: int | str
    location: Location


class Scrape(msgspec.Struct, frozen=True):
    """The announcement of metrics in annotations; without a port, the declared ports of the containers are meant."""

    port: int | None
    location: Location


class ConfigText(msgspec.Struct, frozen=True):
    """A text in a workload or a ConfigMap, by the name of its variable, argument list or key.

    That of a variable is empty if it is from elsewhere, such as a `secret`.
    """

    kind: Literal["env", "argument", "data"]
    name: str
    value: str
    location: Location
    secret: bool = False


class Reference(msgspec.Struct, frozen=True):
    """A ConfigMap that a workload takes texts from, as variables or files.

    A variable gets one `key`; without it, all keys are taken, after a `prefix` where they become variables.
    """

    kind: Literal["env", "file"]
    config_map: str
    key: str | None = None
    name: str | None = None
    prefix: str = ""


class Workload(msgspec.Struct, frozen=True, kw_only=True):
    """The pods of one object: of a controller by their template, or a pod by itself.

    `labels` are those that all of the pods carry, and `varying` those that each carries with another value, or with one
    that is not known; `own_labels` are those of the controller, which no selector sees. Some pods of a workload that
    rules tell apart are a workload of their own, and `part_of` is the one that they are of. Only running pods have
    `addresses`; rules for blocks of these count for pods that are `in_blocks`. What is `generated` got its name from
    the API server. `owner` is the controller that the object names; among all manifests, the outermost one that is
    known and whose object is not among them, which is mostly a Deployment for the pods of a ReplicaSet. Objects that it
    `controls` are part of it, and no workloads of their own; of the pods among them, those `apart` have other labels
    than its template, as after a rollout that is not over.
    `init_ports` are those with names of init containers that end before the pod is ready, which a platform may find.
    `probes`, `scrape`, `texts`, `references` and the service account, by whose token pods speak to the API server, are
    there where manifests are read widely, and so is whether it has `several` pods for certain.
    """

    kind: str
    name: str
    namespace: str | None
    labels: dict[str, str]
    varying: tuple[VaryingLabel, ...] = ()
    part_of: Whole | None = None
    own_labels: dict[str, str] = {}
    ports: tuple[ContainerPort, ...] = ()
    init_ports: tuple[ContainerPort, ...] = ()
    probes: tuple[Probe, ...] = ()
    scrape: Scrape | None = None
    texts: tuple[ConfigText, ...] = ()
    references: tuple[Reference, ...] = ()
    service_account: str | None = None
    several: bool = False
    host_network: bool = False
    addresses: tuple[str, ...] = ()
    in_blocks: bool = True
    owner: Owner | None = None
    controls: tuple[Owner, ...] = ()
    apart: tuple[Workload, ...] = ()
    generated: bool = False
    location: Location


class Namespace(msgspec.Struct, frozen=True, kw_only=True):
    """A namespace and its labels, with `kubernetes.io/metadata.name`, which the API server sets on each."""

    name: str
    labels: dict[str, str]
    location: Location


class ServicePort(msgspec.Struct, frozen=True):
    """A port of a service and where it leads: a number or a container port's name; `node_port` is that of all nodes."""

    number: int
    protocol: str
    target: int | str
    name: str | None = None
    node_port: int | None = None


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service; without a selector, its endpoints are somebody else's to write.

    `addresses` are those that it has within the cluster, of which a `headless` one has none; `outside` are addresses
    and names under which it is reached from elsewhere. Its `external_name` is the name that its own stands for. It is
    `local` where nodes keep the addresses of those who come from outside.
    """

    name: str
    namespace: str | None
    labels: dict[str, str] = {}
    type: str
    selector: dict[str, str] | None
    ports: tuple[ServicePort, ...]
    addresses: tuple[str, ...] = ()
    headless: bool = False
    outside: tuple[str, ...] = ()
    external_name: str | None = None
    local: bool = False
    scrape: Scrape | None = None
    location: Location


class EndpointPort(msgspec.Struct, frozen=True):
    """A port of endpoints, by the name of the service's port that leads there; without a number, it is any."""

    name: str | None
    number: int | None
    protocol: str


class EndpointSlice(msgspec.Struct, frozen=True, kw_only=True):
    """Endpoints of a service, by the name of that, as an EndpointSlice or an Endpoints object lists them."""

    kind: str
    name: str
    namespace: str | None
    service: str
    addresses: tuple[str, ...]
    ports: tuple[EndpointPort, ...]
    location: Location


class ClusterNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the cluster, its labels and its addresses."""

    name: str
    labels: dict[str, str] = {}
    addresses: tuple[str, ...]
    location: Location


class Backend(msgspec.Struct, frozen=True):
    """A service that something leads to, by the number or the name of its port; without one, all of them.

    An OpenShift Route may say the number of the pods' port instead, the `target` of the service. The names by which
    people outside ask for it are its `hosts`, which may begin with `*.`.
    """

    namespace: str | None
    service: str
    port: int | str | None
    location: Location
    target: int | None = None
    hosts: tuple[str, ...] = ()

    def leads_to(self, port: ServicePort) -> bool:
        """Tell whether a port of the service is one that is led to."""
        if self.target is not None:
            return port.target == self.target
        return self.port in (None, port.number, port.name)


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """Traffic from outside that is led to services: an Ingress, of a class if it says so, or a route.

    Routes of OpenShift are of the class that its Ingress objects have, those of the Gateway API are of the class of
    their `gateways`, which are given by namespace, None being the route's own, and name.
    """

    kind: str
    name: str
    namespace: str | None
    class_name: str | None = None
    gateways: tuple[tuple[str | None, str], ...] = ()
    backends: tuple[Backend, ...]
    location: Location

    @property
    def shown(self) -> str:
        """What it is called."""
        return self.name if self.namespace is None else f"{self.namespace}/{self.name}"


class Gateway(msgspec.Struct, frozen=True, kw_only=True):
    """A Gateway of the Gateway API, which some controller serves, and its class, that of a GatewayClass.

    Its `ports` are those of its listeners, all of which speak protocols over TCP.
    """

    name: str
    namespace: str | None
    class_name: str
    ports: tuple[int, ...] = ()
    location: Location


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A service that the API server calls: an admission or conversion webhook, or an aggregated API."""

    kind: str
    name: str
    backend: Backend
    location: Location


class Monitor(msgspec.Struct, frozen=True, kw_only=True):
    """A ServiceMonitor or PodMonitor: the services or pods that it selects, and the ports that are scraped there.

    Without `namespaces` it selects in its own, and `*` stands for all. `ports` are those of services for a
    ServiceMonitor, and of containers for a PodMonitor; `targets` are always ports of containers.
    """

    kind: str
    name: str
    namespace: str | None
    namespaces: tuple[str, ...]
    selector: Selector
    ports: tuple[int | str, ...]
    targets: tuple[int | str, ...] = ()
    location: Location


class ConfigMap(msgspec.Struct, frozen=True, kw_only=True):
    """Texts for workloads of the same namespace."""

    name: str
    namespace: str | None
    texts: tuple[ConfigText, ...]
    location: Location


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """A RoleBinding or ClusterRoleBinding, and the service accounts that it is for, by namespace and name.

    `role` is the kind and the name of the role that they have by it.
    """

    kind: str
    name: str
    namespace: str | None
    accounts: tuple[tuple[str | None, str], ...]
    role: tuple[str, str] = ("", "")
    location: Location


class PodMaker(msgspec.Struct, frozen=True, kw_only=True):
    """A Role or ClusterRole that lets its holders make pods, or an object for which an operator makes some."""

    kind: str
    name: str
    namespace: str | None
    location: Location


BasicObject = Policy | TierPolicy | Workload | Namespace | Service | EndpointSlice | ClusterNode | Route | Gateway
"""An object of a kind that is always read."""

WideObject = Webhook | Monitor | ConfigMap | Binding | PodMaker
"""An object of a kind that is read only where manifests are read widely."""


class Manifests(msgspec.Struct, frozen=True, kw_only=True):
    """The objects of some manifests, what is wrong with them, and the number of objects of each kind that was skipped.

    The fields from `webhooks` to `makers` are filled only where manifests are read widely. `skipped` counts by
    `apiVersion/kind`, and as `DOCUMENT` what other tools read; `widely` counts those of a text that only a wide reading
    does not skip. The kinds in `foreign` decide who reaches whom, such as policies and networks of other products, with
    the location of the first of each. Those in `assumed` are unknown, and were taken for workloads by their pod
    templates, again with the first of each. `attached` is where the first pods are put on another network, too.
    `refused` counts by kind the objects that the API server would not take; `DOCUMENT` stands for what cannot be read.
    """

    policies: tuple[Policy, ...] = ()
    tier_policies: tuple[TierPolicy, ...] = ()
    workloads: tuple[Workload, ...] = ()
    namespaces: tuple[Namespace, ...] = ()
    services: tuple[Service, ...] = ()
    endpoint_slices: tuple[EndpointSlice, ...] = ()
    nodes: tuple[ClusterNode, ...] = ()
    routes: tuple[Route, ...] = ()
    gateways: tuple[Gateway, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
    monitors: tuple[Monitor, ...] = ()
    config_maps: tuple[ConfigMap, ...] = ()
    bindings: tuple[Binding, ...] = ()
    makers: tuple[PodMaker, ...] = ()
    skipped: dict[str, int] = {}
    widely: dict[str, int] = {}
    foreign: dict[str, Location] = {}
    assumed: dict[str, Location] = {}
    attached: Location | None = None
    refused: dict[str, int] = {}
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def lacks_policies(self) -> bool:
        """Whether policies are missing, or may be: what cannot be read may hold some."""
        return not self.refused.keys().isdisjoint(("NetworkPolicy", *TIER_KINDS, DOCUMENT))

    @property
    def service_blocks(self) -> frozenset[str]:
        """The addresses of services within the cluster, each as a block; no pod has one of these."""
        texts = (text for service in self.services for text in service.addresses)
        return frozenset(f"{text}/{128 if ':' in text else 32}" for text in texts)

    @property
    def has_objects(self) -> bool:
        """Whether there is anything that an answer can be about."""
        return bool(self.policies or self.tier_policies or self.workloads or self.namespaces or self.services)
