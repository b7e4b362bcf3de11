"""Findings that say less than one of another check about the same rule.

Which checks meet at a rule is only known once all of them were asked: they belong to different tuples of the registry,
and comments may have silenced one of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.diagnostics.model import Diagnostic

SAYS_MORE = {"NP634": "NP606", "NP518": "NP505"}
"""Codes of findings beside which those of another code, about the same rule, say nothing more, or advise against it."""


def said_once(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return findings without those of which another one about the same place says more."""
    said: dict[str, set[tuple[str, int, int]]] = {}
    for each in found:
        if each.code in SAYS_MORE and each.location is not None:
            places = (each.location, *(label.location for label in each.labels))
            said.setdefault(SAYS_MORE[each.code], set()).update(place.order for place in places)
    return tuple(each for each in found if each.location is None or each.location.order not in said.get(each.code, ()))
