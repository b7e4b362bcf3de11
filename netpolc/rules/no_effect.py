"""NP501 and NP502: flows that open nothing, and flows of which somebody else writes one half."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic
from netpolc.program.closures import Closures
from netpolc.program.model import Direction, Flow, InNamespace, Peer, Pods, Program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.rules.context import Setting


def check(program: Program, setting: Setting) -> Iterator[Diagnostic]:
    """Each flow against what the baselines close."""
    del setting
    closures = Closures(program)
    owned = frozenset(namespace.name for namespace in program.namespaces)
    for flow in program.flows:
        ends: dict[Direction, Iterable[Peer]] = {
            "egress": flow.sources,
            "ingress": [destination.peer for destination in flow.destinations],
        }
        opened = [half for half in flow.halves if any(closures.subjects(peer, half) for peer in ends[half])]
        foreign = {name: half for half in flow.halves for name in _foreign(ends[half], owned)}
        if not opened:
            yield _no_effect(flow, foreign)
        elif foreign:
            yield _one_side(flow, opened, foreign)


def _foreign(peers: Iterable[Peer], owned: frozenset[str | None]) -> list[str | None]:
    """The named namespaces among those of some peers that the program does not own."""
    named = (peer.namespaces for peer in peers if isinstance(peer, Pods))
    return sorted({n.name for n in named if isinstance(n, InNamespace) and n.name not in owned}, key=str)


def _no_effect(flow: Flow, foreign: dict[str | None, Direction]) -> Diagnostic:
    if foreign:
        names = ", ".join(f"`{name}`" for name in foreign)
        advice = f"open {names} with `namespace` in this program, or leave the flow to the file that does"
    else:
        advice = "close a direction that it opens with `baseline deny`, or remove the flow"
    return Diagnostic(
        code="NP501",
        severity="warning",
        message="this flow opens nothing",
        location=flow.origin.location,
        label="no baseline of this program closes either end" if len(flow.halves) > 1 else "its end is not closed",
        help=advice,
    )


def _one_side(flow: Flow, opened: list[Direction], foreign: dict[str | None, Direction]) -> Diagnostic:
    names = ", ".join(f"`{name}`" for name in foreign)
    return Diagnostic(
        code="NP502",
        severity="note",
        message=f"only {' and '.join(opened)} is opened here: this program does not own namespace {names}",
        location=flow.origin.location,
        help="the policies there are somebody else's to write",
    )
