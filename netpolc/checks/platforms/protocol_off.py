"""NP680: rules for SCTP, which a platform drops unless it is told otherwise (Cilium v1.20.2, `sctp.enabled`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform
    from netpolc.policy.model import PolicyPort, Rule
    from netpolc.policy.tier_model import TierRule


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield the first such port of each rule."""
    if not checked.platform.sctp_off:
        return
    for rule, ports in _opening(checked):
        port = next((port for port in ports if port.protocol == "SCTP"), None)
        if port is not None:
            yield Diagnostic(
                code="NP680",
                severity="note",
                message=f"{checked.platform.shown} drops SCTP, whatever rules say, unless it is told to let it through",
                location=place_of(rule, port.location),
                help="set `sctp.enabled` of its chart",
            )


def _opening(checked: CheckedPlatform) -> Iterator[tuple[Rule | TierRule, list[PolicyPort]]]:
    """Yield the rules that let through, of policies of any kind, and their ports."""
    for each in checked.rules():
        yield each.rule, list(each.rule.ports)
    for policy in checked.tier_policies:
        for rule in (*policy.ingress, *policy.egress):
            if rule.action == "Accept":
                yield rule, [port.ports for port in rule.ports if port.ports is not None]
