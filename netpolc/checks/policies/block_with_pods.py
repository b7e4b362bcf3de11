"""NP609: blocks of addresses that hold those of pods, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.engine.from_policies import addresses_of
from netpolc.engine.pod_addresses import held_by
from netpolc.policy.addresses import parse
from netpolc.policy.constants import POLICY_TYPES
from netpolc.policy.model import IPBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.policies.checked_policies import CheckedPolicies
    from netpolc.policy.model import Policy


def check(checked: CheckedPolicies) -> Iterator[Diagnostic]:
    """Yield each block of a rule that counts, unless it is everything: who writes that means pods, too."""
    pods = held_by(checked.pod_addresses or ()) - held_by(checked.service_blocks)
    for block in (block for policy in checked.policies for block in _blocks(policy)) if pods else ():
        if not _is_everything(block) and addresses_of(block.cidr, block.excepts) & pods:
            yield Diagnostic(
                code="NP609",
                severity="warning",
                message=f"`{block.cidr}` holds addresses of pods",
                location=block.location,
                label="most network plugins let these through, too",
                help="leave them out with `except`",
            )


def _blocks(policy: Policy) -> Iterator[IPBlock]:
    for direction, name in POLICY_TYPES.items():
        rules = policy.ingress if direction == "ingress" else policy.egress
        for rule in (rules or ()) if name in policy.policy_types else ():
            yield from (peer for peer in rule.peers if isinstance(peer, IPBlock))


def _is_everything(block: IPBlock) -> bool:
    whole = parse(block.cidr)
    return whole is not None and whole.prefix == 0 and not block.excepts
