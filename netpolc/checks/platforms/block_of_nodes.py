"""NP686: blocks that are the address of a node, where blocks hold no nodes (Cilium v1.20.2, by default, run)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.platforms.checked_platform import only_address, place_of
from netpolc.diagnostics.model import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.platforms.checked_platform import CheckedPlatform


def check(checked: CheckedPlatform) -> Iterator[Diagnostic]:
    """Yield each block that is the address of a node that is shown."""
    if checked.platform.blocks_hold_nodes is not False or not checked.nodes:
        return
    shown = {text: each for each in checked.nodes for text in each.addresses}
    for each, block in checked.blocks():
        node = shown.get(only_address(block) or "")
        if node is not None:
            way = "out" if each.direction == "egress" else "in"
            yield Diagnostic(
                code="NP686",
                severity="warning",
                message=f"`{block.cidr}` is the node `{node.name}`, and blocks hold no nodes with "
                f"{checked.platform.shown}",
                location=place_of(each.rule, block.location),
                label=f"this lets nobody {way}",
                labels=(Label(node.location, "the node"),),
                help="name nodes in a CiliumNetworkPolicy, by its entities `remote-node`, `host` and `kube-apiserver`",
            )
