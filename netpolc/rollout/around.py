"""What stands around the objects of a rollout, and decides what a connection becomes of all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.from_tier_policies import with_tiers
from netpolc.policy.model import Policy
from netpolc.policy.tier_model import TierPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.model import RuleSet
    from netpolc.manifests.model import ClusterNode
    from netpolc.rollout.model import Document


class Around(msgspec.Struct, frozen=True):
    """The namespaces that are known, with their labels; cluster-wide policies of older kinds, which stay; the nodes.

    Rules are `final_for_pod` where no Baseline judges a pod that is isolated in any direction.
    """

    namespaces: dict[str, dict[str, str]] = {}
    older: tuple[TierPolicy, ...] = ()
    nodes: tuple[ClusterNode, ...] = ()
    final_for_pod: bool = True

    def rules(self, documents: Iterable[Document]) -> RuleSet:
        """Return the rules of some policies, with all that stands around them."""
        held = list(documents)
        plain = rules_of_policies([each for each in held if isinstance(each, Policy)], self.namespaces)
        tiers = [*(each for each in held if isinstance(each, TierPolicy)), *self.older]
        return with_tiers(plain, tiers, self.nodes, final_for_pod=self.final_for_pod)
