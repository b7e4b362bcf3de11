"""Service meshes: the ports of the proxies that they add to pods."""

from __future__ import annotations

ISTIO_PORTS = frozenset((15001, 15006, 15008, 15020, 15021, 15053, 15090))
"""Istio's documentation, "Application Requirements", "Ports used by Istio"."""

LINKERD_PORTS = frozenset((4143, 4190, 4191))
"""Linkerd's documentation, "Proxy Configuration"."""

PROXY_PORTS = ISTIO_PORTS | LINKERD_PORTS
