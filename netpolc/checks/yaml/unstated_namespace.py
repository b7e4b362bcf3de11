"""NP614: policies that do not say in which namespace they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.yaml.checked_policy import lacks
from netpolc.manifests.nodes import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy
    from netpolc.diagnostics.model import Diagnostic


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield a policy whose metadata has no namespace."""
    root = checked.item.root
    metadata = root.fields.get("metadata")
    if not isinstance(metadata, Mapping) or checked.policy.namespace is not None:
        return
    if "namespace" in metadata.fields or lacks(metadata, "namespace"):
        yield checked.finding(
            "NP614",
            "no namespace is written, so the policy lands in whichever is current",
            checked.key(root, "metadata"),
            advice="add `namespace` to `metadata`",
        )
