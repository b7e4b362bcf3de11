"""Blocks of addresses as a network plugin takes them that finds no pods in them, or no nodes.

A rule for anybody holds pods and nodes all the same: it is for every address, which is no block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.sets.addresses import EVERY_ADDRESS, NO_ADDRESS, AddressSet

if TYPE_CHECKING:
    from netpolc.engine.model import AllowRule, DirectionRules, RuleSet


class InBlocks(msgspec.Struct, frozen=True):
    """The contents of blocks: pods or not, and every address but those `without`."""

    pods: bool = True
    without: AddressSet = NO_ADDRESS


EVERYBODY = InBlocks()


def with_blocks_without(ruleset: RuleSet, without: AddressSet) -> RuleSet:
    """Return what allow rules come to where no block holds some addresses."""

    def of(rules: DirectionRules) -> DirectionRules:
        found = (_without(each, without) for each in rules.allow_rules)
        return msgspec.structs.replace(rules, allow_rules=tuple(each for each in found if each is not None))

    return msgspec.structs.replace(ruleset, ingress=of(ruleset.ingress), egress=of(ruleset.egress))


def _without(rule: AllowRule, without: AddressSet) -> AllowRule | None:
    if not isinstance(rule.peer, AddressSet) or rule.peer == EVERY_ADDRESS or not rule.peer & without:
        return rule
    rest = rule.peer - without
    return msgspec.structs.replace(rule, peer=rest) if rest else None
