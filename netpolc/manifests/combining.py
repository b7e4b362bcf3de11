"""The manifests of many files as those of one cluster."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from netpolc.diagnostics.model import Diagnostic, Label, Severity, collect
from netpolc.manifests.model import (
    BasicObject,
    Binding,
    ClusterNode,
    ConfigMap,
    EndpointSlice,
    Gateway,
    Manifests,
    Monitor,
    Namespace,
    PodMaker,
    Route,
    Service,
    Webhook,
    WideObject,
    Workload,
)
from netpolc.manifests.owners import without_owned
from netpolc.policy.model import Policy
from netpolc.source import Location

_AnyObject = BasicObject | WideObject
_Object = TypeVar("_Object", bound=_AnyObject)
_Key = tuple[str, str | None, str]


def combine(parts: Iterable[Manifests]) -> Manifests:
    """Return all objects of some manifests, each once, with what another object controls merged into its controller.

    If an object occurs twice, the last counts, as with `kubectl apply`. That is an error for policies, and a note for
    other objects that differ.
    """
    parts = tuple(parts)
    diagnostics = [diagnostic for part in parts for diagnostic in part.diagnostics]
    return Manifests(
        policies=_once((one for part in parts for one in part.policies), diagnostics),
        workloads=without_owned(_once((one for part in parts for one in part.workloads), diagnostics)),
        namespaces=_once((one for part in parts for one in part.namespaces), diagnostics),
        services=_once((one for part in parts for one in part.services), diagnostics),
        endpoint_slices=tuple(one for part in parts for one in part.endpoint_slices),
        nodes=tuple(one for part in parts for one in part.nodes),
        routes=_once((one for part in parts for one in part.routes), diagnostics),
        gateways=_once((one for part in parts for one in part.gateways), diagnostics),
        webhooks=_once((one for part in parts for one in part.webhooks), diagnostics),
        monitors=_once((one for part in parts for one in part.monitors), diagnostics),
        config_maps=_once((one for part in parts for one in part.config_maps), diagnostics),
        bindings=_once((one for part in parts for one in part.bindings), diagnostics),
        makers=_once((one for part in parts for one in part.makers), diagnostics),
        skipped=_counted(part.skipped for part in parts),
        foreign=_first_of_each(part.foreign for part in parts),
        assumed=_first_of_each(part.assumed for part in parts),
        attached=next((part.attached for part in parts if part.attached is not None), None),
        refused=_counted(part.refused for part in parts),
        diagnostics=collect(diagnostics),
    )


def _counted(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for each in counts:
        for name, count in each.items():
            total[name] = total.get(name, 0) + count
    return total


def _first_of_each(places: Iterable[dict[str, Location]]) -> dict[str, Location]:
    first: dict[str, Location] = {}
    for each in places:
        first = {**each, **first}
    return first


def _key(one: _AnyObject) -> _Key:
    match one:
        case Policy():
            return "NetworkPolicy", one.namespace, one.name
        case Workload() | Route() | Monitor() | Binding() | PodMaker() | EndpointSlice():
            return one.kind, one.namespace, one.name
        case Service():
            return "Service", one.namespace, one.name
        case Gateway():
            return "Gateway", one.namespace, one.name
        case ConfigMap():
            return "ConfigMap", one.namespace, one.name
        case Namespace():
            return "Namespace", None, one.name
        case ClusterNode():
            return "Node", None, one.name
        case Webhook(backend=backend):
            # An object may have several.
            return one.kind, backend.namespace, f"{one.name}: {backend.service}:{backend.port}"


def _once(objects: Iterable[_Object], diagnostics: list[Diagnostic]) -> tuple[_Object, ...]:
    """Return the last of the objects with the same key, in the position of the first, and report the repetitions."""
    kept: dict[_Key, _Object] = {}
    for one in objects:
        key = _key(one)
        earlier = kept.get(key)
        if earlier is not None and (isinstance(one, Policy) or one != earlier):
            diagnostics.append(_twice(key, earlier, one))
        kept[key] = one
    return tuple(kept.values())


def _twice(key: _Key, earlier: _AnyObject, later: _AnyObject) -> Diagnostic:
    kind, namespace, name = key
    shown = name if namespace is None else f"{namespace}/{name}"
    severity: Severity = "error" if isinstance(later, Policy) else "note"
    labels = () if earlier.location is None else (Label(earlier.location, "first here"),)
    return Diagnostic(
        code="NP417",
        severity=severity,
        message=f"the {kind} `{shown}` is there twice; the last one counts",
        location=later.location,
        label="again here",
        labels=labels,
        help="rename one of them, or leave it out",
    )
