"""NP614: policies that do not say in which namespace they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.yaml.subject import lacks
from netpolc.manifests.nodes import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.subject import Subject
    from netpolc.diagnostics.model import Diagnostic


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
