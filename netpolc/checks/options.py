"""The options of checks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import msgspec

from netpolc.diagnostics.standards import AS_FOUND, Standards
from netpolc.ecosystem.platforms import KUBERNETES, Platform
from netpolc.manifests.model import ClusterNode
from netpolc.policy.model import Policy
from netpolc.policy.tier_model import TierPolicy
from netpolc.project.model import Finality


class PoliciesBeside(msgspec.Struct, frozen=True):
    """Policies that others wrote, some of which deny what a program allows, and the nodes that these may be about.

    `tier_policies` are those of the program, too, if it has any. What a program was `compiled` to is among them where
    what a policy denies depends on all others.
    """

    policies: tuple[Policy, ...]
    tier_policies: tuple[TierPolicy, ...]
    nodes: tuple[ClusterNode, ...]
    compiled: tuple[Policy, ...] = ()


class CheckOptions(msgspec.Struct, frozen=True):
    """The circumstances of a run; without a day, nothing is said of dates, so that builds are reproducible.

    A thorough run also asks what takes the engine to answer. `pod_addresses` are the blocks that pods have their
    addresses from, if that is known, `known_pods` endpoints of pods that no manifest shows, `namespaces` the labels of
    namespaces, by name, as their manifests show them, and `pods` those of pods, each with their namespace;
    `service_blocks` are addresses of services, each as a block, which no pod has. Who asks what is allowed, and not
    whether it should be, has no assertion proved. Where policies of others deny what a program allows, assertions are
    proved with all policies `beside` it. `platform` is what enforces policies, `finality` that of its engine.
    `standards` are what the project makes of findings.
    """

    today: datetime.date | None = None
    thorough: bool = False
    pod_addresses: tuple[str, ...] | None = None
    known_pods: tuple[str, ...] = ()
    namespaces: Mapping[str, Mapping[str, str]] = {}
    pods: tuple[tuple[str | None, Mapping[str, str]], ...] = ()
    service_blocks: frozenset[str] = frozenset()
    proves_assertions: bool = True
    standards: Standards = AS_FOUND
    beside: PoliciesBeside | None = None
    platform: Platform = KUBERNETES
    finality: Finality = "pod"
