"""Labels of pods that a network plugin hides from the selectors of policies."""

from __future__ import annotations

from functools import lru_cache

_BEGINNINGS = (
    "annotation",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "controller-revision-hash",
    "controller-uid",
    "etcd_node",
    "io.kubernetes",
    "k8s.io",
    "kubernetes.io",
    "pod-template-generation",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
    "topology.kubernetes.io",
)
_ANYWHERE = "beta.kubernetes.io"
_SEEN = "io.kubernetes.pod.namespace"
"""What Cilium itself calls the namespace of a pod; selectors may ask for it."""


@lru_cache(maxsize=1024)
def cilium_hides(key: str) -> bool:
    """Tell whether Cilium, as it comes, hides a label of pods (cilium/cilium, pkg/labelsfilter/filter.go, v1.20)."""
    return (key.startswith(_BEGINNINGS) and key != _SEEN) or _ANYWHERE in key
