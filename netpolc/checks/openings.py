"""What is said of openings to the whole world, and which rules are for DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.cluster_dns import DNS_PORT_NAMES, DNS_PORTS
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from netpolc.ir.model import Direction

OPENED: dict[Direction, str] = {"ingress": "lets everybody in, from the whole world", "egress": "leads anywhere"}


def is_for_dns(ports: PortSet) -> bool:
    """Tell whether there are ports, and all of them are those of DNS."""
    names = ports != PortSet() and all(each.name in DNS_PORT_NAMES for each in ports.names)
    return names and all(each.first == each.last and each.first in DNS_PORTS for each in ports.intervals)


def asks_dns(ports: PortSet) -> bool:
    """Tell whether any of some ports is, by itself, one of DNS."""
    numbers = any(each.first == each.last and each.first in DNS_PORTS for each in ports.intervals)
    return numbers or any(each.name in DNS_PORT_NAMES for each in ports.names)
