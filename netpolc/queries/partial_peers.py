"""NP626: peers of which some pods may do less than what is shown of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from netpolc.engine.peers import Peer
    from netpolc.engine.relation import PeerConnection


class PartialPeers:
    """The peers of connections, noted as these are passed on, that stand for pods of which not all are alike."""

    def __init__(self, peers: Sequence[Peer]) -> None:
        """Look whether there are any."""
        self._any = any(peer.mixed for peer in peers)
        self._partial: dict[str, None] = {}

    def over(self, connections: Iterable[PeerConnection]) -> Iterator[PeerConnection]:
        """Yield all of the connections."""
        if not self._any:
            yield from connections
            return
        for each in connections:
            for peer in (each.source, each.destination):
                if peer.mixed:
                    self._partial[peer.id] = None
            yield each

    def warnings(self) -> tuple[Diagnostic, ...]:
        """Return one warning for all of them, if there are any."""
        if not self._partial:
            return ()
        first, more = next(iter(self._partial)), len(self._partial) - 1
        others = f" and {more} more" if more else ""
        return (
            Diagnostic(
                code="NP626",
                severity="warning",
                message=(
                    f"policies tell the pods of `{first}`{others} apart in too many ways to list: "
                    "those that carry more labels may do less than is shown"
                ),
                help="ask `netpolc can` about pods with these labels; it proves its answer for all of them",
            ),
        )
