"""The choice of fixes that can be applied together, and the texts that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from netpolc.diagnostics.model import Diagnostic, Edit, Fix
    from netpolc.source import Source


class Fixed(msgspec.Struct, frozen=True):
    """New texts of some sources, and how many findings these resolve."""

    texts: dict[Source, str]
    count: int


def fix(diagnostics: Iterable[Diagnostic], sources: Container[Source], *, unsafe: bool) -> Fixed:
    """Apply what can be applied to some sources, of fixes that touch the same place the first.

    Only safe fixes are applied, unless `unsafe` ones are asked for. Of several for one
    finding, somebody has to choose.
    """
    taken: dict[Source, list[Edit]] = {}
    count = 0
    for diagnostic in diagnostics:
        chosen = _only(diagnostic.fixes, unsafe=unsafe)
        if chosen is None or not all(_is_free(edit, taken, sources) for edit in chosen.edits):
            continue
        count += 1
        for edit in chosen.edits:
            taken.setdefault(edit.location.source, []).append(edit)
    return Fixed({source: _edited(source.text, edits) for source, edits in taken.items()}, count)


def _only(fixes: tuple[Fix, ...], *, unsafe: bool) -> Fix | None:
    """Return the fix to apply; None where there is none, or a choice."""
    safe = [each for each in fixes if each.applicability == "safe"]
    candidates = list(fixes) if unsafe and not safe else safe
    return candidates[0] if len(candidates) == 1 and candidates[0].applicability != "shown" else None


def _is_free(edit: Edit, taken: dict[Source, list[Edit]], sources: Container[Source]) -> bool:
    """Tell whether an edit may be made, and no other one touches its place."""
    source, span = edit.location.source, edit.location.span
    return source in sources and all(
        span.end < other.location.span.start or other.location.span.end < span.start for other in taken.get(source, ())
    )


def _edited(text: str, edits: list[Edit]) -> str:
    for edit in sorted(edits, key=lambda each: each.location.span.start, reverse=True):
        text = text[: edit.location.span.start] + edit.text + text[edit.location.span.end :]
    return text
