"""Private networks: the blocks of addresses that clusters take for their pods."""

from __future__ import annotations

RFC_1918 = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")

PRIVATE_BLOCKS = (*RFC_1918, "100.64.0.0/10", "fc00::/7")
"""With what RFC 6598 and RFC 4193 set aside."""

LOCAL_BLOCKS = ("127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "::1/128", "fe80::/10", "ff00::/8")
"""Blocks that neither pods nor nodes have their addresses from: loopback, link-local and multicast (RFC 6890,
RFC 5771, RFC 4291)."""
