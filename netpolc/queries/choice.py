"""What one endpoint of a question chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from netpolc.engine.peers import Peer
    from netpolc.queries.scopes import Meaning
    from netpolc.sets.ports import PortSet


class Choice(msgspec.Struct, frozen=True):
    """Peers that one endpoint of a question chooses, on ports if it is a destination, and what the endpoint means.

    Without a meaning, it is a peer that was called by its id. `brings` tells ports of its own from those asked for.
    """

    meaning: Meaning | None
    peers: tuple[Peer, ...]
    ports: PortSet | None = None
    brings: bool = False
