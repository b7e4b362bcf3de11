"""The results of holding what was seen against what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from netpolc.flows.record import PassedOver, Place, SeenFlow, VerdictOfLog
from netpolc.queries.deciding_rules import SourceLine
from netpolc.sets.ports import Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.peers import Peer


class JoinError(Exception):
    """The reason why a flow cannot be judged, in words that are the same for all that have it."""


class SeenTarget(NamedTuple):
    """A destination, and the port there."""

    peer: Peer
    port: int


class JoinedFlow(NamedTuple):
    """The peers that the two ends of a flow may be, as far as its record tells.

    Of a source that `is_of_node`, nobody knows whether the pods at the other end run on that node, which always
    reaches its own.
    """

    sources: tuple[Peer, ...]
    targets: tuple[SeenTarget, ...]
    protocol: Protocol
    is_of_node: bool = False

    @property
    def source_ids(self) -> tuple[str, ...]:
        """The ids of the sources."""
        return tuple(dict.fromkeys(each.id for each in self.sources))

    @property
    def destination_ids(self) -> tuple[str, ...]:
        """The ids of the destinations."""
        return tuple(dict.fromkeys(each.peer.id for each in self.targets))


class AllowingLine(msgspec.Struct, frozen=True):
    """A statement of a program that lets connections through, or a rule of a policy that somebody wrote."""

    source: SourceLine
    policy: str | None = None
    path: str = ""


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A number of connections that were seen from one peer to another on a port, both by their ids.

    The `verdict` is what became of them by the log. Where a record may be of several pods, the ids are those of all,
    and `allowed` holds for each of them. `first` and `last` are seconds since 1970. `lines` are the numbers of those
    that let them through, or that speak of them at one end.
    """

    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    protocol: Protocol
    port: int
    verdict: VerdictOfLog
    allowed: bool
    count: int
    first: float | None
    last: float | None
    lines: tuple[int, ...]


class Unjoined(msgspec.Struct, frozen=True):
    """A flow that cannot be judged, and why, in words that are the same for all that have the reason.

    `place` is where the first record of it is, if anybody knows.
    """

    reason: str
    flow: SeenFlow
    place: Place | None = None


class JudgedTraffic(msgspec.Struct, frozen=True, kw_only=True):
    """The flows that were seen, joined with a cluster and judged by its policies.

    `lines` are all that may let a connection through; connections refer to them by number.
    """

    lines: tuple[AllowingLine, ...] = ()
    connections: tuple[Connection, ...] = ()
    unjoined: tuple[Unjoined, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()

    @property
    def window(self) -> tuple[float | None, float | None]:
        """The first and the last time at which anything was seen."""
        seen: list[Connection | SeenFlow] = [*self.connections, *(each.flow for each in self.unjoined)]
        return earliest(each.first for each in seen), latest(each.last for each in seen)

    @property
    def used(self) -> dict[int, tuple[Connection, ...]]:
        """The connections that are allowed by the number of each line that lets them through."""
        found: dict[int, list[Connection]] = {}
        for each in self.connections:
            if each.allowed:
                for number in each.lines:
                    found.setdefault(number, []).append(each)
        return {number: tuple(found[number]) for number in sorted(found)}

    @property
    def unused(self) -> tuple[int, ...]:
        """The numbers of lines that let nothing through that was seen."""
        used = self.used
        return tuple(number for number in range(len(self.lines)) if number not in used)

    @property
    def refused(self) -> tuple[Connection, ...]:
        """The connections that the inputs do not allow, whatever the log made of them."""
        return tuple(each for each in self.connections if not each.allowed)

    @property
    def open(self) -> tuple[Connection, ...]:
        """The connections that are allowed though no line lets them through, because nothing closes either end."""
        return tuple(each for each in self.connections if each.allowed and not each.lines)


def earliest(times: Iterable[float | None]) -> float | None:
    """Return the first of some times, if any is known."""
    return min((each for each in times if each is not None), default=None)


def latest(times: Iterable[float | None]) -> float | None:
    """Return the last of some times, if any is known."""
    return max((each for each in times if each is not None), default=None)
