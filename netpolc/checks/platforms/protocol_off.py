"""NP680: rules for SCTP, which a platform drops unless it is told otherwise (Cilium v1.20.2, `sctp.enabled`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield the first such port of each rule."""
    if not checked.platform.sctp_off:
        return
    for each in checked.rules():
        port = next((port for port in each.rule.ports if port.protocol == "SCTP"), None)
        if port is not None:
            yield Diagnostic(
                code="NP680",
                severity="note",
                message=f"{checked.platform.shown} drops SCTP, whatever rules say, unless it is told to let it through",
                location=place_of(each.rule, port.location),
                help="set `sctp.enabled` of its chart",
            )
