"""The options of checks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal

import msgspec

from netpolc.manifests.model import ClusterNode
from netpolc.policy.model import Policy
from netpolc.policy.tier_model import TierPolicy

Finality = Literal["pod", "direction"]
"""Where NetworkPolicies that isolate a pod are final, so that no Baseline judges it: in both directions, or in one."""


class PoliciesBeside(msgspec.Struct, frozen=True):
    """Policies that others wrote, among which there are cluster-wide ones, and the nodes that these may be about."""

    policies: tuple[Policy, ...]
    tier_policies: tuple[TierPolicy, ...]
    nodes: tuple[ClusterNode, ...]


class CheckOptions(msgspec.Struct, frozen=True):
    """The circumstances of a run; without a day, nothing is said of dates, so that builds are reproducible.

    A thorough run also asks what takes the engine to answer. `pod_addresses` are the blocks that pods have their
    addresses from, if that is known, `known_pods` endpoints of pods that no manifest shows, `namespaces` the labels of
    namespaces, by name, as their manifests show them, and `pods` those of pods, each with their namespace. Who asks
    what is allowed, and not whether it should be, has no assertion proved. Where there are
    tiers, assertions are proved with all policies `beside` a program. `finality` is that of the cluster's engine.
    """

    today: datetime.date | None = None
    thorough: bool = False
    pod_addresses: tuple[str, ...] | None = None
    known_pods: tuple[str, ...] = ()
    namespaces: Mapping[str, Mapping[str, str]] = {}
    pods: tuple[tuple[str | None, Mapping[str, str]], ...] = ()
    proves_assertions: bool = True
    beside: PoliciesBeside | None = None
    finality: Finality = "pod"
