"""Manifests put into a namespace, as `kubectl --namespace` does with what names none."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from netpolc.manifests.combining import combine
from netpolc.manifests.model import ConfigMap, Manifests, Monitor, Route, Service, Workload
from netpolc.policy.model import Policy

_Object = TypeVar("_Object", Policy, Workload, Service, Route, Monitor, ConfigMap)


def in_namespace(manifests: Manifests, name: str | None) -> Manifests:
    """The manifests, of which those without a namespace are in one of that name; None leaves them where they are.

    What is there twice by that is once, and said: the diagnostics are those that there were, and these.
    """
    if name is None:
        return manifests
    placed = msgspec.structs.replace(
        manifests,
        diagnostics=(),
        policies=_placed(manifests.policies, name),
        workloads=_placed(manifests.workloads, name),
        services=_placed(manifests.services, name),
        routes=_placed(manifests.routes, name),
        monitors=_placed(manifests.monitors, name),
        config_maps=_placed(manifests.config_maps, name),
    )
    once = combine((placed,))
    return msgspec.structs.replace(once, diagnostics=(*manifests.diagnostics, *once.diagnostics))


def _placed(objects: tuple[_Object, ...], name: str) -> tuple[_Object, ...]:
    return tuple(one if one.namespace is not None else msgspec.structs.replace(one, namespace=name) for one in objects)
