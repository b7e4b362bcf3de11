"""The argument that each check of platforms takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_policies import rules_with_reasons
from netpolc.policy.constants import NAME_LABEL, WRITTEN_DIRECTIONS
from netpolc.policy.model import IPBlock, PodPeer, Selector
from netpolc.policy.selectors import selected_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.ecosystem.platforms import Platform
    from netpolc.ir.model import Direction, Program
    from netpolc.manifests.model import ClusterNode, Service, Workload
    from netpolc.policy.model import Policy, Rule
    from netpolc.policy.tier_model import TierPolicy, TierRule
    from netpolc.sets.labels import LabelSelector
    from netpolc.source import Location


_EVERY = Selector()
_OF_ONE_ADDRESS = ("32", "128")


class RuleOf(msgspec.Struct, frozen=True):
    """A rule that counts, its direction, and the pods that it is for."""

    rule: Rule
    direction: Direction
    namespace: str | None
    pods: LabelSelector


class CheckedPlatform(msgspec.Struct, frozen=True):
    """A platform, valid policies on it, and the workloads, Services and nodes that are known.

    What a `program` says is judged by its statements, if these are what the policies were made of.
    """

    platform: Platform
    policies: Sequence[Policy]
    program: Program | None = None
    tier_policies: Sequence[TierPolicy] = ()
    workloads: Sequence[Workload] = ()
    services: Sequence[Service] = ()
    nodes: Sequence[ClusterNode] = ()

    def rules(self) -> Iterator[RuleOf]:
        """Yield the rules of all policies, in the directions that these list."""
        for policy in self.policies:
            pods = selected_by(policy.pod_selector)
            if pods is None:
                continue
            for direction in WRITTEN_DIRECTIONS:
                for rule, _ in rules_with_reasons(policy, direction):
                    yield RuleOf(rule, direction, policy.namespace, pods)

    def blocks(self) -> Iterator[tuple[RuleOf, IPBlock]]:
        """Yield the blocks of addresses among the peers of these rules, each with its rule."""
        for each in self.rules():
            for peer in each.rule.peers:
                if isinstance(peer, IPBlock):
                    yield each, peer

    def rules_together(self) -> Iterable[list[RuleOf]]:
        """Return the same rules, those of a namespace and a direction together."""
        found: dict[tuple[str | None, Direction], list[RuleOf]] = {}
        for each in self.rules():
            found.setdefault((each.namespace, each.direction), []).append(each)
        return found.values()

    def destinations(self, each: RuleOf) -> list[Workload]:
        """Return the known pods that a rule opens ports of, but those on their nodes' network."""
        if each.direction == "ingress":
            found = [one for one in self.workloads if one.namespace == each.namespace and each.pods.matches(one.labels)]
        else:
            peers = [peer for peer in each.rule.peers if isinstance(peer, PodPeer)]
            found = [one for peer in peers for one in self.selected_by(peer, each.namespace)]
        return [one for one in found if not one.host_network]

    def selected_by(self, peer: PodPeer, namespace: str | None) -> list[Workload]:
        """Return the known pods that a peer selects in a policy of a namespace, as far as names of namespaces tell."""
        pods = selected_by(peer.pod_selector) if peer.pod_selector is not None else None
        if peer.pod_selector is not None and pods is None:
            return []
        return [
            each
            for each in self.workloads
            if _is_in(peer, namespace, each.namespace) and (pods is None or pods.matches(each.labels))
        ]

    def may_be_in(self, peer: PodPeer, namespace: str | None, other: str | None) -> bool:
        """Tell whether a peer in a policy of a namespace may be about another one."""
        labels = () if peer.namespace_selector is None else peer.namespace_selector.match_labels
        return _is_in(peer, namespace, other) or (
            peer.namespace_selector is not None and NAME_LABEL not in dict(labels)
        )


def only_address(block: IPBlock) -> str | None:
    """Return the address of a block that holds no other, as it is written."""
    address, _, length = block.cidr.partition("/")
    return address if length in _OF_ONE_ADDRESS else None


def _is_in(peer: PodPeer, namespace: str | None, other: str | None) -> bool:
    """Tell whether a peer is certainly about a namespace: its own, all, or one that it names."""
    if peer.namespace_selector is None:
        return namespace == other
    if peer.namespace_selector == _EVERY:
        return True
    named = peer.namespace_selector.match_labels == ((NAME_LABEL, other),)
    return named and not peer.namespace_selector.match_expressions


def place_of(rule: Rule | TierRule, *parts: Location | None) -> Location | None:
    """Return where the first part of a rule stands, if it is known and in the file of the rule, else the rule."""
    whole = rule.location
    here = (each for each in parts if each is not None and (whole is None or each.source is whole.source))
    return next(here, whole)


def labels_of(peer: object) -> dict[str, str]:
    """Return the labels that pods of a peer have for certain."""
    if not isinstance(peer, PodPeer) or peer.pod_selector is None:
        return {}
    return dict(peer.pod_selector.match_labels)
