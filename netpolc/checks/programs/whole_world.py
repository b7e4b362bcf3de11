"""NP606: flows that open pods to every address there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.openings import OPENED, is_for_dns
from netpolc.diagnostics.model import Diagnostic
from netpolc.identity import IdentitySet
from netpolc.ir.isolation import opened_by
from netpolc.ir.model import Anything, Direction, Flow, Net, Peer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.ir.model import Origin

EVERYWHERE = ("0.0.0.0/0", "::/0")


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Yield each flow of which one end is the whole world and the other is isolated; each direction is said once.

    Whoever lets pods ask DNS wherever it is, means that.
    """
    said: dict[Direction, IdentitySet[Origin]] = {"ingress": IdentitySet(), "egress": IdentitySet()}
    for flow in checked.program.flows:
        for half in flow.directions:
            far = flow.sources if half == "ingress" else tuple(end.peer for end in flow.destinations)
            wide = any(map(is_everywhere, far)) and not (half == "egress" and _is_for_dns(flow))
            if flow.origin not in said[half] and wide and _opens(checked, flow, half):
                said[half].add(flow.origin)
                yield Diagnostic(
                    code="NP606",
                    severity="warning",
                    message=f"this flow {OPENED[half]}",
                    location=flow.origin.location,
                    help="name who it is for, or say why with `# netpolc: ignore[NP606] the reason`",
                )


def _is_for_dns(flow: Flow) -> bool:
    return all(is_for_dns(destination.ports) for destination in flow.destinations)


def _opens(checked: CheckedProgram, flow: Flow, half: Direction) -> bool:
    return any(checked.isolations.subjects(peer, half) for peer in opened_by(flow, half))


def is_everywhere(peer: Peer) -> bool:
    """Tell whether a peer is every address of a family."""
    return isinstance(peer, Anything) or (isinstance(peer, Net) and peer.cidr in EVERYWHERE and not peer.excepts)
