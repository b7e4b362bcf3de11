"""What a cluster has, as far as netpolc reads it: all of it, or an error that says what could not be asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from netpolc.ecosystem.added_labels import MADE_FROM, without_added
from netpolc.live.kinds import kinds
from netpolc.live.lists import pages
from netpolc.live.reduced import reduced
from netpolc.live.refusals import ClusterError
from netpolc.live.served import served

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.live.kinds import Kind
    from netpolc.live.kubectl import Kubectl

Item = dict[str, Any]

_PART_OF_PATH = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?").fullmatch
"""The names of namespaces and resources (apimachinery, validation.IsDNS1123Subdomain), which may be parts of a path."""


class PulledGroup(msgspec.Struct, frozen=True):
    """The objects of one kind in one namespace, None for those that are in none, ordered by name."""

    namespace: str | None
    resource: str
    items: tuple[Item, ...]

    @property
    def name(self) -> str:
        """The path of the group among all that was pulled."""
        return f"{self.namespace}/{self.resource}" if self.namespace else self.resource


class Pulled(msgspec.Struct, frozen=True):
    """The objects of a cluster, in groups ordered by name; of one `namespace`, or of all."""

    context: str
    namespace: str | None
    groups: tuple[PulledGroup, ...]

    @property
    def items(self) -> Iterator[Item]:
        """All objects."""
        return (item for group in self.groups for item in group.items)


def pull(
    kubectl: Kubectl,
    *,
    namespace: str | None = None,
    evidence: bool = False,
    folded: bool = False,
    asked: Iterable[Kind] | None = None,
) -> Pulled:
    """Pull the policies of a cluster, its workloads, and what is around them, one kind at a time.

    Of one `namespace`, nothing is asked that is in none. `folded`, pods of which their workload says everything are
    left out. The `evidence` of who calls whom is asked for if wanted; no Secret ever is. Unless it is said what is
    `asked` for, it is each kind that the cluster serves.

    Raises:
        ClusterError: something cannot be asked for: then nothing is known, since what was not said may close or open.
    """
    found: dict[tuple[str | None, str], list[Item]] = {}
    for kind in served(kubectl, kinds(evidence=evidence)) if asked is None else asked:
        if namespace is not None and not kind.namespaced:
            continue
        workloads = (each for listed in found.values() for each in listed)
        items: _Objects = _Unexplained(workloads) if folded and kind.name == "Pod" else _Objects()
        for page in pages(kubectl, kind, namespace):
            if page is None:
                items.clear()
            else:
                items.add(kept for item in page if (kept := reduced(item, kind)) is not None)
        for item in items.found:
            found.setdefault((_namespace(item, kind, kubectl), kind.resource), []).append(item)
    groups = (PulledGroup(*key, tuple(sorted(items, key=_name))) for key, items in found.items())
    return Pulled(kubectl.context, namespace, tuple(sorted(groups, key=lambda group: group.name)))


def _namespace(item: Item, kind: Kind, kubectl: Kubectl) -> str | None:
    """Return the namespace of an object, which a server makes sure is the name of one."""
    namespace = item["metadata"].get("namespace") if kind.namespaced else None
    if namespace is not None and not (isinstance(namespace, str) and _PART_OF_PATH(namespace)):
        said = "an object is in a namespace that no server takes"
        raise ClusterError("cut off", said, asked=f"cannot list {kind.resource}", context=kubectl.context)
    return namespace


def _name(item: Item) -> str:
    return str(item["metadata"].get("name", ""))


class _Objects:
    """The objects of one kind, as they come."""

    def __init__(self) -> None:
        self.found: list[Item] = []

    def clear(self) -> None:
        self.found = []

    def add(self, items: Iterable[Item]) -> None:
        self.found += items


class _Unexplained(_Objects):
    """The pods of which no workload says everything, of those of an owner that are alike the first by name."""

    def __init__(self, workloads: Iterable[Item]) -> None:
        super().__init__()
        self._labels = {_key(each["kind"], each): _template_labels(each) for each in workloads}
        self._first: dict[tuple[Any, ...], int] = {}

    def clear(self) -> None:
        super().clear()
        self._first = {}

    def add(self, items: Iterable[Item]) -> None:
        for pod in items:
            owner = _owner(pod["metadata"])
            if owner is None:
                self.found.append(pod)
                continue
            own = without_added(pod["metadata"].get("labels") or {})
            key = (owner[0], pod["metadata"].get("namespace"), owner[1])
            if self._labels.get(key) == own:
                continue
            place = self._first.setdefault((*key, tuple(sorted(own.items()))), len(self.found))
            if place == len(self.found):
                self.found.append(pod)
            elif _name(pod) < _name(self.found[place]):
                self.found[place] = pod


def _key(kind: str, item: Item) -> tuple[Any, ...]:
    return (kind, item["metadata"].get("namespace"), _name(item))


def _template_labels(item: Item) -> Mapping[str, str] | None:
    """Return the labels that a workload gives its pods; None of what makes none."""
    spec = item.get("spec")
    template = spec.get("template") if isinstance(spec, dict) else None
    metadata = template.get("metadata") if isinstance(template, dict) else None
    return without_added((metadata or {}).get("labels") or {}) if isinstance(template, dict) else None


def _owner(metadata: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the kind and name of what made a pod: a Deployment for the ReplicaSet that it names after itself."""
    for each in metadata.get("ownerReferences") or ():
        if each.get("controller"):
            kind, name = str(each.get("kind")), str(each.get("name"))
            for made in MADE_FROM:
                digest = (metadata.get("labels") or {}).get(made.hash_key)
                if digest and kind == made.kind and name.endswith(f"-{digest}"):
                    return made.maker, name.removesuffix(f"-{digest}")
            return kind, name
    return None
