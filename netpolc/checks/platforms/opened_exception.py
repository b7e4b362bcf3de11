"""NP685: exceptions that are open all the same, on the ports of the rule that makes them.

Where the longest prefix decides, a block has the ports of wider ones that do not except it. So a rule for one within
an exception has those of a block around that, which may have them from the rule that makes the exception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine import words
from netpolc.engine.from_policies import PolicyCache, rules_of_policies
from netpolc.engine.longest_prefix import with_longest_prefixes
from netpolc.engine.port_names import names_on
from netpolc.policy.constants import WRITTEN_DIRECTIONS
from netpolc.sets.addresses import AddressSet, union
from netpolc.sets.ports import difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform
    from netpolc.engine.model import AllowRule, Decision, DirectionRules, Reason
    from netpolc.engine.regions import PodSet, Region


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each rule that opens what its exceptions leave out, and no other rule opens on its ports."""
    if not checked.platform.denies_exceptions:
        return
    cache = PolicyCache(checked.platform.undeclared, names_on(checked.platform, checked.workloads))
    ruleset = with_longest_prefixes(rules_of_policies(checked.policies, {}, cache), checked.policies, cache)
    locations = {rule.rule.location: rule.rule for rule in checked.rules()}
    for direction in WRITTEN_DIRECTIONS:
        for reason, (decision, opened) in _opened(ruleset.of(direction)).items():
            if reason.location in locations:
                blocks = ", ".join(f"`{each}`" for held in opened.ranges for each in words.cidrs(held))
                yield Diagnostic(
                    code="NP685",
                    severity="warning",
                    message=f"{checked.platform.shown} opens {blocks} on {words.ports(decision.ports)} by this rule, "
                    "though an exception leaves that out",
                    location=place_of(locations[reason.location]),
                    label="a block around the exception hands its ports on to a rule for the block",
                    help="write the blocks that are left in the place of the one with `except`",
                )


def _opened(rules: DirectionRules) -> dict[Reason, tuple[Decision, AddressSet]]:
    """Return what rules open that rules by themselves do not, each rule with the first addresses of it."""
    found: dict[Reason, tuple[Decision, AddressSet]] = {}
    decided: set[tuple[PodSet, Region]] = set()
    for tier in rules.tiers:
        for decision in tier.decisions:
            reason, peer = decision.reason, decision.peer
            # What the first tier decides is left to the second for those alone whom labels find.
            if decision.action == "allow" and isinstance(peer, AddressSet) and (decision.subject, peer) not in decided:
                opened = peer - union([*_blocks(rules.allow_rules, decision)])
                if opened and reason is not None:
                    found.setdefault(reason, (decision, opened))
        decided.update((each.subject, each.peer) for each in tier.decisions if each.action == "deny")
    return found


def _blocks(rules: tuple[AllowRule, ...], decision: Decision) -> Iterator[AddressSet]:
    """Yield the blocks of rules that open at least the ports of a decision."""
    for each in rules:
        if isinstance(each.peer, AddressSet) and not _lacks(each, decision):
            yield each.peer


def _lacks(rule: AllowRule, decision: Decision) -> bool:
    left = difference(decision.ports, rule.ports)
    return bool(left.intervals or left.names)
