"""Kinds whose objects have a controller deploy what no manifest beside them shows."""

from __future__ import annotations

_DEPLOYING = frozenset(
    (
        ("helm.toolkit.fluxcd.io", "HelmRelease"),  # https://fluxcd.io/flux/components/helm/helmreleases/
        ("argoproj.io", "Application"),  # https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/
        ("argoproj.io", "ApplicationSet"),
        ("helm.cattle.io", "HelmChart"),  # https://docs.k3s.io/helm
        ("operators.coreos.com", "Subscription"),  # https://olm.operatorframework.io/docs/concepts/crds/subscription/
    )
)


def deploys_more(name: str) -> bool:
    """Tell whether objects of a kind, written as `apiVersion/kind`, deploy what is elsewhere."""
    api, _, kind = name.rpartition("/")
    return (api.rpartition("/")[0], kind) in _DEPLOYING
