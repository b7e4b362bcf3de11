"""Characters in comments and strings that make a reviewer see another text than the compiler reads (CVE-2021-42574)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.language.syntax.tokens import PROSE
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.source import Source

DIRECTIONS = "[\u202a-\u202e\u2066-\u2069]"


def hidden_characters(source: Source) -> Iterator[Diagnostic]:
    """Report each character in a comment or string that changes the direction of what follows (NP110)."""
    if re.search(DIRECTIONS, source.text) is None:
        return
    import unicodedata  # few texts have such characters

    directions = re.compile(DIRECTIONS)
    for prose in re.finditer(PROSE, source.text):
        for found in directions.finditer(source.text, prose.start(), prose.end()):
            place = Location(source, Span(found.start(), found.end()))
            yield Diagnostic(
                code="NP110",
                severity="error",
                message=f"the character U+{ord(found[0]):04X} ({unicodedata.name(found[0])}) hides what it says here",
                location=place,
                help="remove it",
                fixes=(Fix("remove it", (Edit(place, ""),)),),
            )
