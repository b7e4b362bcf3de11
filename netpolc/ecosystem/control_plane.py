"""The control plane: its namespaces, where the API server listens, and where its calls come from."""

from __future__ import annotations

from netpolc.ecosystem.model import Deployed

SYSTEM_NAMESPACES = frozenset(("kube-node-lease", "kube-public", "kube-system"))
"""Namespaces of the cluster itself (kubernetes.io, "Namespaces", "Initial namespaces")."""

API_SERVER_PORT = 6443
"""Where the API server listens (kubernetes.io, "Ports and Protocols")."""

TUNNEL = Deployed(
    name="konnectivity-agent",
    namespace="kube-system",
    labels=(("k8s-app", "konnectivity-agent"),),
    source='kubernetes.io, "Set up Konnectivity service"',
)
"""Where the calls of the API server to webhooks come from in clusters that tunnel them; `std.netpol` leaves it out."""

METRICS_SERVER = Deployed(
    name="metrics-server",
    namespace="kube-system",
    labels=(("k8s-app", "metrics-server"),),
    ports=("10250",),
    source="kubernetes-sigs/metrics-server, manifests/base",
)

API_SERVER_LABELS = (
    ("component", "kube-apiserver"),
    ("k8s-app", "kube-apiserver"),
    ("app", "openshift-kube-apiserver"),
)
"""What its static pods are labelled, which are on the network of their nodes (kubernetes/kubernetes, cmd/kubeadm,
phases/controlplane; kops, nodeup/pkg/model; openshift/cluster-kube-apiserver-operator, bindata)."""

API_SERVICE_LABELS = frozenset((("component", "apiserver"), ("provider", "kubernetes")))
"""What its Service `kubernetes` is labelled, and no pod (kubernetes/kubernetes, pkg/controlplane/controller/
kubernetesservice)."""

API_SERVER_WORD = "apiserver"
"""What is in the labels and namespaces of API servers, whoever runs them."""

API_SERVICE_NAMESPACE = "default"
"""Where the Service `kubernetes` is, which leads to it (kubernetes.io, "Accessing the Kubernetes API from a Pod")."""

API_SERVER_HOMES = (API_SERVICE_NAMESPACE, "openshift-kube-apiserver")
"""Namespaces that are named for it, by its Service or by its static pods; nothing else there listens on its ports."""

API_SERVICE_PORTS = frozenset((443, API_SERVER_PORT))
"""The port of that Service, and where it leads."""
