"""Manifests put into a namespace, as `kubectl --namespace` does with what names none."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from netpolc.manifests.combining import Variants, combine
from netpolc.manifests.model import (
    ConfigMap,
    EndpointSlice,
    Gateway,
    Manifests,
    Monitor,
    PodMaker,
    Route,
    Service,
    Workload,
)
from netpolc.policy.model import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.manifests.model import Binding

_Object = TypeVar("_Object", Policy, Workload, Service, EndpointSlice, Route, Gateway, Monitor, ConfigMap, PodMaker)

DEFAULT = "default"
"""The namespace in which `kubectl` puts what names none, as long as nobody has chosen another one."""

UNSTATED = "NP614"


def objects_of(manifests: Manifests) -> Iterator[Policy | Workload | Service]:
    """Yield the objects that decide which namespace others are taken to be in: those that every run reads."""
    yield from manifests.policies
    yield from manifests.workloads
    yield from manifests.services


def fits_unstated(parts: Iterable[Manifests]) -> list[Manifests]:
    """Return parts in which it is only a note that a policy names no namespace, where its workloads name none either.

    Whoever applies these fills it in for all of them, as with `kubectl apply -n`: the workloads and Services of the
    policy's own text show that, or else all workloads there are.
    """
    parts = tuple(parts)
    workloads = [each for part in parts for each in part.workloads]
    everywhere = bool(workloads) and all(each.namespace is None for each in workloads)
    return [noted(part) if everywhere or _is_unplaced(part) else part for part in parts]


def _is_unplaced(part: Manifests) -> bool:
    named = [each.namespace for each in part.workloads] + [each.namespace for each in part.services]
    return bool(named) and not any(named)


def noted(part: Manifests) -> Manifests:
    """Return a part in which it is only a note that a policy names no namespace."""
    if not any(each.code == UNSTATED for each in part.diagnostics):
        return part
    found = tuple(
        msgspec.structs.replace(each, severity="note") if each.code == UNSTATED else each for each in part.diagnostics
    )
    return msgspec.structs.replace(part, diagnostics=found)


def becomes_twice(manifests: Manifests, name: str) -> bool:
    """Tell whether a policy without a namespace would be one that there is already, if it were in the given one."""
    there = {policy.name for policy in manifests.policies if policy.namespace == name}
    return any(policy.name in there for policy in manifests.policies if policy.namespace is None)


def in_namespace(manifests: Manifests, name: str | None, variants: Variants | None = None) -> Manifests:
    """Return manifests whose objects without a namespace are in a given one; None leaves them as they are.

    Objects that become the same object by that count once and are reported, after the diagnostics that there were,
    unless they are `variants` of one for several environments.
    """
    if name is None:
        return manifests
    once = combine((msgspec.structs.replace(moved(manifests, name), diagnostics=()),), variants)
    return msgspec.structs.replace(once, diagnostics=(*manifests.diagnostics, *once.diagnostics))


def moved(manifests: Manifests, name: str) -> Manifests:
    """Return manifests whose objects without a namespace are in a given one, of which some may be there twice."""
    return msgspec.structs.replace(
        manifests,
        policies=_moved(manifests.policies, name),
        workloads=_moved(manifests.workloads, name),
        services=_moved(manifests.services, name),
        endpoint_slices=_moved(manifests.endpoint_slices, name),
        routes=_moved(tuple(leading_into(route, name) for route in manifests.routes), name),
        gateways=_moved(manifests.gateways, name),
        monitors=_moved(manifests.monitors, name),
        config_maps=_moved(manifests.config_maps, name),
        bindings=tuple(_of_accounts_in(binding, name) for binding in manifests.bindings),
        makers=_moved(manifests.makers, name),
    )


def leading_into(route: Route, name: str) -> Route:
    """Return a route whose backends without a namespace are in a given one."""
    backends = tuple(
        each if each.namespace is not None else msgspec.structs.replace(each, namespace=route.namespace or name)
        for each in route.backends
    )
    return msgspec.structs.replace(route, backends=backends)


def _of_accounts_in(binding: Binding, name: str) -> Binding:
    """Return a binding whose accounts without a namespace are in a given one, as is the binding of a namespace."""
    accounts = tuple((namespace or name, account) for namespace, account in binding.accounts)
    namespace = name if binding.kind == "RoleBinding" and binding.namespace is None else binding.namespace
    return msgspec.structs.replace(binding, namespace=namespace, accounts=accounts)


def _moved(objects: tuple[_Object, ...], name: str) -> tuple[_Object, ...]:
    return tuple(one if one.namespace is not None else msgspec.structs.replace(one, namespace=name) for one in objects)
