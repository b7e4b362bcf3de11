"""Tiers of cluster-wide policies: ClusterNetworkPolicy and its forerunners (network-policy-api, apis/v1beta1).

The policies of a tier go by priority, and their rules in order: the first that holds a connection decides. `Accept`
lets it through in this direction, `Deny` does not, and `Pass` hands it on to what comes behind the tier. Subjects and
peers by labels are never pods on their node's network. A peer of `networks` is whoever has such an address, pods too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_policies import addresses_of, port_of
from netpolc.engine.in_blocks import EVERYBODY, InBlocks
from netpolc.engine.model import Action, Decision, DirectionRules, Reason, RuleSet, Tier
from netpolc.engine.node_addresses import NodeAddresses
from netpolc.engine.regions import EVERY_POD, PodSet, Region, in_namespaces
from netpolc.policy.model import PodPeer
from netpolc.policy.selectors import selected_by
from netpolc.policy.tier_model import DomainNames, Networks, Nodes
from netpolc.sets.addresses import EVERY_ADDRESS, union
from netpolc.sets.labels import EVERYTHING
from netpolc.sets.ports import EVERY_PORT, PROTOCOLS, NamedPort, PortInterval, PortSet, ports_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netpolc.ir.model import Direction
    from netpolc.manifests.model import ClusterNode
    from netpolc.policy.model import Selector
    from netpolc.policy.tier_model import RuleAction, TierName, TierPeer, TierPolicy, TierPort
    from netpolc.sets.addresses import AddressSet

    Addressed = Callable[[Selector], AddressSet]
    """What finds the addresses of the nodes that a selector is for."""

ACTIONS: dict[RuleAction, Action] = {"Accept": "allow", "Deny": "deny", "Pass": "next"}


def with_tiers(
    ruleset: RuleSet,
    policies: Sequence[TierPolicy],
    nodes: Iterable[ClusterNode],
    *,
    final_for_pod: bool,
    in_blocks: InBlocks = EVERYBODY,
) -> RuleSet:
    """Put the tiers of policies around rules.

    Rules are `final_for_pod` where no Baseline judges a pod that is isolated in any direction; else they are for each
    direction by itself. Of `nodes` that nobody shows, rules for nodes do not count. Blocks hold what is `in_blocks`.
    """
    if not policies:
        return ruleset
    addressed = NodeAddresses(nodes).of

    def around(direction: Direction, other: DirectionRules) -> DirectionRules:
        return msgspec.structs.replace(
            ruleset.of(direction),
            before=_tier("Admin", policies, direction, addressed, in_blocks),
            behind=_tier("Baseline", policies, direction, addressed, in_blocks),
            exempt=other.isolations if final_for_pod else (),
        )

    return RuleSet(around("ingress", ruleset.egress), around("egress", ruleset.ingress), ruleset.namespaces)


def _tier(
    name: TierName, policies: Iterable[TierPolicy], direction: Direction, addressed: Addressed, in_blocks: InBlocks
) -> tuple[Tier, ...]:
    """Return a tier, or none where it has nothing to decide."""
    of_tier = sorted((each for each in policies if each.tier == name), key=_order)
    decisions = tuple(each for policy in of_tier for each in _decisions(policy, direction, addressed, in_blocks))
    return (Tier(name, decisions),) if decisions else ()


def _order(policy: TierPolicy) -> tuple[int, str]:
    return policy.priority, policy.name


def _decisions(
    policy: TierPolicy, direction: Direction, addressed: Addressed, in_blocks: InBlocks = EVERYBODY
) -> Iterator[Decision]:
    subject = _pods(policy.subject)
    if subject is None:
        return
    for index, rule in enumerate(policy.ingress if direction == "ingress" else policy.egress):
        reason = Reason(policy.shown, f"spec.{direction}[{index}]", rule.location, "")
        ports = _ports(rule.ports)
        for peer in rule.peers:
            for region in _regions(peer, addressed, in_blocks):
                yield Decision(subject, region, ports, ACTIONS[rule.action], reason)


def decisions_of(policy: TierPolicy, direction: Direction, nodes: Iterable[ClusterNode]) -> tuple[Decision, ...]:
    """Return the decisions of one policy for a direction, in order."""
    return tuple(_decisions(policy, direction, NodeAddresses(nodes).of))


def _regions(peer: TierPeer, addressed: Addressed, in_blocks: InBlocks) -> Iterator[Region]:
    """Yield the regions of a peer; what DNS answers nobody knows, so domain names hold nothing."""
    match peer:
        case PodPeer():
            pods = _pods(peer)
            yield from () if pods is None else (pods,)
        case Networks(cidrs):
            found = union([addresses_of(cidr, ()) for cidr in cidrs])
            if found == EVERY_ADDRESS and in_blocks.pods:
                # Whatever address a pod has, it is one of these.
                yield EVERY_POD
            if rest := found - in_blocks.without:
                yield rest
        case Nodes(selector):
            found = addressed(selector)
            if found:
                yield found
        case DomainNames():
            pass


def _pods(peer: PodPeer) -> PodSet | None:
    """Return the pods of a peer, in all namespaces where it selects none; None where none can be selected."""
    selected = EVERYTHING if peer.namespace_selector is None else selected_by(peer.namespace_selector)
    where = None if selected is None else in_namespaces(selected)
    pods = EVERYTHING if peer.pod_selector is None else selected_by(peer.pod_selector)
    return None if where is None or pods is None else PodSet(where, pods)


def _ports(several: tuple[TierPort, ...]) -> PortSet:
    if not several:
        return EVERY_PORT
    items: list[PortInterval | NamedPort] = []
    for each in several:
        if each.ports is not None:
            items.append(port_of(each.ports))
        if each.name is not None:
            items += (NamedPort(protocol, each.name) for protocol in PROTOCOLS)
    return ports_of(items)
