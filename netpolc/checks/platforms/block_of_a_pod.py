"""NP675: blocks that are the address of a pod that is shown, where blocks hold no pods (Cilium v1.20.2, by default)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import only_address, place_of
from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each block that is the address of a pod of the manifests, but for those on their nodes' network."""
    if checked.platform.blocks_hold_pods is not False:
        return
    shown = {text: each for each in checked.workloads if not each.host_network for text in each.addresses}
    for each, block in checked.blocks() if shown else ():
        pod = shown.get(only_address(block) or "")
        if pod is not None:
            yield Diagnostic(
                code="NP675",
                severity="warning",
                message=f"`{block.cidr}` is the address of `{pod.name}`, and blocks hold no pods with "
                f"{checked.platform.shown}",
                location=place_of(each.rule, block.location),
                label="this lets no pod through",
                help="select the pods by their labels",
            )
