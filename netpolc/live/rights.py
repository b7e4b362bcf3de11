"""The rights that netpolc needs of a cluster, as roles to give to who runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netpolc.live.kinds import NAMESPACES, NETWORK_POLICIES, POLICIES, kinds
from netpolc.live.texts import in_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.live.kinds import Kind

API = "rbac.authorization.k8s.io/v1"
WRITTEN = (NETWORK_POLICIES, next(kind for kind in POLICIES if kind.name == "ClusterNetworkPolicy"))
"""The kinds that are written."""
CHANGES = ("create", "delete", "get", "patch")


def cluster_role(*, evidence: bool = False) -> str:
    """Return a ClusterRole, as YAML, that allows what `pull` asks for."""
    return in_yaml([_cluster_role("netpolc-pull", _rules(kinds(evidence=evidence)))])


def roles_of_rollout(command: str, inventory: tuple[str, str], *, writes: bool = False, watches: bool = False) -> str:
    """Return the roles, as YAML, for a command that holds a program against a cluster, and `writes` or `watches` it.

    The inventory is a namespace, and the name of a ConfigMap in it: who may not read all of these reads this one.
    """
    rules = _rules(kinds(evidence=False))
    if writes:
        rules += [*_rules(WRITTEN, *CHANGES), *_rules((NAMESPACES,), "create", "patch")]
    if watches:
        rules += _rules((*POLICIES, NAMESPACES), "watch")
    namespace, name = inventory
    of_inventory = {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": [name]}
    verbs = ["create", "get", "patch"] if writes else ["get"]
    return in_yaml(
        [
            _cluster_role(f"netpolc-{command}", rules),
            {
                "apiVersion": API,
                "kind": "Role",
                "metadata": {"name": f"netpolc-{command}", "namespace": namespace},
                "rules": [{**of_inventory, "verbs": verbs}],
            },
        ]
    )


def _cluster_role(name: str, rules: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"apiVersion": API, "kind": "ClusterRole", "metadata": {"name": name}, "rules": list(rules)}


def _rules(listed: Sequence[Kind], *verbs: str) -> list[dict[str, Any]]:
    """Return a rule a group, its resources in order, each once; they may be listed, unless there are other `verbs`."""
    groups: dict[str, dict[str, None]] = {}
    for kind in listed:
        groups.setdefault(kind.group, {})[kind.resource] = None
    return [
        {"apiGroups": [group], "resources": sorted(groups[group]), "verbs": list(verbs) or ["list"]}
        for group in sorted(groups)
    ]
