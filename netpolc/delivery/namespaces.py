"""The namespace of policies that name none, by what Kustomize hands over, and what it does to namespaces afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from netpolc.cluster.consistency import unplaced
from netpolc.delivery.resource_list import text_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.manifests.namespace_default import objects_of
from netpolc.manifests.nodes import Mapping, Sequence
from netpolc.manifests.stream import read_documents
from netpolc.project.discovery import KUSTOMIZATIONS
from netpolc.project.reading import read_source
from netpolc.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from netpolc.ir.model import Program
    from netpolc.manifests.model import Manifests
    from netpolc.policy.model import Policy


def namespace_seen(manifests: Manifests) -> str | None:
    """Return the namespace that all workloads are in, or else all objects; None where there are several, or none."""
    seen = {each.namespace for each in manifests.workloads} or {each.namespace for each in objects_of(manifests)}
    return next(iter(seen)) if len(seen) == 1 else None


def namespace_to_come(folder: Path) -> str | None:
    """Return the `namespace` that the kustomization of a folder gives to what its generators make, if it has both."""
    for name in KUSTOMIZATIONS:
        source = read_source(folder / name, name)
        if isinstance(source, Source):
            roots = [root for document in read_documents(source.text) for root in document.roots]
            root = roots[0] if roots else None
            if not isinstance(root, Mapping):
                return None
            generators = root.fields.get("generators")
            generates = isinstance(generators, Sequence) and bool(generators.items)
            return text_of(root, "namespace") if generates else None
    return None


def moved(policies: Iterable[Policy], namespace: str) -> Iterator[Diagnostic]:
    """Yield NP427 for policies that Kustomize would move into its namespace, of those that say another one."""
    first: dict[str | None, Policy] = {}
    for policy in sorted(policies, key=lambda policy: policy.location is None):
        first.setdefault(policy.namespace, policy)
    for name, policy in first.items():
        if name is None or name == namespace:
            continue
        yield Diagnostic(
            code="NP427",
            severity="error",
            message=f"Kustomize would move the policies of namespace `{name}` to `{namespace}`",
            location=policy.location,
            label=f"becomes a policy of `{name}`",
            help="list the function under `transformers`, which run once namespaces are given, "
            "or leave `namespace` out of the kustomization",
        )


def without_namespace(program: Program, manifests: Manifests) -> Iterator[Diagnostic]:
    """Yield NP220 where policies would name no namespace, and all workloads that are seen do."""
    for found in unplaced(program, manifests):
        yield replace(found, help="name it in the configuration of the function: `namespace` in its `spec`")
