"""NP635: exceptions of a block that another rule for the same pods lets in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.openings import is_for_dns
from netpolc.checks.workloads.places import place_of_field
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.from_policies import addresses_of, port_of, rules_with_reasons
from netpolc.engine.index import Index
from netpolc.engine.regions import PodSet, in_namespace
from netpolc.policy.constants import WRITTEN_DIRECTIONS
from netpolc.policy.model import IPBlock
from netpolc.policy.selectors import selected_by
from netpolc.sets.addresses import AddressSet
from netpolc.sets.ports import EVERY_PORT, PortSet, intersection, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.policies.checked_policies import CheckedPolicies
    from netpolc.engine.model import AllowRule, Reason
    from netpolc.ir.model import Direction
    from netpolc.policy.model import Policy, Rule


SHOWN = 3
"""The exceptions and the rules that are named; more would not help."""


def check(checked: CheckedPolicies) -> Iterator[Diagnostic]:
    """Yield each exception that a rule for more addresses lets in again, for all pods of its policy.

    A rule for just these addresses, or for a part of them, is meant for them; and so is one for DNS.
    """
    for direction in WRITTEN_DIRECTIONS:
        with_exceptions = [each for policy in checked.policies for each in _exceptions(policy, direction)]
        if with_exceptions:
            wide = (each for each in checked.ruleset.of(direction).allow_rules if _may_undo(each))
            by_subject = Index((each.subject, each) for each in wide)
            for policy, rule, block in with_exceptions:
                yield from _undone(policy, rule, block, by_subject)


def _exceptions(policy: Policy, direction: Direction) -> Iterator[tuple[Policy, Rule, IPBlock]]:
    for rule, _ in rules_with_reasons(policy, direction):
        for peer in rule.peers:
            if isinstance(peer, IPBlock) and peer.excepts:
                yield policy, rule, peer


def _may_undo(rule: AllowRule) -> bool:
    return isinstance(rule.peer, AddressSet) and not is_for_dns(rule.ports)


def _undone(policy: Policy, rule: Rule, block: IPBlock, by_subject: Index[AllowRule]) -> Iterator[Diagnostic]:
    selector = selected_by(policy.pod_selector)
    if selector is None:
        return
    subject = PodSet(in_namespace(policy.namespace), selector)
    ports = ports_of(map(port_of, rule.ports)) if rule.ports else EVERY_PORT
    undone: dict[str, Reason] = {}
    for text in block.excepts:
        excepted = addresses_of(text, ())
        for other in by_subject.around(subject):
            if other.reason is not None and _lets_in(other, excepted, ports):
                undone.setdefault(text, other.reason)
    if undone:
        yield _finding(block, undone)


def _finding(block: IPBlock, undone: dict[str, Reason]) -> Diagnostic:
    listed = [f"`{text}`" for text in undone]
    shown = ", ".join(listed[:SHOWN]) + (f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else "")
    places = [reason.location for reason in dict.fromkeys(undone.values()) if reason.location is not None]
    return Diagnostic(
        code="NP635",
        severity="warning",
        message=f"another rule lets {shown} through all the same",
        location=place_of_field(block.location, ("ipBlock",), "except") or block.location,
        label="exceptions narrow their own block only",
        labels=tuple(Label(place, "this one does") for place in places[:SHOWN]),
        help="except it there, too, or leave the exception out",
    )


def _lets_in(rule: AllowRule, excepted: AddressSet, ports: PortSet) -> bool:
    """Tell whether a rule is for an exception and more, on some of the ports."""
    peer = rule.peer
    within = isinstance(peer, AddressSet) and bool(excepted) and peer & excepted == excepted and bool(peer - excepted)
    return within and intersection(rule.ports, ports) != PortSet()
