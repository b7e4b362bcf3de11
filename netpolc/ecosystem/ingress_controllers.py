"""Ingress controllers: what their charts call their pods, and which classes of Ingress and Gateway are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.ecosystem.model import Deployed
from netpolc.ecosystem.name_labels import COMPONENT, NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class IngressController(msgspec.Struct, frozen=True, kw_only=True):
    """A controller by the values of its name labels, or a `key` that only its pods carry.

    `classes` are those of Ingress objects and of OpenShift's routes, `gateways` those of Gateways that its pods serve,
    unless these get pods of their own. `library` is what `std.netpol` says of it.
    """

    names: tuple[str, ...] = ()
    key: str | None = None
    classes: tuple[str, ...]
    gateways: tuple[str, ...] = ()
    library: Deployed | None = None
    source: str


class LoadBalancer(msgspec.Struct, frozen=True, kw_only=True):
    """A controller outside of the cluster: the blocks of addresses that it reaches pods from."""

    classes: tuple[str, ...]
    gateways: tuple[str, ...]
    blocks: tuple[str, ...]
    source: str


OPENSHIFT_CLASS = "openshift-default"
"""The class that OpenShift gives its own controller (OpenShift, "Ingress Operator")."""
GATEWAY_NAME = "gateway.networking.k8s.io/gateway-name"
"""The label of pods that were made for a Gateway, in its namespace; its value is what that is called (GEP-1762)."""
WITH_OWN_PODS = ("istio",)
"""Classes of which each Gateway gets pods of its own (istio.io, "Kubernetes Gateway API")."""
ISTIO_GATEWAY = "ingressgateway"
"""What stands for the class of Istio's own Gateways, which have none, where the pods that Istio installs serve them."""
_ROUTER = "ingresscontroller.operator.openshift.io/deployment-ingresscontroller"

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
        gateways=("traefik",),
        library=Deployed(
            name="traefik", namespace="traefik", labels=((NAME, "traefik"),), source="traefik/traefik-helm-chart"
        ),
        source="traefik/traefik-helm-chart, traefik/templates/_helpers.tpl",
    ),
    IngressController(
        names=("contour", "envoy"),
        classes=("contour",),
        gateways=("contour",),
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
        gateways=(ISTIO_GATEWAY,),
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
    IngressController(names=("kong",), classes=("kong",), gateways=("kong",), source="Kong/charts, charts/kong"),
    IngressController(
        key=_ROUTER,
        classes=(OPENSHIFT_CLASS,),
        library=Deployed(
            name="openshift-ingress",
            namespace="openshift-ingress",
            labels=((_ROUTER, "default"),),
            source="openshift/cluster-ingress-operator, pkg/operator/controller/names.go",
        ),
        source="openshift/cluster-ingress-operator, pkg/operator/controller/names.go",
    ),
)

LOAD_BALANCERS = (
    LoadBalancer(
        classes=("gce",),
        gateways=("gke-l7-gxlb", "gke-l7-global-external-managed"),
        blocks=("35.191.0.0/16", "130.211.0.0/22"),
        source='cloud.google.com, "Firewall rules" of external Application Load Balancers, for pods as their backends',
    ),
)

OUTSIDE = frozenset(
    (
        *(name for each in LOAD_BALANCERS for name in each.classes),
        "alb",
        "gce-internal",
        "azure-application-gateway",
    )
)
"""Classes of which the controller is no pod: load balancers of clouds, which reach pods from addresses
(kubernetes-sigs/aws-load-balancer-controller, kubernetes/ingress-gce, Azure/application-gateway-kubernetes-ingress)."""

COMMONEST = INGRESS_CONTROLLERS[0]
"""The one that an Ingress without a class is taken to be for."""

ASIDE = frozenset(("admission-webhook", "contour", "controller-webhook", "default-backend"))
"""Components of ingress controllers through which no traffic goes."""

BY_NAME = {name: each for each in INGRESS_CONTROLLERS for name in each.names}

LIBRARY_OF_CLASS = {
    name: each.library for each in INGRESS_CONTROLLERS if each.library is not None for name in each.classes
}
"""What `std.netpol` says of the controller of a class."""


LIBRARY_OF_GATEWAY = {
    name: each.library for each in INGRESS_CONTROLLERS if each.library is not None for name in each.gateways
}
"""What `std.netpol` says of the controller of a class of Gateways."""

_BY_KEY = {each.key: each for each in INGRESS_CONTROLLERS if each.key is not None}


def controller_of(labels: Mapping[str, str], keys: Iterable[str]) -> tuple[str, IngressController] | None:
    """Return the controller whose traffic goes through pods, after what they are called under any of some keys."""
    if labels.get(COMPONENT) in ASIDE:
        return None
    names = (labels.get(key, "") for key in keys)
    named = next(((name, BY_NAME[name]) for name in names if name in BY_NAME), None)
    if named is None and not _BY_KEY.keys().isdisjoint(labels):
        key, found = next((key, found) for key, found in _BY_KEY.items() if key in labels)
        return key, found
    return named
