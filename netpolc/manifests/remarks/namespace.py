"""NP614: policies that do not say in which namespace they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.manifests.nodes import Mapping
from netpolc.manifests.remarks.subject import lacks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.manifests.remarks.subject import Subject


def judge(subject: Subject) -> Iterator[Diagnostic]:
    """The metadata of a policy."""
    root = subject.item.root
    metadata = root.fields.get("metadata")
    if not isinstance(metadata, Mapping) or subject.policy.namespace is not None:
        return
    if "namespace" in metadata.fields or lacks(metadata, "namespace"):
        yield subject.remark(
            "NP614",
            "no namespace is written, so the policy lands in whichever is current",
            subject.key(root, "metadata"),
            advice="add `namespace` to `metadata`",
        )
