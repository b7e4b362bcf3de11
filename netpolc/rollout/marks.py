"""The marks on objects in a cluster: whose they are, by label, field manager and the signs of other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SET_LABEL = "netpolc.dev/set"
"""The label of all objects of one set: what one project has in a cluster, in one environment."""
BRIDGE = "netpolc.dev/bridge"
"""The label of what is there on the way only."""
INVENTORY = "netpolc-inventory-"
"""How the ConfigMap is called that lists the objects of a set, before the name of the set."""
_SPEC = ".spec."

_DELIVERED_BY: tuple[tuple[str, str], ...] = (
    ("argocd.argoproj.io/tracking-id", "Argo CD"),
    ("argocd.argoproj.io/instance", "Argo CD"),
    ("kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("helm.toolkit.fluxcd.io/name", "Flux"),
    ("meta.helm.sh/release-name", "Helm"),
)
"""Labels and annotations by which tools that deliver from Git know their objects."""
_MANAGERS = {
    "argocd-controller": "Argo CD",
    "argocd-application-controller": "Argo CD",
    "kustomize-controller": "Flux",
    "helm-controller": "Flux",
    "helm": "Helm",
}


class FieldOwner(msgspec.Struct, frozen=True):
    """A manager of fields of an object, one for each way in which it wrote: `Apply` or `Update`."""

    name: str
    operation: str
    fields: frozenset[str]

    @property
    def spec(self) -> tuple[str, ...]:
        """The fields of the spec that it owns."""
        return tuple(sorted(field for field in self.fields if field.startswith(_SPEC)))


def manager_of(name: str) -> str:
    """Return the field manager of a set."""
    return f"netpolc:{name}"


def owners_of(metadata: Mapping[str, Any]) -> tuple[FieldOwner, ...]:
    """Return the managers of an object, by its `managedFields`."""
    written = metadata.get("managedFields")
    return tuple(
        FieldOwner(
            str(each.get("manager", "")), str(each.get("operation", "")), frozenset(_fields(each.get("fieldsV1"), ""))
        )
        for each in (written if isinstance(written, list) else ())
        if isinstance(each, dict)
    )


def _fields(tree: object, path: str) -> Iterator[str]:
    """Yield the paths of owned fields: `.spec.ingress`, `.metadata.labels.team`."""
    if isinstance(tree, dict):
        for key, inner in tree.items():
            if isinstance(key, str) and key.startswith("f:"):
                below = f"{path}.{key[2:]}"
                if inner:
                    yield from _fields(inner, below)
                else:
                    yield below


def deliverer(metadata: Mapping[str, Any]) -> str | None:
    """Return the tool that delivers an object from elsewhere, and would undo what is done to it here."""
    marked = {**(metadata.get("labels") or {}), **(metadata.get("annotations") or {})}
    for key, tool in _DELIVERED_BY:
        if key in marked:
            return tool
    return next((_MANAGERS[owner.name] for owner in owners_of(metadata) if owner.name in _MANAGERS), None)
