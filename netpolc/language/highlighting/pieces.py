"""A text in pieces, each with what it is, for pages that netpolc writes."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from netpolc.language.highlighting.rules import rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netpolc.language.highlighting.rules import HighlightingRule, Kind


def pieces(text: str) -> Iterator[tuple[str, Kind | None]]:
    """Yield the pieces of a text in order, which are all of it; what no rule knows is of no kind."""
    outside, inside = _compiled()
    tried, at, waiting = outside, 0, 0
    while at < len(text):
        found = next(((rule, match) for rule, pattern in tried if (match := pattern.match(text, at))), None)
        if found is None or found[1].end() == at:
            at += 1
            continue
        rule, match = found
        for number, kind in enumerate(rule.kinds, 1):
            start, end = match.span(number)
            if start < end:
                if waiting < start:
                    yield text[waiting:start], None
                yield text[start:end], kind
                waiting = end
        at = match.end()
        if rule.enters:
            tried = inside
        elif tried is inside and rule is rules().end:
            tried = outside
    if waiting < len(text):
        yield text[waiting:], None


Compiled = tuple[tuple["HighlightingRule", re.Pattern[str]], ...]


@cache
def _compiled() -> tuple[Compiled, Compiled]:
    """Return the rules outside of selectors, and those within, the end first, with their patterns."""
    outside, inside, end = rules()
    return _with_patterns(outside), _with_patterns((end, *inside))


def _with_patterns(several: Sequence[HighlightingRule]) -> Compiled:
    return tuple((each, re.compile(each.pattern, re.MULTILINE)) for each in several)
