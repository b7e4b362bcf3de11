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
        opened: list[Direction] = []
        foreign: list[str] = []
        for half in flow.halves:
            peers = flow.sources if half == "egress" else tuple(end.peer for end in flow.destinations)
            if any(closures.subjects(peer, half) for peer in peers):
                opened.append(half)
            foreign += _foreign(peers, owned)
        if not opened:
            yield _no_effect(flow, foreign)
        elif foreign:
            yield _one_side(flow, opened, foreign)


def _foreign(peers: Iterable[Peer], owned: frozenset[str | None]) -> list[str]:
    """The named namespaces among those of some peers that the program does not own."""
    found: list[str] = []
    for peer in peers:
        if isinstance(peer, Pods) and isinstance(peer.namespaces, InNamespace):
            name = peer.namespaces.name
            if name is not None and name not in owned and name not in found:
                found.append(name)
    return found


def _no_effect(flow: Flow, foreign: list[str]) -> Diagnostic:
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


def _one_side(flow: Flow, opened: list[Direction], foreign: list[str]) -> Diagnostic:
    names = ", ".join(f"`{name}`" for name in foreign)
    return Diagnostic(
        code="NP502",
        severity="note",
        message=f"only {' and '.join(opened)} is opened here: this program does not own namespace {names}",
        location=flow.origin.location,
        help="the policies there are somebody else's to write",
    )
