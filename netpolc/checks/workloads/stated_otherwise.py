"""NP516: labels that a program states of a namespace, and that its manifest does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.regions import UNNAMED
from netpolc.policy.constants import NAME_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.checked_cluster import CheckedCluster
    from netpolc.ir.model import OwnedNamespace
    from netpolc.manifests.model import Namespace


def check(checked: CheckedCluster) -> Iterator[Diagnostic]:
    """Yield each such label of a namespace of which there is a manifest."""
    known = {each.name: each for each in checked.manifests.namespaces}
    for stated in () if checked.program is None else checked.program.namespaces:
        read = known.get(stated.name or UNNAMED)
        if read is not None:
            yield from (
                _stated_otherwise(stated, read, key)
                for key, value in stated.labels.items()
                if key != NAME_LABEL and read.labels.get(key) != value
            )
            yield from (_stated_otherwise(stated, read, key) for key in sorted(stated.absent) if key in read.labels)


def _stated_otherwise(stated: OwnedNamespace, read: Namespace, key: str) -> Diagnostic:
    found = f"has `{key}={read.labels[key]}`" if key in read.labels else f"has no label `{key}`"
    said = f"lack `{key}`" if key in stated.absent else f"carry `{key}={stated.labels[key]}`"
    return Diagnostic(
        code="NP516",
        severity="warning",
        message=f"`{stated.name}` is said to {said}, and its manifest {found}",
        location=stated.location,
        labels=(Label(read.location, "this is its manifest"),),
        help="say here what the manifest says, or label the namespace: what a build proves rests on it",
    )
