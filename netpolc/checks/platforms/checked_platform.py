"""The argument that each check of platforms takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_policies import rules_with_reasons
from netpolc.policy.constants import WRITTEN_DIRECTIONS
from netpolc.policy.model import PodPeer
from netpolc.policy.selectors import selected_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.ecosystem.platforms import Platform
    from netpolc.ir.model import Direction, Program
    from netpolc.manifests.model import Workload
    from netpolc.policy.model import Policy, Rule
    from netpolc.sets.labels import LabelSelector
    from netpolc.source import Location


class RuleOf(msgspec.Struct, frozen=True):
    """A rule that counts, its direction, and the pods that it is for."""

    rule: Rule
    direction: Direction
    namespace: str | None
    pods: LabelSelector


class CheckedPlatform(msgspec.Struct, frozen=True):
    """A platform, valid policies on it, and the workloads that are known.

    What a `program` says is judged by its statements, if these are what the policies were made of.
    """

    platform: Platform
    policies: Sequence[Policy]
    program: Program | None = None
    workloads: Sequence[Workload] = ()

    def rules(self) -> Iterator[RuleOf]:
        """Yield the rules of all policies, in the directions that these list."""
        for policy in self.policies:
            pods = selected_by(policy.pod_selector)
            if pods is None:
                continue
            for direction in WRITTEN_DIRECTIONS:
                for rule, _ in rules_with_reasons(policy, direction):
                    yield RuleOf(rule, direction, policy.namespace, pods)

    def rules_together(self) -> Iterable[list[RuleOf]]:
        """Return the same rules, those of a namespace and a direction together."""
        found: dict[tuple[str | None, Direction], list[RuleOf]] = {}
        for each in self.rules():
            found.setdefault((each.namespace, each.direction), []).append(each)
        return found.values()


def place_of(rule: Rule, *parts: Location | None) -> Location | None:
    """Return where the first part of a rule stands, if it is known and in the file of the rule, else the rule."""
    whole = rule.location
    here = (each for each in parts if each is not None and (whole is None or each.source is whole.source))
    return next(here, whole)


def labels_of(peer: object) -> dict[str, str]:
    """Return the labels that pods of a peer have for certain."""
    if not isinstance(peer, PodPeer) or peer.pod_selector is None:
        return {}
    return dict(peer.pod_selector.match_labels)
