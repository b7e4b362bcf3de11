"""Changes as a reader sees them: what differs only in who is one change, with the lines that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.changes import ConnectionChange
from netpolc.engine.peers import Peer
from netpolc.queries.change_reasons import ChangeLine, ChangeReason
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from netpolc.engine.model import Isolation
    from netpolc.engine.relation import Group
    from netpolc.queries.change_reasons import ChangeReasons

    _Made = tuple[frozenset[ChangeLine], frozenset[Isolation]]
    """What a reader is told of reasons; of one line there are many rules, at each end and for each of its pods."""

MOST_PAIRS = 64
"""The pairs of a group of which each is asked for its reason; of more, each peer is, beside one at the other end."""
MOST_QUESTIONS = 4_000
"""The pairs of a review that are asked for their reasons; of a group beyond that, one is."""


class ChangedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Sources of which each reaches each of some destinations on one side only; `widened` where that is the new one.

    Of a `partial` group, only some pods do.
    """

    widened: bool
    sources: tuple[Peer, ...]
    destinations: tuple[Peer, ...]
    ports: PortSet
    partial: bool = False


class ReasonedGroup(msgspec.Struct, frozen=True):
    """A group of changes that were made by the same lines."""

    group: ChangedGroup
    reasons: tuple[ChangeReason, ...]

    @property
    def lines(self) -> tuple[ChangeLine, ...]:
        """The lines that made it."""
        return tuple(sorted({line for reason in self.reasons for line in reason.lines}))


def joined(found: Iterable[ReasonedGroup]) -> list[ReasonedGroup]:
    """Join groups that the same lines made, and that differ at one end alone."""
    by_destinations = _joined(found, lambda group: group.destinations)
    return _joined(by_destinations, lambda group: group.sources)


def _joined(found: Iterable[ReasonedGroup], same: Callable[[ChangedGroup], tuple[Peer, ...]]) -> list[ReasonedGroup]:
    alike: dict[tuple[object, ...], list[ReasonedGroup]] = {}
    for each in found:
        group = each.group
        ids = tuple(peer.id for peer in same(group))
        alike.setdefault((group.widened, group.partial, group.ports, _made(each.reasons), ids), []).append(each)
    return [several[0] if len(several) == 1 else _together(several) for several in alike.values()]


def _together(several: Sequence[ReasonedGroup]) -> ReasonedGroup:
    sources = {peer.id: peer for each in several for peer in each.group.sources}
    destinations = {peer.id: peer for each in several for peer in each.group.destinations}
    group = msgspec.structs.replace(
        several[0].group,
        sources=tuple(sorted(sources.values(), key=_in_order)),
        destinations=tuple(sorted(destinations.values(), key=_in_order)),
    )
    return ReasonedGroup(group, tuple(dict.fromkeys(reason for each in several for reason in each.reasons)))


def _in_order(peer: Peer) -> tuple[bool, str]:
    return peer.pods is not None, peer.id


def _made(reasons: Iterable[ChangeReason]) -> _Made:
    several = tuple(reasons)
    return (
        frozenset(line for each in several for line in each.lines),
        frozenset(isolation for each in several for isolation in each.isolations),
    )


class Reasoning:
    """The reasons of groups, looked for in as many pairs as a reader has patience for."""

    def __init__(self, reasons: ChangeReasons) -> None:
        """Take what knows the reasons of pairs."""
        self._reasons = reasons
        self._left = MOST_QUESTIONS

    def of(self, group: Group, *, widened: bool, partial: bool = False) -> Iterator[ReasonedGroup]:
        """Yield the parts of a group that the same lines made."""
        changed = ChangedGroup(
            widened=widened,
            sources=group.sources,
            destinations=group.destinations,
            ports=group.ports,
            partial=partial,
        )
        pairs = len(group.sources) * len(group.destinations)
        if pairs > MOST_PAIRS or pairs > self._left:
            yield ReasonedGroup(changed, self._together(changed))
            return
        by_source: dict[tuple[_Made, ...], list[Peer]] = {}
        behind: dict[_Made, dict[ChangeReason, None]] = {}
        for source in group.sources:
            found: list[_Made] = []
            for destination in group.destinations:
                reasons = self._ask(changed, source, destination)
                made = _made(reasons)
                behind.setdefault(made, {}).update(dict.fromkeys(reasons))
                found.append(made)
            by_source.setdefault(tuple(found), []).append(source)
        for alike, sources in by_source.items():
            by_lines: dict[_Made, list[Peer]] = {}
            for made, destination in zip(alike, group.destinations, strict=True):
                by_lines.setdefault(made, []).append(destination)
            for made, destinations in by_lines.items():
                part = msgspec.structs.replace(changed, sources=tuple(sources), destinations=tuple(destinations))
                yield ReasonedGroup(part, tuple(behind[made]))

    def example(self, change: ConnectionChange) -> tuple[ChangeReason, ...]:
        """Return the reasons of one change."""
        return self._reasons.of(change)

    def _together(self, group: ChangedGroup) -> tuple[ChangeReason, ...]:
        """Return the reasons of all that is asked of a group, which differ from pair to pair."""
        first, last = group.sources[0], group.destinations[0]
        pairs = [*((source, last) for source in group.sources), *((first, other) for other in group.destinations[1:])]
        asked: Sequence[tuple[Peer, Peer]] = pairs[: max(1, self._left)]
        return tuple(dict.fromkeys(reason for pair in asked for reason in self._ask(group, *pair)))

    def _ask(self, group: ChangedGroup, source: Peer, destination: Peer) -> tuple[ChangeReason, ...]:
        self._left -= 1
        change = ConnectionChange(widened=group.widened, source=source, destination=destination, ports=group.ports)
        return self._reasons.of(change)
