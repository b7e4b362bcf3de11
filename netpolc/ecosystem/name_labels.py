"""Labels by which people and charts call pods, and those that charts give a value that says nothing of them."""

from __future__ import annotations

NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"
"""Kubernetes' documentation, "Recommended Labels"."""

INSTANCE = "app.kubernetes.io/instance"
OLD_INSTANCE = "release"
"""What tells the pods of two releases of a chart apart (Kubernetes' documentation, "Recommended Labels"; the latter is
that of charts for Helm 2, with `chart` or `heritage` beside it)."""

NAME_KEYS = (
    "app",
    NAME,
    "k8s-app",
    "name",
    "component",
    COMPONENT,
    "role",
    "tier",
    INSTANCE,
)
"""Labels whose values are names, the best first."""

RELEASE_KEYS = frozenset(
    (
        "app.kubernetes.io/managed-by",
        "app.kubernetes.io/version",
        "chart",
        "helm.sh/chart",
        "heritage",
        "version",
    )
)
"""Labels that change with a release, or name the tool that made it (helm.sh, "Labels and Annotations"; Kubernetes'
documentation, "Recommended Labels"; `chart` and `heritage` are those of charts for Helm 2)."""
