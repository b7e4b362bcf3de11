"""NP635: exceptions of a block that another rule for the same pods lets in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.exceptions import Letting, labels_of, leave_some, message_of
from netpolc.checks.workloads.places import place_of_field
from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.from_policies import port_of, rules_with_reasons
from netpolc.engine.regions import PodSet, in_namespace
from netpolc.policy.constants import WRITTEN_DIRECTIONS
from netpolc.policy.model import IPBlock
from netpolc.policy.selectors import selected_by
from netpolc.sets.ports import EVERY_PORT, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.policies.checked_policies import CheckedPolicies
    from netpolc.engine.model import Reason
    from netpolc.ir.model import Direction
    from netpolc.policy.model import Policy, Rule


def check(checked: CheckedPolicies) -> Iterator[Diagnostic]:
    """Yield each list of exceptions of which some are let in again, for all pods of the policy."""
    for direction in WRITTEN_DIRECTIONS:
        with_exceptions = [each for policy in checked.policies for each in _exceptions(policy, direction)]
        if with_exceptions:
            letting = Letting(checked.ruleset.of(direction))
            for policy, rule, block in with_exceptions:
                undone = _undone(policy, rule, block, letting)
                if undone:
                    yield _finding(block, undone)


def _undone(policy: Policy, rule: Rule, block: IPBlock, letting: Letting) -> dict[str, Reason]:
    selector = selected_by(policy.pod_selector)
    if selector is None:
        return {}
    ports = ports_of(map(port_of, rule.ports)) if rule.ports else EVERY_PORT
    return letting.undoing(PodSet(in_namespace(policy.namespace), selector), block.excepts, ports)


def _exceptions(policy: Policy, direction: Direction) -> Iterator[tuple[Policy, Rule, IPBlock]]:
    for rule, _ in rules_with_reasons(policy, direction):
        for peer in rule.peers:
            if isinstance(peer, IPBlock) and leave_some(peer.cidr, peer.excepts):
                yield policy, rule, peer


def _finding(block: IPBlock, undone: dict[str, Reason]) -> Diagnostic:
    return Diagnostic(
        code="NP635",
        severity="warning",
        message=message_of(undone),
        location=place_of_field(block.location, ("ipBlock",), "except") or block.location,
        label="exceptions narrow their own block only",
        labels=labels_of(undone),
        help="except it there, too, or leave the exception out",
    )
