"""The evidence of connections in a workload: probes, texts, ConfigMaps, its service account.

Secrets are never read, nor are the values that a workload takes from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from netpolc.manifests.fields import Object
from netpolc.manifests.metadata import read_metadata, require_name
from netpolc.manifests.model import Binding, ConfigMap, ConfigText, Probe, Reference, Service, Workload
from netpolc.manifests.monitors import read_scrape
from netpolc.manifests.nodes import Mapping
from netpolc.manifests.workloads import is_machine, pod_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.manifests.nodes import Node

PROBES = ("liveness", "readiness", "startup")
DEFAULT_ACCOUNT = "default"

_HANDLERS = ("httpGet", "tcpSocket", "grpc")
_COMMANDS = ("command", "args")


def of_workload(workload: Workload, item: Object) -> Workload:
    """Return a workload with the evidence in its pod template; whatever cannot be read is left out in silence."""
    item = Object(item.root, item.source)
    template = pod_template(item, workload.kind)
    spec = item.fields(template.get("spec"))
    machine = is_machine(spec)
    # The probes of a virtual machine are its own, and no account's token is in it.
    containers = [spec] if machine else [item.fields(node) for node in item.items(spec.get("containers"))]
    initial = [item.fields(node) for node in item.items(spec.get("initContainers"))]
    account = item.text(spec.get("serviceAccountName")) or item.text(spec.get("serviceAccount")) or DEFAULT_ACCOUNT
    token = spec.get("automountServiceAccountToken")
    return replace(
        workload,
        probes=tuple(probe for container in (*containers, *initial) for probe in _probes(item, container)),
        scrape=read_scrape(item, item.fields(template.get("metadata")).get("annotations")),
        texts=tuple(text for container in (*initial, *containers) for text in _texts(item, container)),
        references=tuple(dict.fromkeys(_references(item, spec, [*initial, *containers]))),
        service_account=account if not machine and (token is None or item.boolean(token)) else None,
        several=_are_several(item, item.fields(item.root.fields.get("spec")).get("replicas")),
    )


def _are_several(item: Object, replicas: Node | None) -> bool:
    number = item.integer(replicas)
    return number is not None and number > 1


def of_service(service: Service, item: Object) -> Service:
    """Return a service with the port for metrics that its annotations announce."""
    item = Object(item.root, item.source)
    return replace(service, scrape=read_scrape(item, item.fields(item.root.fields.get("metadata")).get("annotations")))


def read_config_map(item: Object) -> ConfigMap:
    """Read a ConfigMap without its binary data."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    data = item.root.fields.get("data")
    texts = (
        ConfigText("data", key, item.text(value), item.key_location(data, key))
        for key, value in item.fields(data).items()
        if isinstance(data, Mapping)
    )
    return ConfigMap(
        name=metadata.name,
        namespace=metadata.namespace,
        texts=tuple(texts),
        location=item.location(item.root),
    )


def read_binding(item: Object) -> Binding:
    """Read a RoleBinding or ClusterRoleBinding (rbac/v1); only service accounts are kept of its subjects."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    accounts: list[tuple[str | None, str]] = []
    for node in item.items(item.root.fields.get("subjects")):
        fields = item.fields(node)
        if item.text(fields.get("kind")) == "ServiceAccount":
            namespace = item.text(fields.get("namespace")) or metadata.namespace
            accounts.append((namespace, item.text(fields.get("name"))))
    role = item.fields(item.root.fields.get("roleRef"))
    return Binding(
        kind=item.text(item.root.fields.get("kind")),
        name=metadata.name,
        namespace=metadata.namespace,
        accounts=tuple(accounts),
        role=(item.text(role.get("kind")), item.text(role.get("name"))),
        location=item.location(item.root),
    )


def _probes(item: Object, container: dict[str, Node]) -> Iterator[Probe]:
    for kind in PROBES:
        node = container.get(f"{kind}Probe")
        if node is None:
            continue
        fields = item.fields(node)
        for handler in _HANDLERS:
            port = item.integer_or_text(item.fields(fields.get(handler)).get("port"))
            if port:
                yield Probe(kind, port, item.location(node))


def _texts(item: Object, container: dict[str, Node]) -> Iterator[ConfigText]:
    """Yield variables and arguments; a variable whose value is from elsewhere has an empty one."""
    for node in item.items(container.get("env")):
        fields = item.fields(node)
        value = item.text(fields.get("value"))
        origin = fields.get("valueFrom")
        if value or isinstance(origin, Mapping):
            secret = item.fields(item.fields(origin).get("secretKeyRef"))
            certain = bool(secret) and not item.boolean(secret.get("optional"))
            yield ConfigText("env", item.text(fields.get("name")), value, item.location(node), certain)
    for name in _COMMANDS:
        for node in item.items(container.get(name)):
            yield ConfigText("argument", name, item.text(node), item.location(node))


def _references(item: Object, spec: dict[str, Node], containers: list[dict[str, Node]]) -> Iterator[Reference]:
    for container in containers:
        for node in item.items(container.get("env")):
            fields = item.fields(node)
            source = item.fields(item.fields(fields.get("valueFrom")).get("configMapKeyRef"))
            name, key = item.text(source.get("name")), item.text(source.get("key"))
            if name and key:
                yield Reference("env", name, key, item.text(fields.get("name")))
        for node in item.items(container.get("envFrom")):
            fields = item.fields(node)
            name = item.text(item.fields(fields.get("configMapRef")).get("name"))
            if name:
                yield Reference("env", name, prefix=item.text(fields.get("prefix")))
    for node in item.items(spec.get("volumes")):
        fields = item.fields(node)
        projected = item.items(item.fields(fields.get("projected")).get("sources"))
        for each in (fields, *(item.fields(source) for source in projected)):
            yield from _files(item, item.fields(each.get("configMap")))


def _files(item: Object, volume: dict[str, Node]) -> Iterator[Reference]:
    name = item.text(volume.get("name"))
    keys = [item.text(item.fields(node).get("key")) for node in item.items(volume.get("items"))]
    if name:
        yield from [Reference("file", name, key) for key in keys] or [Reference("file", name)]
