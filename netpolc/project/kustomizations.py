"""The files that a kustomization names, by what it takes them for.

Only manifests are read below a folder, and a patch, the values of a chart or a file for a ConfigMap is none, though it
may look like one. Nothing is applied here: `rendering.py` has the tool do that.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from netpolc.manifests.nodes import Mapping, Node, Scalar, Sequence
from netpolc.manifests.scalars import is_null
from netpolc.manifests.stream import read_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.source import Source

_RESOURCES = ("resources", "bases", "components")
_REMOTE = ("://", "?", "github.com/", "git@")
"""What is in the name of a resource that is fetched (kustomize, api/internal/git/repospec.go)."""

_RENAMING = ("namespace", "namePrefix", "nameSuffix")

_PARTS = (
    "patches[].path",
    "patches[]",
    "patchesStrategicMerge[]",
    "patchesJson6902[].path",
    "replacements[].path",
    "configurations[]",
    "crds[]",
    "openapi.path",
    "generators[]",
    "transformers[]",
    "validators[]",
    "helmCharts[].valuesFile",
    "helmCharts[].additionalValuesFiles[]",
    "helmChartInflationGenerator[].values",
)
"""Where a kustomization names files that are no resources (kustomize, api/types/kustomization.go)."""

_DATA = tuple(
    f"{generator}[].{key}"
    for generator in ("configMapGenerator", "secretGenerator")
    for key in ("files[]", "envs[]", "env")
)
"""Where it names files whose text becomes data; a key may stand before it, as in `key=path`."""


MOST = 1000
"""The kustomizations that are looked at to say where a file belongs; few have more than ten above them."""


_KEPT = frozenset(
    (
        *("apiVersion", "kind", "metadata", "resources", "bases", "namespace", "images", "replicas"),
        *("configMapGenerator", "secretGenerator", "generatorOptions", "commonAnnotations"),
        *("configurations", "crds", "openapi", "buildMetadata", "sortOptions"),
    )
)
"""The fields of a kustomization that leave labels and names as its resources have them, or are heeded here."""


class Kustomization(msgspec.Struct, frozen=True):
    """The absolute paths that one kustomization names: `resources`, files and folders, and files that are its `parts`.

    `renames` has the namespace and the affixes that it gives to all of its resources. `is_plain` is whether these are
    what it makes, as far as labels and pods are concerned.
    """

    folder: str
    resources: frozenset[str]
    parts: frozenset[str]
    renames: tuple[str, ...]
    is_plain: bool = True


def read_kustomization(source: Source, folder: Path) -> Kustomization:
    """Read the file of a kustomization; what cannot be read, or is of another type, names nothing."""
    root = next((root for document in read_documents(source.text) for root in document.roots), None)
    at = os.path.normpath(folder)
    data = (path.rpartition("=")[2] for field in _DATA for path in _texts(root, field))
    return Kustomization(
        at,
        _below(at, (path for field in _RESOURCES for path in _texts(root, f"{field}[]"))),
        _below(at, (*(path for field in _PARTS for path in _texts(root, field)), *data)),
        tuple(text for field in _RENAMING for text in (next(_texts(root, field), ""),)),
        _is_plain(root),
    )


def _is_plain(root: Node | None) -> bool:
    fields = root.fields if isinstance(root, Mapping) else {}
    resources = (path for field in _RESOURCES for path in _texts(root, f"{field}[]"))
    return fields.keys() <= _KEPT and not any(sign in path for path in resources for sign in _REMOTE)


def _below(folder: str, paths: Iterable[str]) -> frozenset[str]:
    """Return paths as absolute ones; a text of several lines is a patch itself, and an address is elsewhere."""
    local = (path for path in paths if path and "\n" not in path and "://" not in path and "\0" not in path)
    return frozenset(os.path.normpath(os.path.join(folder, path)) for path in local)  # noqa: PTH118 -- texts


def _texts(node: Node | None, field: str) -> Iterator[str]:
    """Yield the texts at a path of fields, where `[]` stands for each item of a list."""
    nodes = [] if node is None else [node]
    for step in field.split("."):
        name = step.removesuffix("[]")
        found = [each.fields.get(name) for each in nodes if isinstance(each, Mapping)]
        if step.endswith("[]"):
            found = [item for each in found if isinstance(each, Sequence) for item in each.items]
        nodes = [each for each in found if each is not None]
    yield from (each.text for each in nodes if isinstance(each, Scalar) and not is_null(each))


class Kustomizations:
    """Several kustomizations, and what they are to each other and to files; all paths are absolute."""

    def __init__(self, each: Iterable[Kustomization]) -> None:
        """Take the kustomizations of a run."""
        self.each = {one.folder: one for one in each}
        self._by_resource: dict[str, list[str]] = {}
        for one in self.each.values():
            for path in one.resources:
                self._by_resource.setdefault(path, []).append(one.folder)
        self._parts = frozenset(path for one in self.each.values() for path in one.parts)
        self._above: dict[str, frozenset[str]] = {}

    @property
    def are_plain(self) -> bool:
        """Whether files are what all of these make, as far as labels and pods are concerned."""
        return all(each.is_plain for each in self.each.values())

    def is_part(self, path: str) -> bool:
        """Tell whether a file is only part of kustomizations, and nobody's resource."""
        return path in self._parts and path not in self._by_resource

    def including(self, path: str) -> frozenset[str]:
        """Return the folders of the kustomizations that have a file among their resources, or among those of others.

        There are at most `MOST`, the nearest.
        """
        if path not in self._above:
            found: set[str] = set()
            waiting = [path]
            while waiting and len(found) < MOST:
                above = [folder for folder in self._by_resource.get(waiting.pop(0), ()) if folder not in found]
                found.update(above)
                waiting += above
            self._above[path] = frozenset(found)
        return self._above[path]

    def namespaces_of(self, path: str) -> frozenset[str]:
        """Return the namespaces that kustomizations give to a file; none where too many of them include it."""
        including = self.including(path)
        names = (self.each[folder].renames[0] for folder in including)
        return frozenset() if len(including) >= MOST else frozenset(name for name in names if name)
