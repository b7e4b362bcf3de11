"""Ingress controllers: what their charts call their pods, and which classes of Ingress are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.model import Deployed
from netpolc.ecosystem.name_labels import COMPONENT, NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class IngressController(msgspec.Struct, frozen=True, kw_only=True):
    """A controller by the values of its name labels; `library` is what `std.netpol` says of it."""

    names: tuple[str, ...]
    classes: tuple[str, ...]
    library: Deployed | None = None
    source: str


INGRESS_CONTROLLERS = (
    IngressController(
        names=("ingress-nginx",),
        classes=("nginx",),
        library=Deployed(
            name="ingress-nginx",
            namespace="ingress-nginx",
            labels=((NAME, "ingress-nginx"), (COMPONENT, "controller")),
            source="kubernetes/ingress-nginx, deploy/static/provider",
        ),
        source="kubernetes/ingress-nginx, charts/ingress-nginx",
    ),
    IngressController(names=("nginx-ingress",), classes=("nginx",), source="nginx/kubernetes-ingress, charts"),
    IngressController(
        names=("traefik",),
        classes=("traefik",),
        library=Deployed(
            name="traefik", namespace="traefik", labels=((NAME, "traefik"),), source="traefik/traefik-helm-chart"
        ),
        source="traefik/traefik-helm-chart, traefik/templates/_helpers.tpl",
    ),
    IngressController(
        names=("contour", "envoy"),
        classes=("contour",),
        library=Deployed(
            name="contour",
            namespace="projectcontour",
            labels=((NAME, "contour"), (COMPONENT, "envoy")),
            source="bitnami/charts, bitnami/contour/templates/envoy",
        ),
        source="bitnami/charts, bitnami/contour",
    ),
    IngressController(
        names=("istio-ingressgateway",),
        classes=("istio",),
        library=Deployed(
            name="istio-ingress",
            namespace="istio-system",
            labels=(("istio", "ingressgateway"),),
            source='istio.io, "Ingress Gateways"',
        ),
        source="istio/istio, manifests/charts/gateway",
    ),
    IngressController(
        names=("haproxy-ingress",), classes=("haproxy",), source="haproxy-ingress/charts, haproxy-ingress"
    ),
    IngressController(
        names=("kubernetes-ingress",), classes=("haproxy",), source="haproxytech/helm-charts, kubernetes-ingress"
    ),
    IngressController(names=("kong",), classes=("kong",), source="Kong/charts, charts/kong"),
)

COMMONEST = INGRESS_CONTROLLERS[0]
"""The one that an Ingress without a class is taken to be for."""

ASIDE = frozenset(("admission-webhook", "contour", "controller-webhook", "default-backend"))
"""Components of ingress controllers through which no traffic goes."""

BY_NAME = {name: each for each in INGRESS_CONTROLLERS for name in each.names}

LIBRARY_OF_CLASS = {
    name: each.library.name for each in INGRESS_CONTROLLERS if each.library is not None for name in each.classes
}
"""What `std.netpol` calls the controller of a class."""


def controller_of(labels: Mapping[str, str], keys: Iterable[str]) -> tuple[str, IngressController] | None:
    """Return the controller whose traffic goes through pods, after what they are called under any of some keys."""
    if labels.get(COMPONENT) in ASIDE:
        return None
    names = (labels.get(key, "") for key in keys)
    return next(((name, BY_NAME[name]) for name in names if name in BY_NAME), None)
