"""Pods and their controllers, as far as the network is concerned (kubernetes/api, core/v1, apps/v1 and batch/v1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.added_labels import MACHINE_NAME, MACHINE_POD
from netpolc.ecosystem.isolating_kinds import NETWORK_KEYS
from netpolc.manifests.fields import Object
from netpolc.manifests.given_labels import given_labels
from netpolc.manifests.metadata import Metadata, check_labels, read_metadata, require_name
from netpolc.manifests.model import ContainerPort, Owner, Workload
from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence
from netpolc.policy import addresses, names
from netpolc.sets.ports import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.source import Location

FIRST_PORT, LAST_PORT = 1, 65535

_Path = tuple[str, ...]

_TEMPLATE = ("spec", "template")
_JOB_TEMPLATE = ("spec", "jobTemplate", *_TEMPLATE)
_MACHINE = "VirtualMachineInstance"
_TEMPLATES: dict[str, _Path] = {
    "Pod": (),
    "CronJob": _JOB_TEMPLATE,
    **dict.fromkeys(
        ("DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"), _TEMPLATE
    ),
    _MACHINE: (),
}
"""Where kinds have the template of their pods; a pod, and a machine of KubeVirt, is its own."""

KINDS = frozenset(_TEMPLATES)
"""The kinds of which is known what labels their pods have."""

_ASSUMED: tuple[_Path, ...] = (
    _TEMPLATE,
    (*_TEMPLATE, *_TEMPLATE),
    _JOB_TEMPLATE,
    ("spec", "jobTargetRef", "template"),
    ("spec", "virtualMachineTemplate", *_TEMPLATE),
)
"""Where other kinds may have it."""

_ENDED = frozenset(("Succeeded", "Failed"))
_NODE = "Node"
_NAMED_MACHINES = ("VirtualMachine", _MACHINE)
_NO_NETWORKS = ("", "[]")


def has_pod_template(root: Mapping, kind: str) -> bool:
    """Tell whether an object of an unknown kind has a pod template, by which it would make pods."""
    return _template_path(root, kind) is not None


def read_assumed_workload(item: Object, kind: str) -> Workload | None:
    """Read the pods of an object of an unknown kind; what is wrong is a warning, because its template may be none."""
    found = read_workload(item, kind)
    item.diagnostics = [msgspec.structs.replace(each, severity="warning") for each in item.diagnostics]
    item.rejected = False
    return found


def read_workload(item: Object, kind: str) -> Workload | None:
    """Read the pods of an object; None where they have ended, or the API server would refuse the object."""
    fields = item.root.fields
    metadata = read_metadata(item, fields.get("metadata"))
    require_name(item, metadata)
    template = pod_template(item, kind)
    spec = item.fields(template.get("spec"))
    status = item.fields(fields.get("status")) if template is fields else {}
    labels = _labels(item, kind, metadata, template)
    given = given_labels(item, kind, metadata, labels)
    for each in given.varying:
        labels.pop(each.key, None)
    workload = Workload(
        kind=kind,
        name=metadata.name,
        namespace=metadata.namespace,
        labels=labels | given.known if given.known else labels,
        varying=given.varying,
        own_labels={} if kind == "Pod" else dict(metadata.labels),
        ports=_ports(item, spec),
        init_ports=_init_ports(item, spec),
        host_network=item.boolean(spec.get("hostNetwork")),
        addresses=_addresses(item, status),
        generated=metadata.generated,
        owner=_owner(item, item.fields(fields.get("metadata"))),
        location=item.location(item.root),
    )
    return None if item.rejected or item.text(status.get("phase")) in _ENDED else workload


def pod_template(item: Object, kind: str) -> dict[str, Node]:
    """Return the fields of the template by which an object of a kind makes pods, or of the pod itself."""
    path = _TEMPLATES[kind] if kind in _TEMPLATES else _template_path(item.root, kind)
    template: dict[str, Node] = item.root.fields
    for name in _TEMPLATE if path is None else path:
        template = item.fields(template.get(name))
    return template


def is_machine(spec: dict[str, Node]) -> bool:
    """Tell whether the `spec` of a pod template is that of a virtual machine of KubeVirt."""
    return "containers" not in spec and isinstance(spec.get("domain"), Mapping)


def other_network(item: Object, kind: str) -> Location | None:
    """Return where the pods of an object are put on networks beside the cluster's own; None where they are not."""
    template = pod_template(item, kind)
    metadata, spec = template.get("metadata"), template.get("spec")
    written = metadata.fields.get("annotations") if isinstance(metadata, Mapping) else None
    if isinstance(written, Mapping):
        for key in NETWORK_KEYS:
            value = written.fields.get(key)
            if isinstance(value, Scalar) and value.text.strip() not in _NO_NETWORKS:
                return item.key_location(written, key)
    if isinstance(spec, Mapping) and is_machine(spec.fields):
        networks = spec.fields.get("networks")
        for network in networks.items if isinstance(networks, Sequence) else ():
            if isinstance(network, Mapping) and "multus" in network.fields:
                return item.location(network)
    return None


def _template_path(root: Mapping, kind: str) -> _Path | None:
    """Return where an object has its pod template, as far as its kind has one place for it."""
    paths = (_TEMPLATES[kind],) if kind in _TEMPLATES else _ASSUMED
    return next((path for path in paths if _has_template_at(root, path)), None)


def _has_template_at(root: Mapping, path: _Path) -> bool:
    node: Node | None = root
    for name in (*path, "spec"):
        node = node.fields.get(name) if isinstance(node, Mapping) else None
    if not isinstance(node, Mapping):
        return False
    return isinstance(node.fields.get("containers"), Sequence) or is_machine(node.fields)


