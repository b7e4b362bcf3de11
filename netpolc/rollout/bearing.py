"""The policies that bear on what a rollout changes: all others decide alike before and after it.

A connection changes at the end where a policy changes, and only with the peers of the rules that differ, as long as the
end is closed on both sides; whether it passes depends on the policies of these two ends, and on no others. So those are
enough that select any of the pods whose policies change, or any of those peers. Where an end is not closed on a side,
it may be anybody whom it meets there, and all policies are needed.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from netpolc.engine.from_policies import PolicyCache, addresses_of
from netpolc.engine.index import Index
from netpolc.engine.regions import PodSet, meet, names_of
from netpolc.policy.constants import DIRECTIONS, POLICY_TYPES
from netpolc.policy.model import IPBlock, PodPeer, Policy
from netpolc.rollout.model import Meanings, key_of
from netpolc.sets.addresses import AddressSet, union

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from netpolc.checks.options import CheckOptions
    from netpolc.engine.regions import Region
    from netpolc.ir.model import Direction
    from netpolc.manifests.model import Workload
    from netpolc.rollout.model import Document, Half, Key

    Sides = tuple[Mapping[Key, Document], Mapping[Key, Document]]


def bearing(
    sides: Sides, changed: Collection[Key], workloads: Iterable[Workload], options: CheckOptions
) -> frozenset[Key] | None:
    """Return the keys of the policies without which nothing of a change can be told; None where it takes all.

    The `sides` are the policies before and after, of which those that are `changed` differ.
    """
    platform = options.platform
    as_whole = platform.denies_exceptions or platform.hides_labels or platform.undeclared is not None
    if as_whole or not all(isinstance(each, Policy) for side in sides for each in side.values()):
        return None
    policies = [
        each for key, each in {**sides[0], **sides[1]}.items() if isinstance(each, Policy) and key not in changed
    ]
    cache = PolicyCache()
    # A policy closes pods of its own namespace.
    there = list(cache.subjects(policies, {namespace for namespace, _ in changed}))
    steady = {
        direction: Index((pods, each) for each, pods in there if POLICY_TYPES[direction] in each.policy_types)
        for direction in DIRECTIONS
    }
    met = _met(sides, changed, steady)
    if met is None:
        return None
    blocks = union([each for each in met if isinstance(each, AddressSet)])
    shown = list(workloads)
    if blocks and _may_hold_pods(blocks, shown, options):
        return None
    varying = {label.key for each in shown for label in each.varying}
    pods = [each for each in met if isinstance(each, PodSet)]
    index = Index((each, each) for each in pods)
    named = [names_of(each.namespaces) for each in pods]
    names = None if None in named else {name for several in named for name in several or ()}
    near = (
        each
        for each, subject in cache.subjects(policies, names)
        if any(meet(subject, one) is not None for one in index.near(subject))
    )
    telling = (each for each in policies if _tells_apart(each, blocks, varying))
    return frozenset((*changed, *map(key_of, near), *map(key_of, telling)))


def _met(sides: Sides, changed: Iterable[Key], steady: Mapping[Direction, Index[Policy]]) -> dict[Region, None] | None:
    """Return the pods whose policies change, and whom they meet by what changes; None where that may be anybody."""
    meanings = Meanings()
    found: dict[Region, None] = {}
    for key in changed:
        before, after = (meanings.halves(each if isinstance(each := side.get(key), Policy) else None) for side in sides)
        for direction in DIRECTIONS:
            halves = [half for half in (before.get(direction), after.get(direction)) if half is not None]
            if len(halves) == len(DIRECTIONS) and halves[0] == halves[1]:
                continue
            own: dict[Region, None] = dict.fromkeys(half.subject for half in halves)
            stays = len(halves) == len(DIRECTIONS) and len(own) == 1
            if not (stays or all(any(steady[direction].around(half.subject)) for half in halves)):
                return None
            found |= own
            found |= dict.fromkeys(_differing(halves) if stays else (peer for half in halves for peer in half.rules))
    return found


def _differing(halves: Iterable[Half]) -> Iterator[Region]:
    one, other = (half.rules for half in halves)
    yield from (peer for peer in {**one, **other} if one.get(peer) != other.get(peer))


def _may_hold_pods(blocks: AddressSet, workloads: Iterable[Workload], options: CheckOptions) -> bool:
    """Tell whether pods could have any of some addresses, by which rules let them through, too."""
    if options.pod_addresses == ():
        return False
    if any(addresses_of(each, ()) & blocks for each in options.pod_addresses or ()):
        return True
    shown = (ip_address(text) for each in workloads for text in each.addresses)
    return any(blocks.contains(each.version, int(each)) for each in shown)


def _tells_apart(policy: Policy, blocks: AddressSet, varying: Collection[str]) -> bool:
    """Tell whether a policy tells addresses of a change apart, or pods of one workload."""
    peers = [peer for rules in (policy.ingress, policy.egress) for rule in rules or () for peer in rule.peers]
    if blocks and any(isinstance(each, IPBlock) and addresses_of(each.cidr, ()) & blocks for each in peers):
        return True
    if not varying:
        return False
    selectors = [policy.pod_selector, *(each.pod_selector for each in peers if isinstance(each, PodPeer))]
    return any(
        key in varying
        for each in selectors
        if each is not None
        for key in (*(key for key, _ in each.match_labels), *(one.key for one in each.match_expressions))
    )
