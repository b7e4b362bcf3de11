"""The warnings that matter to a question: those about workloads count only for the workloads that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.engine.peers import Peer

OF_WORKLOADS = frozenset({"NP608"})
"""Codes of warnings that are about one workload each, and stand where its object does."""


def relevant(diagnostics: Iterable[Diagnostic], peers: Iterable[Peer]) -> tuple[Diagnostic, ...]:
    """Leave out the warnings about workloads that are not among some peers."""
    places = {peer.workload.location.order for peer in peers if peer.workload is not None}
    return tuple(each for each in diagnostics if each.code not in OF_WORKLOADS or _place(each) in places)


def _place(found: Diagnostic) -> tuple[str, int, int] | None:
    """Return where a finding is; spans are equal to each other wherever they are."""
    return None if found.location is None else found.location.order
