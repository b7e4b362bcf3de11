"""Cluster DNS: where it runs, and the ports of its pods."""

from __future__ import annotations

from netpolc.ecosystem.model import Deployed

NODE_LOCAL = "dns-node-local"

DNS_SERVERS = (
    Deployed(
        name="dns",
        namespace="kube-system",
        labels=(("k8s-app", "kube-dns"),),
        ports=("53/udp", "53/tcp"),
        source="kubernetes/kubernetes, cluster/addons/dns",
    ),
    Deployed(
        name="dns-openshift",
        namespace="openshift-dns",
        labels=(("dns.operator.openshift.io/daemonset-dns", "default"),),
        ports=("5353/udp", "5353/tcp"),
        source="openshift/cluster-dns-operator, assets/dns",
    ),
    Deployed(
        name=NODE_LOCAL,
        address="169.254.20.10/32",
        ports=("53/udp", "53/tcp"),
        source='kubernetes.io, "Using NodeLocal DNSCache in Kubernetes Clusters"',
    ),
    Deployed(
        name="dns-gke-cloud",
        address="169.254.169.254/32",
        ports=("53/udp", "53/tcp"),
        source='cloud.google.com, "Using Cloud DNS for GKE"',
    ),
)

DNS_NAMES = frozenset(("coredns",))
"""What else the pods of cluster DNS are called: by the chart of CoreDNS (coredns/helm), and on Giant Swarm."""

DNS_NAMESPACES = frozenset(each.namespace for each in DNS_SERVERS if each.namespace is not None)
"""The namespaces of cluster DNS."""

DNS_PORTS = tuple(dict.fromkeys(int(port.partition("/")[0]) for each in DNS_SERVERS for port in each.ports))
"""The ports of cluster DNS: 53, and 5353 on OpenShift."""

DNS_PORT_NAMES = frozenset(("dns", "dns-tcp", "dns-udp"))
"""What the pods of cluster DNS call these ports (kubernetes/kubernetes, cluster/addons/dns; `dns-udp`, charts)."""

DNS_CLUSTER_IPS = (
    "10.96.0.10",
    "10.100.0.10",
    "172.20.0.10",
    "10.43.0.10",
    "10.0.0.10",
    "172.30.0.10",
    "10.152.183.10",
)
"""What the Service of cluster DNS is given as its address, where nobody says otherwise: by kubeadm, EKS, k3s and RKE2,
AKS, OpenShift, MicroK8s (each in its documentation)."""

NODE_LOCAL_LABEL = ("k8s-app", "node-local-dns")
"""What the pods of NodeLocal DNSCache carry (kubernetes/kubernetes, cluster/addons/dns/nodelocaldns)."""

OPENSHIFT = "openshift"
"""What the names of namespaces and labels begin with, or hold, by which one knows OpenShift."""
