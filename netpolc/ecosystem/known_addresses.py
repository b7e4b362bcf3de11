"""Addresses that are the same everywhere, or by default, in words."""

from __future__ import annotations

from netpolc.ecosystem.private_networks import RFC_1918

_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("private", (*RFC_1918, "100.64.0.0/10", "fc00::/7")),
    ("metadata", ("169.254.169.254/32", "fd00:ec2::254/128", "169.254.170.2/32")),
    ("link-local", ("169.254.0.0/16", "fe80::/10")),
    ("loopback", ("127.0.0.0/8", "::1/128")),
    ("multicast", ("224.0.0.0/4", "ff00::/8")),
    ("node-local-dns", ("169.254.20.10/32",)),
    ("google-health-checks", ("35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22")),
)
"""RFC 1918, 6598, 4193, 3927; the metadata servers of clouds and of Amazon's tasks; Kubernetes' documentation on
NodeLocal DNSCache; Google's documentation on probes of load balancers."""

_WORD_OF = {block: word for word, blocks in _WORDS for block in blocks}

POD_NETWORKS = frozenset(("10.128.0.0/14", "10.244.0.0/16", "10.42.0.0/16"))
"""The pods of OpenShift, of kind, kubeadm with Flannel, and Minikube, and of k3s, by default."""

SERVICE_NETWORKS = frozenset(("10.96.0.0/12", "10.96.0.0/16", "10.43.0.0/16", "172.30.0.0/16"))
"""The services of kubeadm, kind, k3s and OpenShift, by default."""

OF_CALICO = "192.168.0.0/16"
"""Calico's pods by default, and many an office: it says nothing by itself."""

EVERY_V4, EVERY_V6 = "0.0.0.0/0", "::/0"
MOST_WORDS = 2


def word_for(cidrs: frozenset[str]) -> str | None:
    """Return a word for some canonical blocks, or None where they may be anything.

    All of a family, of which a policy mostly leaves something out, is `internet`.
    """
    families = {EVERY_V4: "internet-v4", EVERY_V6: "internet-v6"}
    if cidrs <= families.keys():
        return "internet" if len(cidrs) == len(families) else families[next(iter(cidrs))]
    if cidrs & POD_NETWORKS and cidrs <= POD_NETWORKS | {OF_CALICO}:
        return "pod-network"
    if cidrs <= SERVICE_NETWORKS:
        return "service-network"
    words = [_WORD_OF.get(cidr) for cidr in cidrs]
    known = [word for word, _ in _WORDS if word in words]
    return "-and-".join(known) if None not in words and len(known) <= MOST_WORDS else None
