"""The suggestion that goes with a no."""

from __future__ import annotations

import msgspec


class Suggestion(msgspec.Struct, frozen=True):
    """Lines of netpol that make a no a yes, if there are any; and where to write them, or why there are none.

    Without a program there are `no_sources` that could have lines.
    """

    lines: tuple[str, ...] = ()
    advice: str | None = None
    no_sources: bool = False
