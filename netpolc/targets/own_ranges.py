"""Entries of their own for what exceptions leave out, where a platform denies that whatever other rules say.

Amazon's VPC plugin keeps a range closed that an `except` leaves out, though a wider block or a rule for anybody lets it
in, unless some rule names the range itself (run with its agent, v1.4.1). So each rule that lets the range in gets an
entry for it, which says nothing new to anybody else.

Such an entry takes the ports of each wider block that does not except it, theirs included that such a block has of
another, so a block between an exception and what makes it may let in too much, or too little (`engine/longest_prefix`).
The blocks of such namespaces are written without exceptions, as what these leave of them.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.from_policies import addresses_of
from netpolc.engine.longest_prefix import add_up
from netpolc.engine.words import cidrs
from netpolc.policy.blocks import is_wider
from netpolc.policy.model import IPBlock, Policy, Rule
from netpolc.targets.policy_parts import peer_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.policy.model import PolicyPeer

COMMENT = "for what an `except` leaves out, which is denied here unless it is named"
WITHOUT = "without an `except`, by which this platform would let in something else than is meant"


def with_own_ranges(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Return policies, those of a namespace together, whose rules name the ranges that exceptions beside them deny."""
    found: list[Policy] = []
    for _, group in groupby(policies, key=lambda each: each.namespace):
        together = list(group)
        ingress = _left_out(rule for each in together for rule in each.ingress or ())
        egress = _left_out(rule for each in together for rule in each.egress or ())
        named = [
            msgspec.structs.replace(
                each,
                ingress=each.ingress and tuple(_named(each.ingress, ingress)),
                egress=each.egress and tuple(_named(each.egress, egress)),
            )
            for each in together
        ]
        excepting = ingress or egress
        found += named if not excepting or add_up(named) else map(_divided, together)
    return tuple(found)


def _divided(policy: Policy) -> Policy:
    """Return a policy whose blocks have no exceptions."""
    ingress, egress = (
        rules and tuple(_without_exceptions(each) for each in rules) for rules in (policy.ingress, policy.egress)
    )
    return msgspec.structs.replace(policy, ingress=ingress, egress=egress)


def _without_exceptions(rule: Rule) -> Rule:
    if not any(isinstance(each, IPBlock) and each.excepts for each in rule.peers):
        return rule
    peers: dict[PolicyPeer, None] = {}
    for each in rule.peers:
        if isinstance(each, IPBlock) and each.excepts:
            left = addresses_of(each.cidr, each.excepts).ranges
            peers |= dict.fromkeys(IPBlock(cidr, location=each.location) for held in left for cidr in cidrs(held))
        else:
            peers[each] = None
    comments = (*rule.comments, WITHOUT)
    return msgspec.structs.replace(rule, peers=tuple(sorted(peers, key=peer_order)), comments=comments)


def _left_out(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the ranges that exceptions leave out, sorted."""
    blocks = (peer for rule in rules for peer in rule.peers if isinstance(peer, IPBlock))
    return tuple(sorted({each for block in blocks for each in block.excepts}))


def _named(rules: tuple[Rule, ...], ranges: tuple[str, ...]) -> Iterator[Rule]:
    for rule in rules:
        if not rule.peers:
            yield rule
            if ranges:
                own = tuple(sorted((IPBlock(each) for each in ranges), key=peer_order))
                yield Rule(own, rule.ports, (*rule.comments, COMMENT), rule.location)
            continue
        blocks = [peer for peer in rule.peers if isinstance(peer, IPBlock)]
        own = tuple(
            IPBlock(each, location=block.location)
            for each in ranges
            for block in [next((one for one in blocks if is_wider(one, each)), None)]
            if block is not None and all(one.cidr != each for one in blocks)
        )
        yield msgspec.structs.replace(rule, peers=tuple(sorted((*rule.peers, *own), key=peer_order))) if own else rule
