"""NP501 and NP502: flows that open nothing, and flows of which somebody else writes one half."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.programs.statements import by_statement
from netpolc.diagnostics.model import Diagnostic
from netpolc.identity import IdentitySet
from netpolc.ir.isolation import opened_by
from netpolc.ir.model import Direction, Flow, InNamespace, Peer, Pods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.checks.programs.checked_program import CheckedProgram
    from netpolc.ir.isolation import IsolatedPods


def check(checked: CheckedProgram) -> Iterator[Diagnostic]:
    """Compare each flow with what the baselines isolate."""
    isolations = checked.isolations
    owned = frozenset(namespace.name for namespace in checked.program.namespaces)
    doubtful = IdentitySet(flow.origin for flow in checked.program.flows if not _opens_all(flow, isolations))
    for flows in by_statement(flow for flow in checked.program.flows if flow.origin in doubtful):
        opened: set[Direction] = set()
        foreign: dict[str, None] = {}
        for flow, half in ((each, half) for each in flows for half in each.directions):
            peers = opened_by(flow, half)
            if any(isolations.names(peer, half) for peer in peers):
                opened.add(half)
            foreign |= dict.fromkeys(_foreign(peers, owned))
        if not opened:
            yield _no_effect(flows[0], foreign)
        elif foreign:
            yield _one_side(flows[0], opened, foreign)


def _opens_all(flow: Flow, isolations: IsolatedPods) -> bool:
    """Tell whether rules are written for every peer of a flow, of which there is nothing to say then."""
    for half in flow.directions:
        for peer in opened_by(flow, half):
            if not isolations.names(peer, half):
                return False
    return True


def _foreign(peers: Iterable[Peer], owned: frozenset[str | None]) -> Iterator[str]:
    """Yield the named namespaces among those of some peers that the program does not own."""
    for peer in peers:
        if isinstance(peer, Pods) and isinstance(peer.namespaces, InNamespace):
            name = peer.namespaces.name
            if name is not None and name not in owned:
                yield name


def _no_effect(flow: Flow, foreign: Iterable[str]) -> Diagnostic:
    if foreign:
        names = ", ".join(f"`{name}`" for name in foreign)
        advice = f"open {names} with `namespace` in this program, or leave the flow to the file that does"
    else:
        advice = "write `baseline deny` for an end of this flow, or remove the flow"
    return Diagnostic(
        code="NP501",
        severity="warning",
        message="this flow opens nothing",
        location=flow.origin.location,
        label="no baseline of this program closes either end" if len(flow.directions) > 1 else "its end is not closed",
        help=advice,
    )


def _one_side(flow: Flow, opened: Iterable[Direction], foreign: Iterable[str]) -> Diagnostic:
    names = ", ".join(f"`{name}`" for name in foreign)
    *others, only = opened
    said = "some of its connections are opened at one end only" if others else f"only {only} is opened here"
    return Diagnostic(
        code="NP502",
        severity="note",
        message=f"{said}: this program does not own namespace {names}",
        location=flow.origin.location,
        help="if that namespace is closed, its owner has to allow the other end",
    )
