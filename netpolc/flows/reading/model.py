"""What a format of flow logs is: how its records look, and what turns one of them into a flow."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from netpolc.flows.record import SeenFlow


class NoFlow(msgspec.Struct, frozen=True, cache_hash=True):
    """Why records are no flows, as a plural: `replies`.

    One with a `code` is a finding as well, with `help`, and says what `one` of them is; all others are as they should
    be, and only counted. Records of one that `is_flow` are read as flows all the same.
    """

    text: str
    code: str | None = None
    help: str | None = None
    one: str = ""
    is_flow: bool = False

    def counted(self, count: int) -> str:
        """Return how many there are, in words."""
        return f"{count:,} {self.text if count != 1 else self.one}"


ReadRecord = Callable[[bytes], SeenFlow | NoFlow | None]
"""Turn one record into a flow, or tell why it is none; None for what is no record, as a heading."""


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """A format by its name on the command line, and its title in sentences.

    `fits` tells whether a record is one of this format: a JSON value, or a line as text. `start` makes what reads the
    records of one file, in their order.
    """

    name: str
    title: str
    fits: Callable[[object], bool]
    start: Callable[[], ReadRecord]


DAMAGED = NoFlow(
    "lines that are damaged or of something else",
    code="NP869",
    one="line that is damaged or of something else",
    help="compare the first of them with its neighbours: logs that are cut or written by two programs look like this",
)
REPLIES = NoFlow("replies")
NO_DIRECTION = NoFlow("records that may be replies, and do not say so")
OTHER_PROTOCOLS = NoFlow("records of other protocols than TCP, UDP and SCTP")
"""What any format may hold."""
