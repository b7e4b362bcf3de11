"""NP420: a status, which NetworkPolicies had in Kubernetes 1.24 to 1.27."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.yaml.checked_policy import fixes_of
from netpolc.manifests.nodes import Mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.yaml.checked_policy import CheckedPolicy
    from netpolc.diagnostics.model import Diagnostic

STATUS = "status"
GIVEN_BY_SERVER = ("uid", "resourceVersion")
"""The fields of metadata by which an object is what a server holds, and no file that somebody is about to apply."""


def check(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield the status of a policy that is not as a server shows it: `kubectl apply` and `create` have it refused."""
    root = checked.item.root
    metadata = root.fields.get("metadata")
    shown = isinstance(metadata, Mapping) and not metadata.fields.keys().isdisjoint(GIVEN_BY_SERVER)
    if STATUS in root.fields and not shown:
        yield checked.finding(
            "NP420",
            f"a NetworkPolicy has no `{STATUS}` since Kubernetes 1.28, and `kubectl apply` is refused with one",
            checked.key(root, STATUS),
            fixes=fixes_of((f"leave out `{STATUS}`", checked.layout.remove_field(root, STATUS)), applicability="safe"),
            advice=f"leave out `{STATUS}`",
        )
