"""Workloads and the controllers that made them, of which manifests may show all, some or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.added_labels import MADE_FROM
from netpolc.manifests.model import Owner

if TYPE_CHECKING:
    from netpolc.manifests.model import Workload

_Key = tuple[str, str | None, str]


def without_owned(workloads: tuple[Workload, ...]) -> tuple[Workload, ...]:
    """Drop workloads that another one controls, and give the others the addresses of all that they control.

    They have their pods that differ from them, too. Those that are left name the outermost controller that is known of
    them, whose object is not among them.
    """
    by_key = {_key(one): one for one in workloads}
    heads = {key: _head(one, by_key) for key, one in by_key.items()}
    addresses: dict[_Key, dict[str, None]] = {}
    controls: dict[_Key, list[Owner]] = {}
    apart: dict[_Key, list[Workload]] = {}
    for key, one in by_key.items():
        head = heads[key]
        addresses.setdefault(head, {}).update(dict.fromkeys(one.addresses))
        if head != key:
            controls.setdefault(head, []).append(Owner(one.kind, one.name))
            if one.kind == "Pod" and _written(one.labels, by_key[head]) != _written(by_key[head].labels, by_key[head]):
                apart.setdefault(head, []).append(one)
    return tuple(
        _outermost(one, tuple(addresses[key]), tuple(controls.get(key, ())), tuple(apart.get(key, ())))
        for key, one in by_key.items()
        if heads[key] == key
    )


def _key(workload: Workload) -> _Key:
    return workload.kind, workload.namespace, workload.name


def _written(labels: dict[str, str], head: Workload) -> dict[str, str]:
    """Return labels without those that a controller gives each of its pods."""
    given = {each.key for each in head.varying}
    return {key: value for key, value in labels.items() if key not in given} if given else labels


def _outermost(
    workload: Workload, addresses: tuple[str, ...], controls: tuple[Owner, ...], apart: tuple[Workload, ...]
) -> Workload:
    """Return a workload with the outermost controller that is known, and with what it controls."""
    owner = workload.owner and (_maker(workload.owner, workload.labels) or workload.owner)
    if owner is workload.owner and not controls:
        return workload
    return msgspec.structs.replace(workload, owner=owner, addresses=addresses, controls=controls, apart=apart)


def _head(workload: Workload, by_key: dict[_Key, Workload]) -> _Key:
    """Return the workload at the top of a chain of owners, or the workload itself where the chain is a cycle."""
    passed = [_key(workload)]
    while (owner := _owner(by_key[passed[-1]], by_key)) is not None:
        if owner in passed:
            return passed[0]
        passed.append(owner)
    return passed[-1]


def _owner(workload: Workload, by_key: dict[_Key, Workload]) -> _Key | None:
    """Return the nearest controller of a workload among all of them."""
    owner = workload.owner
    if owner is None:
        return None
    for one in (owner, _maker(owner, workload.labels), _made(owner, workload)):
        if one is not None and (key := (one.kind, workload.namespace, one.name)) in by_key:
            return key
    return None


def _maker(owner: Owner, labels: dict[str, str]) -> Owner | None:
    """Return the controller that made an owner of pods, where that named it after itself and a label of the pods."""
    for each in MADE_FROM:
        template = labels.get(each.hash_key)
        if template and owner.kind == each.kind and owner.name.endswith(f"-{template}"):
            return Owner(each.maker, owner.name.removesuffix(f"-{template}"))
    return None


def _made(owner: Owner, pod: Workload) -> Owner | None:
    """Return what the controller of a pod made it by, whose object may have come after the pod's owner was found."""
    for each in MADE_FROM if pod.kind == "Pod" else ():
        template = pod.labels.get(each.hash_key)
        if template and owner.kind == each.maker:
            return Owner(each.kind, f"{owner.name}-{template}")
    return None
