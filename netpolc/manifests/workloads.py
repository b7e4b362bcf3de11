"""Pods and their controllers, as far as the network is concerned (kubernetes/api, core/v1, apps/v1 and batch/v1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.added_labels import JOB_NAMES
from netpolc.manifests.fields import Object
from netpolc.manifests.metadata import Metadata, check_labels, read_metadata, require_name
from netpolc.manifests.model import ContainerPort, Owner, Workload
from netpolc.manifests.nodes import Mapping, Node, Sequence
from netpolc.policy import addresses, names
from netpolc.sets.ports import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_PORT, LAST_PORT = 1, 65535

_TEMPLATE = ("spec", "template")
_TEMPLATES = {"Pod": (), "CronJob": ("spec", "jobTemplate", "spec", "template")}
_ENDED = frozenset(("Succeeded", "Failed"))
_NODE = "Node"


def has_pod_template(root: Mapping) -> bool:
    """Tell whether an object of an unknown kind has a pod template where most controllers have it."""
    node: Node | None = root
    for name in (*_TEMPLATE, "spec", "containers"):
        node = node.fields.get(name) if isinstance(node, Mapping) else None
    return isinstance(node, Sequence)


def read_workload(item: Object, kind: str) -> Workload | None:
    """Read the pods of an object; None where they have ended, or the API server would refuse the object."""
    fields = item.root.fields
    metadata = read_metadata(item, fields.get("metadata"))
    require_name(item, metadata)
    template = pod_template(item, kind)
    spec = item.fields(template.get("spec"))
    status = item.fields(fields.get("status")) if kind == "Pod" else {}
    workload = Workload(
        kind=kind,
        name=metadata.name,
        namespace=metadata.namespace,
        labels=_labels(item, kind, metadata, template.get("metadata")),
        own_labels={} if kind == "Pod" else dict(metadata.labels),
        ports=_ports(item, spec),
        host_network=item.boolean(spec.get("hostNetwork")),
        addresses=_addresses(item, status),
        generated=metadata.generated,
        owner=_owner(item, item.fields(fields.get("metadata"))),
        location=item.location(item.root),
    )
    return None if item.rejected or item.text(status.get("phase")) in _ENDED else workload


def pod_template(item: Object, kind: str) -> dict[str, Node]:
    """Return the fields of the template by which an object of a kind makes pods, or of the pod itself."""
    template: dict[str, Node] = item.root.fields
    for name in _TEMPLATES.get(kind, _TEMPLATE):
        template = item.fields(template.get(name))
    return template


def _labels(item: Object, kind: str, metadata: Metadata, node: Node | None) -> dict[str, str]:
    """Return the labels of the pods, with those that are always added (kubernetes/api, batch/v1, JobNameLabel)."""
    written = item.fields(node).get("labels")
    labels = dict(metadata.labels if kind == "Pod" else item.pairs(written))
    check_labels(item, written, labels)
    if kind == "Job" and metadata.written:
        labels |= dict.fromkeys(JOB_NAMES, metadata.name)
    return labels


def _ports(item: Object, spec: dict[str, Node]) -> tuple[ContainerPort, ...]:
    """Return the ports of containers and sidecars; Kubernetes finds the latter since 1.32 (kubernetes#127976)."""
    containers = [item.fields(container) for container in item.items(spec.get("containers"))]
    for container in item.items(spec.get("initContainers")):
        fields = item.fields(container)
        if item.text(fields.get("restartPolicy")) == "Always":
            containers.append(fields)
    return tuple(dict.fromkeys(port for fields in containers for port in _of_container(item, fields)))


def _of_container(item: Object, container: dict[str, Node]) -> Iterator[ContainerPort]:
    """Yield the ports of one container, whose names must differ (core validation, validateContainerPorts)."""
    named: set[str] = set()
    for node in item.items(container.get("ports")):
        port = _port(item, node)
        if port is None:
            continue
        if port.name in named:
            item.reject("NP407", f"duplicate value `{port.name}`: must be unique within the container", node)
        if port.name is not None:
            named.add(port.name)
        yield port


def _port(item: Object, node: Node) -> ContainerPort | None:
    fields = item.fields(node)
    number = read_port(item, fields.get("containerPort"), node)
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
