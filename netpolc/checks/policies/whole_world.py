"""NP606: rules that open pods to everybody, or to every address there is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.checks.openings import OPENED, is_for_dns
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.from_policies import port_of, rules_with_reasons, shown_name
from netpolc.policy.addresses import parse
from netpolc.policy.constants import WRITTEN_DIRECTIONS
from netpolc.policy.model import IPBlock
from netpolc.sets.ports import ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.policies.checked_policies import CheckedPolicies
    from netpolc.ir.model import Direction
    from netpolc.policy.model import Policy, PolicyPeer, Rule
    from netpolc.source import Location

_DENIES = r"(?i)(?<![a-z])(?:deny|denies|denied|block|blocked|isolate|isolated|isolation)(?![a-z])"
_ALLOWS = r"(?i)allow|permit|except"
_OTHER: dict[Direction, Direction] = {"ingress": "egress", "egress": "ingress"}


def check(checked: CheckedPolicies) -> Iterator[Diagnostic]:
    """Yield each rule without peers, or for every address of a family; those for DNS aside.

    Mostly that is what is meant; it is doubtful where the policy is called a deny.
    """
    for direction in WRITTEN_DIRECTIONS:
        for policy in (each for each in checked.policies if shown_name(each) not in checked.faulty):
            for rule, _ in rules_with_reasons(policy, direction):
                place = _place(rule)
                if place is not None and not (direction == "egress" and is_for_dns(ports_of(map(port_of, rule.ports)))):
                    yield _opening(policy, rule, place, direction)


def _place(rule: Rule) -> Location | None:
    """Return where a rule opens pods to the whole world, if it does."""
    return rule.location if not rule.peers else next((each.location for each in rule.peers if _is_all(each)), None)


def _is_all(peer: PolicyPeer) -> bool:
    block = parse(peer.cidr) if isinstance(peer, IPBlock) and not peer.excepts else None
    return block is not None and block.prefix == 0


def _opening(policy: Policy, rule: Rule, place: Location, direction: Direction) -> Diagnostic:
    message = f"this rule {OPENED[direction]}"
    advice = "name who it is for, or say why with `# netpolc: ignore[NP606] the reason`"
    denies = not rule.peers and not rule.ports and _is_called_deny(policy.name, direction)
    if denies:
        message = f"`{policy.name}` denies no {direction}: {message}"
        advice = "leave the rule out, so that the policy closes what it selects, or give it another name"
    return Diagnostic(
        code="NP606",
        severity="warning" if denies else "note",
        message=message,
        location=place,
        help=advice,
    )


def _is_called_deny(name: str, direction: Direction) -> bool:
    """Tell whether a policy's name says that it denies, and not only in the other direction."""
    only_other = _OTHER[direction] in name.lower() and direction not in name.lower()
    return re.search(_DENIES, name) is not None and re.search(_ALLOWS, name) is None and not only_other
