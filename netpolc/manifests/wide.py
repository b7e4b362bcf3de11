"""Readers for the kinds that have evidence of connections, where manifests are read widely.

Nothing is reported here: an object that cannot be read counts as skipped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.operators import MADE_BY_OPERATORS
from netpolc.manifests import evidence, makers, monitors, webhooks
from netpolc.manifests.fields import Object
from netpolc.manifests.model import Service, Workload

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.manifests.model import BasicObject, WideObject

    Reader = Callable[[Object], WideObject | tuple[WideObject, ...]]

_READERS: dict[str, dict[str, Reader]] = {
    "": {"ConfigMap": evidence.read_config_map},
    "admissionregistration.k8s.io": dict.fromkeys(webhooks.CONFIGURATIONS, webhooks.read_webhooks),
    "apiregistration.k8s.io": {"APIService": webhooks.read_webhooks},
    "apiextensions.k8s.io": {"CustomResourceDefinition": webhooks.read_webhooks},
    "monitoring.coreos.com": dict.fromkeys(monitors.KINDS, monitors.read_monitor),
    "rbac.authorization.k8s.io": {
        **dict.fromkeys(("RoleBinding", "ClusterRoleBinding"), evidence.read_binding),
        **dict.fromkeys(makers.ROLES, makers.read_role),
    },
}


def read_widely(api: str, kind: str, item: Object) -> tuple[WideObject, ...] | None:
    """Read an object; return None where its kind is of no interest, or where it cannot be read."""
    group = api.rpartition("/")[0]
    reader = _READERS.get(group, {}).get(kind)
    if reader is None and kind in MADE_BY_OPERATORS.get(group, ()):
        reader = makers.read_made
    if reader is None:
        return None
    item = Object(item.root, item.source)
    found = reader(item)
    if item.rejected:
        return None
    return found if isinstance(found, tuple) else (found,)


def with_evidence(found: BasicObject, item: Object) -> BasicObject:
    """Return an object with the evidence of connections that it contains."""
    match found:
        case Workload():
            return evidence.of_workload(found, item)
        case Service():
            return evidence.of_service(found, item)
        case _:
            return found
