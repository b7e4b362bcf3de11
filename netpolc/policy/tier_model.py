"""Cluster-wide policies of tiers as a model: ClusterNetworkPolicy, and the kinds that it took the place of.

Shapes are those of ClusterNetworkPolicy (kubernetes-sigs/network-policy-api, apis/v1beta1); what the older kinds call
otherwise is read as what it is there. Locations never take part in comparisons.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from netpolc.policy.model import PodPeer, PolicyPort, Selector
from netpolc.source import Location

GROUP = "policy.networking.k8s.io"

KINDS = ("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy")

TierName = Literal["Admin", "Baseline"]
RuleAction = Literal["Accept", "Deny", "Pass"]
TIERS: tuple[TierName, ...] = ("Admin", "Baseline")
ACTIONS: tuple[RuleAction, ...] = ("Accept", "Deny", "Pass")

HIGHEST_PRIORITY = 1000
MOST = 25
"""How many rules a direction may have, peers and ports a rule, networks a peer."""

BEHIND_ALL = 1001
"""The priority of a BaselineAdminNetworkPolicy, which has none: it is the only one of its kind, behind all others."""


class Networks(msgspec.Struct, frozen=True, tag=True):
    """A peer by addresses, of pods and of what is outside."""

    cidrs: tuple[str, ...]
    location: Location | None = None


class Nodes(msgspec.Struct, frozen=True, tag=True):
    """A peer by the addresses of nodes."""

    selector: Selector
    location: Location | None = None


class DomainNames(msgspec.Struct, frozen=True, tag=True):
    """A peer by the addresses that DNS gives for names."""

    names: tuple[str, ...]
    location: Location | None = None


TierPeer = PodPeer | Networks | Nodes | DomainNames


class TierPort(msgspec.Struct, frozen=True):
    """Ports of one protocol, or those of a name in any protocol, as destinations give it."""

    ports: PolicyPort | None = None
    name: str | None = None


class TierRule(msgspec.Struct, frozen=True):
    """One rule. No ports means any port of any protocol; there are always peers.

    `comments` are lines of provenance for the reader of the YAML; they are data of users and may hold anything.
    """

    action: RuleAction
    peers: tuple[TierPeer, ...]
    ports: tuple[TierPort, ...] = ()
    name: str = ""
    comments: tuple[str, ...] = ()
    location: Location | None = None


class TierPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """An object of one of these kinds: the policies of a tier go by priority, the lowest number first.

    `version` and comments are only of those that are written.
    """

    kind: str
    name: str
    tier: TierName
    priority: int
    subject: PodPeer
    ingress: tuple[TierRule, ...] = ()
    egress: tuple[TierRule, ...] = ()
    version: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    comments: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    location: Location | None = None
    subject_location: Location | None = None
    priority_location: Location | None = None

    @property
    def namespace(self) -> None:
        """The namespace that it is in: none."""
        return

    @property
    def shown(self) -> str:
        """What reasons call it; no namespace is written with capital letters."""
        return f"{self.kind}/{self.name}"
