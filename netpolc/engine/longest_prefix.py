"""Blocks as a platform takes them that goes by the longest prefix which holds an address.

Amazon's VPC plugin is one (pkg/fwruleprocessor of its agent, v1.4.3, run). For each pod and direction, the blocks of
all its rules are entries of one table, and so are their exceptions; of an address, the longest entry counts. One of a
block has the ports of its own rules, and of the entries of wider blocks, but for those one of whose exceptions holds
its first address; rules of equal blocks have their exceptions together. An exception that no block equals has no ports.
Who is found by labels has an entry for its address alone. A rule for anybody is one for all addresses.

That differs from what the API says only within exceptions that a wider block of another rule does not make, and within
blocks that begin with one. So tiers before the rules decide there: the first for those who are found by no labels, whom
an entry may hold with others, the second for everybody, each as by an entry for its address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_policies import PolicyCache, addresses_of, rules_of_policies
from netpolc.engine.model import Decision, Reason, Tier
from netpolc.engine.prefix_cells import cells_of
from netpolc.engine.prefix_table import PrefixTable, RuleBlock, contested, differ
from netpolc.policy.constants import WRITTEN_DIRECTIONS
from netpolc.policy.model import IPBlock
from netpolc.sets.addresses import EVERY_ADDRESS, AddressSet
from netpolc.sets.ports import EVERY_PORT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from netpolc.engine.model import RuleSet
    from netpolc.engine.regions import PodSet
    from netpolc.ir.model import Direction
    from netpolc.policy.model import Policy
    from netpolc.sets.addresses import AddressRange

TIER = "longest prefix"
EXCEPT = "ipBlock.except"
"""How the path of a reason ends that is an exception."""


def with_longest_prefixes(ruleset: RuleSet, policies: Collection[Policy], cache: PolicyCache) -> RuleSet:
    """Return rules with what the longest prefix decides otherwise than they do, in tiers right before them."""
    by_namespace: dict[str | None, list[Policy]] = {each.namespace: [] for each in policies if has_exceptions(each)}
    for policy in policies if by_namespace else ():
        if policy.namespace in by_namespace:
            by_namespace[policy.namespace].append(policy)
    for direction in WRITTEN_DIRECTIONS:
        first: list[Decision] = []
        second: list[Decision] = []
        for several in by_namespace.values():
            rules = _Rules(several, direction, cache)
            of_both = [_decided(rules.blocks, within) for within in contested(rules.blocks)]
            denied, others = ([each for decided in of_both for each in decided[at]] for at in (0, 1))
            if denied:
                first += (Decision(each.subject, each.peer, EVERY_PORT, "next", None) for each in rules.of_pods)
                first += denied
            if others:
                second += rules.of_pods
                second += others
        tiers = tuple(Tier(TIER, tuple(each)) for each in (first, second) if each)
        if tiers:
            rules_there = ruleset.of(direction)
            more = msgspec.structs.replace(rules_there, before=(*rules_there.before, *tiers))
            ruleset = msgspec.structs.replace(ruleset, **{direction: more})
    return ruleset


def add_up(policies: Sequence[Policy]) -> bool:
    """Tell whether the longest prefix decides as rules do that add up, for all that policies say."""
    cache = PolicyCache()
    return not with_longest_prefixes(rules_of_policies(policies, {}, cache), policies, cache).is_tiered


def has_exceptions(policy: Policy) -> bool:
    """Tell whether a block of a policy leaves anything out."""
    return any(
        isinstance(peer, IPBlock) and peer.excepts
        for rule in (*(policy.ingress or ()), *(policy.egress or ()))
        for peer in rule.peers
    )


class _Rules:
    """The rules of some policies in a direction: those for blocks, and decisions of those for pods."""

    def __init__(self, policies: Sequence[Policy], direction: Direction, cache: PolicyCache) -> None:
        self.blocks: list[RuleBlock] = []
        self.of_pods: list[Decision] = []
        item = "from" if direction == "ingress" else "to"
        for policy, subject, rule, reason in cache.rules_that_count(policies, direction):
            ports = cache.ports_of(policy, rule, direction)
            by_address = cache.ports_of(policy, rule, direction, by_address=True)
            # A rule of names that mean nothing there has no entry.
            has_entries = bool(by_address.intervals or by_address.names)
            if not rule.peers and has_entries:
                self.blocks += (RuleBlock(subject, each, (), by_address, reason) for each in EVERY_ADDRESS.ranges)
            for index, peer in enumerate(rule.peers):
                if isinstance(peer, IPBlock):
                    if not has_entries:
                        continue
                    path = f"{reason.path}.{item}[{index}].{EXCEPT}"
                    why = Reason(reason.policy, path, peer.location or reason.location, "")
                    excepts = tuple(held for each in peer.excepts for held in addresses_of(each, ()).ranges)
                    self.blocks += (
                        RuleBlock(subject, each, excepts, by_address, reason, why)
                        for each in addresses_of(peer.cidr, ()).ranges
                    )
                elif (pods := cache.pods_of(policy, peer)) is not None:
                    self.of_pods.append(Decision(subject, pods, ports, "allow", reason))


def _decided(blocks: Sequence[RuleBlock], within: AddressRange) -> tuple[list[Decision], list[Decision]]:
    """Return what either tier decides within a range, the pods of most policies first.

    The first that holds counts, so each cell ends by handing on what it leaves to the rules.
    """
    near = [each for each in blocks if each.meets(within)]
    of_tiers: tuple[list[Decision], list[Decision]] = ([], [])
    whole = AddressSet((within,))
    subjects = tuple(dict.fromkeys(each.subject for each in near))
    cells = [(cell, PrefixTable(cell.held(near), within)) for cell in cells_of(subjects)]
    for at, of_tier in enumerate(of_tiers):
        decided = [(cell.pods, tuple(_of_cell(cell.pods, table, at))) for cell, table in cells]
        last = max((number for number, (_, each) in enumerate(decided) if each), default=-1)
        for number, (pods, decisions) in enumerate(decided[: last + 1]):
            of_tier.extend(decisions)
            if number < last:
                of_tier.append(Decision(pods, whole, EVERY_PORT, "next", None))
    return of_tiers


def _of_cell(pods: PodSet, table: PrefixTable, at: int) -> Iterator[Decision]:
    """Yield what the first tier decides for some pods, or the second, wherever that is not what comes behind it."""
    for piece in table.pieces:
        meant, behind = ((piece.of_entry, piece.of_address), (piece.of_address, piece.together))[at]
        if differ(meant, behind):
            for each in meant:
                yield Decision(pods, piece.addresses, each.ports, "allow", each.reason)
            yield Decision(pods, piece.addresses, EVERY_PORT, "deny", piece.excepting)
