"""NP671: exceptions whose range stays denied, whatever other rules let in.

Amazon's VPC plugin goes by the longest prefix that holds an address, and an exception is one that denies (run with its
agent, v1.4.1). A rule for the range itself is as long, and counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.policy.blocks import is_wider
from netpolc.policy.model import IPBlock
from netpolc.sets.labels import holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform, RuleOf
    from netpolc.policy.model import Rule


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each exception whose range a wider rule for the same pods lets in, where none names the range."""
    if not checked.platform.denies_exceptions:
        return
    for rules in checked.rules_together():
        for each, block, cidr in _exceptions(rules):
            others = [one.rule for one in rules if holds(one.pods, each.pods) or holds(each.pods, one.pods)]
            wider = next((other for other in others if _is_denied(other, cidr, others)), None)
            if wider is not None:
                yield Diagnostic(
                    code="NP671",
                    severity="warning",
                    message=f"{checked.platform.shown} keeps `{cidr}` closed for these pods, though a rule opens it",
                    location=place_of(each.rule, block.location),
                    label="this exception closes it on every port",
                    labels=() if wider.location is None else (Label(wider.location, "opens it"),),
                    help=f"name the range in the other rule, too: `- ipBlock: {{cidr: {cidr}}}`",
                )


def _exceptions(rules: Iterable[RuleOf]) -> Iterator[tuple[RuleOf, IPBlock, str]]:
    for each in rules:
        for block in each.rule.peers:
            if isinstance(block, IPBlock):
                yield from ((each, block, cidr) for cidr in block.excepts)


def _is_denied(rule: Rule, cidr: str, others: Iterable[Rule]) -> bool:
    """Tell whether a rule lets a range in, and none that names the range opens the ports of this one."""
    if rule.peers and not any(isinstance(each, IPBlock) and is_wider(each, cidr) for each in rule.peers):
        return False
    named = [each for each in others if any(isinstance(peer, IPBlock) and peer.cidr == cidr for peer in each.peers)]
    if any(not each.ports for each in named) or (named and _hands_on(rule, cidr, others)):
        return False
    return not rule.ports or any(all(port not in each.ports for each in named) for port in rule.ports)


def _hands_on(rule: Rule, cidr: str, others: Iterable[Rule]) -> bool:
    """Tell whether an entry for a range has the ports of a wider block of a rule: no equal block excepts the range."""
    everybody = "::/0" if ":" in cidr else "0.0.0.0/0"
    wider = {each.cidr for each in rule.peers if isinstance(each, IPBlock) and is_wider(each, cidr)} or {everybody}
    blocks = (peer for other in others for peer in other.peers if isinstance(peer, IPBlock))
    return not wider <= {each.cidr for each in blocks if cidr in each.excepts}
