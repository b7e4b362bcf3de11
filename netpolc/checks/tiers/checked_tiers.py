"""The argument that each check of tiers takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.engine.model import RuleSet
    from netpolc.manifests.model import ClusterNode
    from netpolc.policy.tier_model import TierPolicy


class CheckedTiers(msgspec.Struct, frozen=True):
    """Valid cluster-wide policies, the nodes that are known, and all that is enforced."""

    policies: Sequence[TierPolicy]
    nodes: Sequence[ClusterNode]
    ruleset: RuleSet
