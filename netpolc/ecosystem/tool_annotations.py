"""Annotations that tools put on objects for themselves, and set anew on whatever they deliver."""

from __future__ import annotations

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
"""The annotation in which kubectl keeps a copy of what was applied."""

ORCHESTRATION = (
    "config.kubernetes.io/",
    "internal.config.kubernetes.io/",
    "config.k8s.io/",
    "kustomize.config.k8s.io/",
)
"""Prefixes of the annotations by which orchestrators of KRM functions know objects again, and the files that they are
from (kubernetes-sigs/kustomize, api/internal/utils and kyaml/kio/kioutil)."""

_KEYS = frozenset(
    (
        LAST_APPLIED,
        "argocd.argoproj.io/installation-id",  # argoproj/argo-cd, common/common.go
        "argocd.argoproj.io/tracking-id",
        "banzaicloud.com/last-applied",  # banzaicloud/k8s-objectmatcher
        "kapp.k14s.io/identity",  # carvel-dev/kapp, docs "Annotations"
        "kapp.k14s.io/original",
        "kapp.k14s.io/original-diff-md5",
        "kustomize.toolkit.fluxcd.io/checksum",  # fluxcd/kustomize-controller before 0.16
        "meta.helm.sh/release-name",  # helm.sh, "Annotations"
        "meta.helm.sh/release-namespace",
    )
)
_PREFIXES = (*ORCHESTRATION, "deployment.kubernetes.io/", "objectset.rio.cattle.io/")  # the last: rancher/wrangler


def is_of_tool(key: str) -> bool:
    """Tell whether a tool sets an annotation by itself; what people tell tools, as by `helm.sh/hook`, is theirs."""
    return key in _KEYS or key.startswith(_PREFIXES)
