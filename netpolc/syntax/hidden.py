"""Characters in comments and strings that make a reviewer see another text than the compiler reads (CVE-2021-42574)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.source import Source

DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
PROSE = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"|#[^\n]*')


def hidden_characters(source: Source) -> Iterator[Diagnostic]:
    """NP110 for each character that changes the direction of what follows; elsewhere, they are syntax errors."""
    if source.text.isascii() or DIRECTIONS.search(source.text) is None:
        return
    for prose in PROSE.finditer(source.text):
        for found in DIRECTIONS.finditer(source.text, prose.start(), prose.end()):
            place = Location(source, Span(found.start(), found.end()))
            yield Diagnostic(
                code="NP110",
                severity="error",
                message=f"the character U+{ord(found[0]):04X} ({unicodedata.name(found[0])}) hides what it says here",
                location=place,
                help="remove it",
                fixes=(Fix("remove it", (Edit(place, ""),)),),
            )
