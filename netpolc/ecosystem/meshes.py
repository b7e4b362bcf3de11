"""Service meshes: the ports of the proxies that they add to pods."""

from __future__ import annotations

ISTIO_PORTS = frozenset((15001, 15006, 15008, 15020, 15021, 15053, 15090))
"""Istio's documentation, "Application Requirements", "Ports used by Istio"."""

DATAPLANE_MODE, AMBIENT_MODE = "istio.io/dataplane-mode", "ambient"
"""The label of namespaces, and of pods, by which they are in the ambient mesh (istio/api, label/labels.gen.go)."""

AMBIENT_PORT = 15008
"""Where pods of the ambient mesh receive connections of others (Istio's documentation, "Ambient and Kubernetes
NetworkPolicy")."""

AMBIENT_PROBES = ("169.254.7.127/32", "fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128")
"""Where the kubelet's probes of such pods come from, since its packets are rewritten (as above)."""

LINKERD_PORTS = frozenset((4143, 4190, 4191))
"""Linkerd's documentation, "Proxy Configuration"."""

PROXY_PORTS = ISTIO_PORTS | LINKERD_PORTS
