"""NP674: rules of a direction that their policy does not list, where they count all the same.

Cilium (v1.20.2, cilium/cilium#48703) and Amazon's VPC plugin close and open by them, OVN-Kubernetes (v1.3.0) opens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.policy.constants import POLICY_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield the first rule of each such direction of a policy."""
    does = checked.platform.undeclared
    for policy in checked.policies if does is not None else ():
        for direction, name in POLICY_TYPES.items():
            rules = policy.ingress if direction == "ingress" else policy.egress
            if rules and name not in policy.policy_types:
                effect = "opens by them" if does == "open" else "closes and opens by them"
                yield Diagnostic(
                    code="NP674",
                    severity="warning",
                    message=f"`policyTypes` does not list {name}, and {checked.platform.shown} {effect} all the same",
                    location=rules[0].location or policy.location,
                    label=f"rules for {direction}",
                    help=f"list `{name}`, or remove these rules",
                )
