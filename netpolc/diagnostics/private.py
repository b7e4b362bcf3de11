"""Findings without what manifests keep private: excerpts leave it out, and so do words and fixes that quote it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.excerpt import ELLIPSIS

if TYPE_CHECKING:
    from netpolc.diagnostics.model import Diagnostic
    from netpolc.source import Location, Source

QUOTING = ("NP1", "NP411", "NP412", "NP414")
"""How codes begin whose messages may quote any text that a manifest has."""

UNREADABLE = frozenset({"NP105", "NP120", "NP122"})
"""Codes of texts whose objects nobody can tell apart."""

_SIGNS = "&*!…"
"""What messages or YAML put before or after a word."""
_QUOTED = re.compile("`([^`]+)`")


def without_private(found: Diagnostic) -> Diagnostic:
    """Return a finding whose words and fixes have nothing of the private part of its lines."""
    quotes = found.code.startswith(QUOTING)
    if not quotes and not found.fixes:
        return found
    private = [text for location in _places(found) if (text := _private(location, found))]
    if not private:
        return found
    fixes = tuple(fix for fix in found.fixes if not any(_private(edit.location, found) for edit in fix.edits))
    found = msgspec.structs.replace(found, fixes=fixes)
    if not quotes:
        return found
    return msgspec.structs.replace(
        found,
        message=_masked(found.message, private),
        label=_masked(found.label, private),
        help=None if found.help is None else _masked(found.help, private),
        labels=tuple(msgspec.structs.replace(each, message=_masked(each.message, private)) for each in found.labels),
    )


def shown_to(source: Source, number: int, found: Diagnostic) -> int | None:
    """Return the offset up to which a finding may show a line, or None where that is all of it."""
    return source.private_from(number, unreadable=found.code in UNREADABLE)


def _places(found: Diagnostic) -> list[Location]:
    places = [] if found.location is None else [found.location]
    return [*places, *(label.location for label in found.labels)]


def _private(location: Location, found: Diagnostic) -> str:
    """Return the private part of the lines that a location touches; empty where there is none."""
    source, span = location.source, location.span
    if not source.has_private(unreadable=found.code in UNREADABLE):
        return ""
    parts = []
    for number in range(source.line_of(span.start), source.line_of(max(span.start, span.end - 1)) + 1):
        start = shown_to(source, number, found)
        parts.append(
            "" if start is None else source.text[start : source.line_starts[number - 1] + len(source.line(number))]
        )
    return "\n".join(parts).strip("\n")


def _masked(text: str, private: list[str]) -> str:
    """Return a text in which words are left out that the private parts have."""
    return _QUOTED.sub(
        lambda word: f"`{ELLIPSIS}`" if any(word[1].strip(_SIGNS) in part for part in private) else word[0], text
    )
