"""NP675: blocks of addresses that pods have by default, where blocks hold no pods (Cilium v1.20.2, by default)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import place_of
from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.known_addresses import POD_NETWORKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each block that is what pods have by default."""
    for each, block in checked.blocks() if checked.platform.blocks_hold_pods is False else ():
        if block.cidr in POD_NETWORKS:
            yield Diagnostic(
                code="NP675",
                severity="warning",
                message=f"`{block.cidr}` is for addresses of pods, and blocks hold no pods with "
                f"{checked.platform.shown}",
                location=place_of(each.rule, block.location),
                label="this lets no pod through",
                help="select the pods by their labels",
            )
