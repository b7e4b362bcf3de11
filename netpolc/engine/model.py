"""What is closed and what is let through, in each direction; policies and programs both come down to this.

A connection from `s` to `d` on `p` is allowed when egress of `s` is open or let through, and ingress of `d` is: see
`netpolc.ir.model` for programs, and the concepts page "Network Policies" for policies.
"""

from __future__ import annotations

import msgspec

from netpolc.engine.regions import PodSet, Region
from netpolc.ir.model import Direction
from netpolc.sets.ports import PortSet
from netpolc.source import Location


class Reason(msgspec.Struct, frozen=True):
    """Why something is closed or let through: the policy and the path in it, where there is one, and the place.

    `origin` tells the statements of a program apart.
    """

    policy: str | None
    path: str
    location: Location | None
    text: str
    origin: int = 0


class Isolation(msgspec.Struct, frozen=True, gc=False):
    """Pods that are closed in a direction."""

    subject: PodSet
    reason: Reason | None


class AllowRule(msgspec.Struct, frozen=True, gc=False):
    """Connections that are let through at one end: the subject's, to or from a peer, on ports of the destination."""

    subject: PodSet
    peer: Region
    ports: PortSet
    reason: Reason | None


class DirectionRules(msgspec.Struct, frozen=True):
    """One direction of everything."""

    isolations: tuple[Isolation, ...]
    allow_rules: tuple[AllowRule, ...]


class RuleSet(msgspec.Struct, frozen=True):
    """Both directions, and the labels of the namespaces that are known, by their names."""

    ingress: DirectionRules
    egress: DirectionRules
    namespaces: dict[str, dict[str, str]]

    def of(self, direction: Direction) -> DirectionRules:
        """One of both."""
        return self.ingress if direction == "ingress" else self.egress
