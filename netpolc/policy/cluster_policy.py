"""ClusterNetworkPolicy as a model (kubernetes-sigs/network-policy-api, apis/v1beta1/clusternetworkpolicy_types.go).

Shapes are those of the API, as far as netpolc writes it. Locations never take part in comparisons.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from netpolc.policy.model import PolicyPort, Selector
from netpolc.source import Location

Tier = Literal["Admin", "Baseline"]
Action = Literal["Accept", "Deny", "Pass"]
ApiVersion = Literal["v1alpha2", "v1beta1"]

GROUP = "policy.networking.k8s.io"
HIGHEST_PRIORITY = 1000
MOST_RULES = 25
MOST_PEERS = 25
MOST_PORTS = 25
MOST_NETWORKS = 25


class SelectedPods(msgspec.Struct, frozen=True, order=True):
    """Pods by their labels and those of their namespaces; without a pod selector, all pods of the namespaces."""

    namespace_selector: Selector
    pod_selector: Selector | None = None


class Networks(msgspec.Struct, frozen=True, order=True):
    """Blocks of addresses, each a canonical CIDR. In this API, they hold pods and nodes as well."""

    cidrs: tuple[str, ...]


ClusterPeer = SelectedPods | Networks


class ClusterRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of one direction: what becomes of connections with its peers on its ports; no ports mean every port.

    `comments` are lines of provenance for the reader of the YAML; they are data of users and may hold anything.
    """

    action: Action
    peers: tuple[ClusterPeer, ...]
    ports: tuple[PolicyPort, ...] = ()
    comments: tuple[str, ...] = ()


class ClusterPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """A ClusterNetworkPolicy object. Of a tier, the lowest priority goes first, and of an object, the first rule."""

    name: str
    api_version: ApiVersion
    tier: Tier
    priority: int
    subject: SelectedPods
    ingress: tuple[ClusterRule, ...] = ()
    egress: tuple[ClusterRule, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    comments: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    location: Location | None = None
