"""What is enforced of rules: the tiers around them, and what the platform makes of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.in_blocks import InBlocks, with_blocks_without
from netpolc.engine.model import without_tiers
from netpolc.engine.port_names import with_names_open
from netpolc.policy.tier_model import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from netpolc.ecosystem.platforms import Platform
    from netpolc.engine.from_policies import PolicyCache
    from netpolc.engine.model import RuleSet
    from netpolc.manifests.model import ClusterNode
    from netpolc.policy.model import Policy
    from netpolc.policy.tier_model import TierPolicy

KIND = KINDS[0]
"""The kind that guardrails of a program become."""


def as_enforced(
    rules: RuleSet,
    platform: Platform,
    policies: Collection[Policy],
    cache: PolicyCache,
    tiers: tuple[Sequence[TierPolicy], Sequence[ClusterNode]] = ((), ()),
    *,
    final_for_pod: bool,
    pods_in_blocks: bool = True,
) -> RuleSet:
    """Return what a platform makes of rules, which come of `policies`, read by a cache.

    `tiers` are the cluster-wide policies around them, with the nodes that these may be about; without any, rules keep
    the tiers that they have, which are those of a program. Policies of kinds that nothing enforces there count for
    nothing. `pods_in_blocks` tells whether blocks of addresses hold pods.
    """
    whole = with_names_open(rules) if platform.names_open_all else rules
    tier_policies, nodes = tiers
    if platform.unenforced:
        tier_policies = [each for each in tier_policies if not platform.never_enforces(each.kind)]
        if whole.is_tiered and platform.never_enforces(KIND):
            whole = without_tiers(whole)
    in_blocks = InBlocks(pods_in_blocks)
    if nodes and platform.blocks_hold_nodes is False:
        from netpolc.engine.node_addresses import NodeAddresses  # one platform has nodes apart

        in_blocks = InBlocks(pods_in_blocks, NodeAddresses(nodes).all)
        whole = with_blocks_without(whole, in_blocks.without)
    if tier_policies:
        from netpolc.engine.from_tier_policies import with_tiers  # few clusters have tiers

        whole = with_tiers(whole, tier_policies, nodes, final_for_pod=final_for_pod, in_blocks=in_blocks)
    if platform.denies_exceptions and policies:
        from netpolc.engine.longest_prefix import with_longest_prefixes  # one platform goes by these

        whole = with_longest_prefixes(whole, policies, cache)
    if platform.hides_labels:
        from netpolc.ecosystem.hidden_labels import cilium_hides  # one platform hides any
        from netpolc.engine.unseen_labels import with_labels_unseen

        whole = with_labels_unseen(whole, cilium_hides)
    return whole


def denies_by_exceptions(platform: Platform, policies: Iterable[Policy]) -> bool:
    """Tell whether policies take away from what others let through, since a platform keeps exceptions denied."""
    if not platform.denies_exceptions:
        return False
    from netpolc.engine.longest_prefix import has_exceptions  # one platform goes by these

    return any(map(has_exceptions, policies))
