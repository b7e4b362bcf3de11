"""NP609: blocks of addresses that may be those of pods, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.programs.whole_world import is_everywhere
from netpolc.diagnostics.model import Diagnostic
from netpolc.ecosystem.private_networks import PRIVATE_BLOCKS
from netpolc.engine.from_policies import addresses_of
from netpolc.engine.pod_addresses import held_by
from netpolc.identity import IdentitySet
from netpolc.ir.isolation import opened_by
from netpolc.ir.model import Net

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.ir.model import Direction, Flow, Origin, Peer
    from netpolc.sets.addresses import AddressSet


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield each flow that opens isolated pods to such a block, if it is not everything: that is NP606."""
    stated = checked.options.pod_addresses
    pods = held_by(PRIVATE_BLOCKS if stated is None else stated) - held_by(checked.options.service_blocks)
    said: IdentitySet[Origin] = IdentitySet()
    for flow in checked.program.flows:
        block = next((block for half in flow.directions for block in _blocks(checked, flow, half, pods)), None)
        if block is not None and flow.origin not in said:
            said.add(flow.origin)
            yield _may_hold_pods(flow, block, stated=stated is not None)


def _blocks(checked: CheckedProgram, flow: Flow, half: Direction, pods: AddressSet) -> Iterator[Net]:
    far: tuple[Peer, ...] = flow.sources if half == "ingress" else tuple(end.peer for end in flow.destinations)
    if any(checked.isolations.subjects(peer, half) for peer in opened_by(flow, half)):
        for peer in far:
            if isinstance(peer, Net) and not is_everywhere(peer) and addresses_of(peer.cidr, peer.excepts) & pods:
                yield peer


def _may_hold_pods(flow: Flow, block: Net, *, stated: bool) -> Diagnostic:
    return Diagnostic(
        code="NP609",
        severity="warning",
        message=f"`{block.cidr}` {'holds' if stated else 'may hold'} addresses of pods",
        location=block.location if flow.origin.location.source is block.location.source else flow.origin.location,
        label="most network plugins let these through, too",
        help=(
            "leave them out with `except`"
            if stated
            else 'say where pods have their addresses, with `pod-addresses = ["10.244.0.0/16"]` in netpolc.toml'
        ),
    )