def _labels(item: Object, kind: str, metadata: Metadata, template: dict[str, Node]) -> dict[str, str]:
    """Return the labels of the template, with those that virtual machines have.

    These are of kubevirt/kubevirt, pkg/virt-controller/services/template.go, podLabels.
    """
    written = item.fields(template.get("metadata")).get("labels")
    labels = dict(metadata.labels if kind == "Pod" else item.pairs(written))
    check_labels(item, written, labels)
    spec = template.get("spec")
    if isinstance(spec, Mapping) and is_machine(spec.fields):
        labels |= dict((MACHINE_POD,))
        if kind in _NAMED_MACHINES and metadata.written:
            labels[MACHINE_NAME] = item.text(spec.fields.get("hostname")) or metadata.name
    return labels


def _ports(item: Object, spec: dict[str, Node]) -> tuple[ContainerPort, ...]:
    """Return the ports of containers and sidecars; Kubernetes finds the latter since 1.32 (kubernetes#127976)."""
    containers = [item.fields(container) for container in item.items(spec.get("containers"))]
    found = [_ports_in(item, item.items(fields.get("ports")), "containerPort") for fields in containers]
    if is_machine(spec):
        devices = item.fields(item.fields(spec["domain"]).get("devices"))
        interfaces = [item.fields(node) for node in item.items(devices.get("interfaces"))]
        found += [_ports_in(item, item.items(fields.get("ports")), "port") for fields in interfaces]
    ports = dict.fromkeys(port for ports in found for port in ports)
    for fields in _init_containers(item, spec, sidecars=True):
        for port in _ports_in(item, item.items(fields.get("ports")), "containerPort"):
            if port not in ports:
                ports[msgspec.structs.replace(port, sidecar=True)] = None
    return tuple(ports)


def _init_ports(item: Object, spec: dict[str, Node]) -> tuple[ContainerPort, ...]:
    """Return the ports with names of init containers that are no sidecars."""
    containers = _init_containers(item, spec, sidecars=False)
    found = (_ports_in(item, item.items(fields.get("ports")), "containerPort") for fields in containers)
    return tuple(dict.fromkeys(port for ports in found for port in ports if port.name is not None))


def _init_containers(item: Object, spec: dict[str, Node], *, sidecars: bool) -> Iterator[dict[str, Node]]:
    for container in item.items(spec.get("initContainers")):
        fields = item.fields(container)
        if (item.text(fields.get("restartPolicy")) == "Always") is sidecars:
            yield fields


def _ports_in(item: Object, nodes: list[Node], number: str) -> Iterator[ContainerPort]:
    """Yield the ports of one container, whose names must differ (core validation, validateContainerPorts)."""
    named: set[str] = set()
    for node in nodes:
        port = _port(item, node, number)
        if port is None:
            continue
        if port.name in named:
            item.reject("NP407", f"duplicate value `{port.name}`: must be unique within the container", node)
        if port.name is not None:
            named.add(port.name)
        yield port


def _port(item: Object, node: Node, key: str) -> ContainerPort | None:
    fields = item.fields(node)
    number = read_port(item, fields.get(key), node)
    protocol = read_protocol(item, fields.get("protocol"))
    return None if number is None else ContainerPort(number, protocol, read_port_name(item, fields.get("name")) or None)


def read_port_name(item: Object, node: Node | None) -> str:
    """Read the name of a container's port, empty where there is none."""
    name = item.text(node)
    if name and node is not None:
        for fault in names.port_name(name):
            item.reject("NP407", f"invalid value `{name}`: {fault}", node)
    return name


def read_port(item: Object, node: Node | None, around: Node) -> int | None:
    """Read the number of a port, and report where it is missing or out of range."""
    number = item.integer(node)
    if number is not None and FIRST_PORT <= number <= LAST_PORT:
        return number
    if not item.rejected:
        fault = "required value" if number is None else f"invalid value `{number}`"
        item.reject("NP407", f"{fault}: must be between {FIRST_PORT} and {LAST_PORT}, inclusive", node or around)
    return None


def read_protocol(item: Object, node: Node | None) -> str:
    """Read a protocol, TCP where none is written."""
    protocol = item.text(node) or "TCP"
    if protocol not in PROTOCOLS and node is not None:
        supported = ", ".join(f"`{name}`" for name in PROTOCOLS)
        item.reject("NP407", f"unsupported value `{protocol}`: supported values: {supported}", node)
    return protocol


def _addresses(item: Object, status: dict[str, Node]) -> tuple[str, ...]:
    """Return the addresses of a pod, at most one of each family."""
    if not status:
        return ()
    found = [item.text(item.fields(entry).get("ip")) for entry in item.items(status.get("podIPs"))]
    found = found or [item.text(status.get("podIP"))]
    return tuple(ip for ip in found if addresses.parse(f"{ip}/{128 if ':' in ip else 32}") is not None)


def _owner(item: Object, metadata: dict[str, Node]) -> Owner | None:
    """Return the controller of an object; what cannot be read of it is left out in silence.

    The kubelet shows the static pods of a node as its own; no controller makes these.
    """
    if "ownerReferences" not in metadata:
        return None
    item = Object(item.root, item.source)
    for entry in item.items(metadata["ownerReferences"]):
        if isinstance(entry, Mapping) and item.boolean(entry.fields.get("controller")):
            kind, name = item.text(entry.fields.get("kind")), item.text(entry.fields.get("name"))
            if kind and name and kind != _NODE:
                return Owner(kind, name)
    return None
