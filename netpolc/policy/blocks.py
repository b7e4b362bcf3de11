"""Blocks of addresses among each other, as rules write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.policy.addresses import parse

if TYPE_CHECKING:
    from netpolc.policy.model import IPBlock


def is_wider(block: IPBlock, cidr: str) -> bool:
    """Tell whether a block is wider than a range, and lets all of it in."""
    whole, inner = parse(block.cidr), parse(cidr)
    if whole is None or inner is None or not whole.contains_strictly(inner):
        return False
    excepts = [each for each in map(parse, block.excepts) if each is not None]
    return not any(each == inner or each.contains_strictly(inner) or inner.contains_strictly(each) for each in excepts)
