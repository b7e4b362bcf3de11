"""What makes pods at run time: roles that let their holders do so (rbac/v1), and custom resources of operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.operators import MAKING_PODS
from netpolc.manifests.metadata import read_metadata, require_name
from netpolc.manifests.model import PodMaker

if TYPE_CHECKING:
    from netpolc.manifests.fields import Object
    from netpolc.manifests.nodes import Node

ROLES = ("Role", "ClusterRole")
EVERY = "*"


def read_role(item: Object) -> tuple[PodMaker, ...]:
    """Read a role, if it lets whoever has it create pods."""
    makes_pods = any(_makes_pods(item, item.fields(node)) for node in item.items(item.root.fields.get("rules")))
    return (read_made(item),) if makes_pods else ()


def read_made(item: Object) -> PodMaker:
    """Read an object for which an operator makes pods, as far as it matters who it is."""
    metadata = read_metadata(item, item.root.fields.get("metadata"))
    require_name(item, metadata)
    return PodMaker(
        kind=item.text(item.root.fields.get("kind")),
        name=metadata.name,
        namespace=metadata.namespace,
        location=item.location(item.root),
    )


def _makes_pods(item: Object, rule: dict[str, Node]) -> bool:
    verbs, groups, resources = (
        {item.text(node) for node in item.items(rule.get(field))} for field in ("verbs", "apiGroups", "resources")
    )
    making = (made for group, made in MAKING_PODS.items() if groups & {group, EVERY})
    return not verbs.isdisjoint(("create", EVERY)) and any(resources & {*made, EVERY} for made in making)
