"""The parts of policies that decide, with the lines that they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from netpolc.engine.model import Reason
    from netpolc.source import Location


class SourceLine(msgspec.Struct, frozen=True, cache_hash=True):
    """A line that somebody wrote."""

    file: str
    line: int
    text: str


class DecidingRule(msgspec.Struct, frozen=True, cache_hash=True):
    """A part of a policy, and the line that it comes from; a denial that is only assumed is in no policy."""

    policy: str | None
    path: str
    source: SourceLine | None


def deciding_rule(reason: Reason | None) -> DecidingRule:
    """Return the part of a policy behind a reason, with its line."""
    if reason is None:
        return DecidingRule(None, "", None)
    return DecidingRule(reason.policy, reason.path, source_line(reason))


def source_line(reason: Reason | None) -> SourceLine | None:
    """Return the line of a reason; a statement of netpol is one line of text, however many it was written on."""
    location: Location | None = None if reason is None else reason.location
    if reason is None or location is None:
        return None
    number, text = (location.line, reason.text) if reason.text else location.numbered_line
    return SourceLine(location.source.name, number, text)
