"""The rights that netpolc needs of a cluster, as a ClusterRole to give to who runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpolc.live.kinds import kinds
from netpolc.live.texts import in_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.live.kinds import Kind

NAME = "netpolc-pull"


def cluster_role(*, evidence: bool = False) -> str:
    """Return a ClusterRole, as YAML, that allows what `pull` asks for."""
    return in_yaml(
        [
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "ClusterRole",
                "metadata": {"name": NAME},
                "rules": _rules(kinds(evidence=evidence)),
            }
        ]
    )


def _rules(listed: Sequence[Kind]) -> list[dict[str, Any]]:
    """Return a rule a group, its resources in order, each once."""
    groups: dict[str, dict[str, None]] = {}
    for kind in listed:
        groups.setdefault(kind.group, {})[kind.resource] = None
    return [{"apiGroups": [group], "resources": sorted(groups[group]), "verbs": ["list"]} for group in sorted(groups)]
