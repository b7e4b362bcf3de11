"""The fingerprint of a finding, which tells it from all others of its report, and finds it when lines have moved."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from netpolc.diagnostics.files import file_about

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.diagnostics.model import Diagnostic
    from netpolc.source import Location

LONGEST = 1_000
"""How much of a line counts: a text of one line with many findings shall not be hashed for each."""


def fingerprints(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Return a fingerprint for each, unique among them; it depends on code, file and text of the line only.

    Findings that share all three are told apart by their order.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for diagnostic in diagnostics:
        identity = (diagnostic.code, file_about(diagnostic), _line_text(diagnostic))
        seen[identity] += 1
        # The repr of a tuple of strings is plain text, and no two tuples share one.
        found.append(hashlib.sha256(repr((identity, seen[identity])).encode()).hexdigest()[:32])
    return found


def _line_text(diagnostic: Diagnostic) -> str:
    """Return the text of a finding's line, whatever its indentation; the message, where there is no line."""
    location = diagnostic.location
    return diagnostic.message if location is None else _beginning_of_line(location).strip()


def _beginning_of_line(location: Location) -> str:
    start = location.source.line_starts[location.line - 1]
    return location.source.text[start : start + LONGEST].partition("\n")[0]
