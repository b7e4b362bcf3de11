"""The argument that each check of policies takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.checks.dns_advice import USUAL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.engine.model import RuleSet
    from netpolc.manifests.model import Workload
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy


class CheckedPolicies(msgspec.Struct, frozen=True):
    """Valid policies, and what is enforced, be it by others, too.

    `pod_addresses` are the blocks that pods have their addresses from, if that is known. `faulty` are policies that
    are read with errors, by what reasons call them: what they allow may not be what is meant. `workloads` are those
    that are known, and `service_blocks` addresses of services, each as a block, which no pod has. The
    `tier_policies` are valid, too. `dns` is the server that the cluster most likely has (`Deployed.name`).
    """

    policies: Sequence[Policy]
    ruleset: RuleSet
    pod_addresses: tuple[str, ...] | None = None
    service_blocks: frozenset[str] = frozenset()
    faulty: frozenset[str] = frozenset()
    workloads: Sequence[Workload] = ()
    tier_policies: Sequence[TierPolicy] = ()
    dns: str = USUAL
