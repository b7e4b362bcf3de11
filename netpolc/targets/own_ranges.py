"""Entries of their own for what exceptions leave out, where a platform denies that whatever other rules say.

Amazon's VPC plugin keeps a range closed that an `except` leaves out, though a wider block or a rule for anybody lets it
in, unless some rule names the range itself (run with its agent, v1.4.1). So each rule that lets the range in gets an
entry for it, which says nothing new to anybody else.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from netpolc.policy.blocks import is_wider
from netpolc.policy.model import IPBlock, Policy, Rule
from netpolc.targets.policy_parts import peer_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COMMENT = "for what an `except` leaves out, which is denied here unless it is named"


def with_own_ranges(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """Return policies, those of a namespace together, whose rules name the ranges that exceptions beside them deny."""
    found: list[Policy] = []
    for _, group in groupby(policies, key=lambda each: each.namespace):
        together = list(group)
        ingress = _left_out(rule for each in together for rule in each.ingress or ())
        egress = _left_out(rule for each in together for rule in each.egress or ())
        found += [
            msgspec.structs.replace(
                each,
                ingress=each.ingress and tuple(_named(each.ingress, ingress)),
                egress=each.egress and tuple(_named(each.egress, egress)),
            )
            for each in together
        ]
    return tuple(found)


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
