"""The choice of fixes that can be applied together, the texts that they lead to, and what these must not bring."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Edit, Fix

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from netpolc.source import Source


class Chosen(msgspec.Struct, frozen=True, eq=False):
    """A finding, and the fix of it that is to be applied; equal to itself alone."""

    finding: Diagnostic
    fix: Fix


def choose(diagnostics: Iterable[Diagnostic], sources: Container[Source], *, unsafe: bool) -> list[Chosen]:
    """Choose what can be applied to some sources, of fixes that touch the same place the first.

    Only safe fixes are applied, unless `unsafe` ones are asked for. Of several for one
    finding, somebody has to choose.
    """
    taken: dict[Source, list[Edit]] = {}
    chosen: list[Chosen] = []
    for diagnostic in diagnostics:
        fix = _only(diagnostic.fixes, unsafe=unsafe)
        if fix is None or not all(_is_free(edit, taken, sources) for edit in fix.edits):
            continue
        chosen.append(Chosen(diagnostic, fix))
        for edit in fix.edits:
            taken.setdefault(edit.location.source, []).append(edit)
    return chosen


def texts_with(chosen: Iterable[Chosen]) -> dict[Source, str]:
    """Return the new text of each source that fixes change."""
    return {source: _edited(source.text, edits) for source, edits in _by_source(chosen).items()}


class Harm(msgspec.Struct, frozen=True):
    """An error that fixes bring, and the one that wrote its line, if one did."""

    error: Diagnostic
    culprit: Chosen | None


def harm(chosen: Iterable[Chosen], before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> list[Harm]:
    """Return the errors that fixes bring: on the lines that they write, or of a text that cannot be read any more.

    What another error held back until then is an error of its own, on other lines.
    """
    known = Counter(map(_what, before))
    written = _lines(chosen)
    brought: list[Harm] = []
    for each in after:
        if each.severity != "error" or each.location is None or each.location.source.name not in written:
            continue
        known[_what(each)] -= 1
        culprit = written[each.location.source.name].get(each.location.line)
        if known[_what(each)] < 0 and (culprit is not None or each.code.startswith("NP1")):
            brought.append(Harm(each, culprit))
    return brought


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


def _by_source(chosen: Iterable[Chosen]) -> dict[Source, list[tuple[Edit, Chosen]]]:
    """Return the edits of each source from top to bottom, with the fixes that they are of."""
    found: dict[Source, list[tuple[Edit, Chosen]]] = {}
    for each in chosen:
        for edit in each.fix.edits:
            found.setdefault(edit.location.source, []).append((edit, each))
    return {source: sorted(edits, key=_start) for source, edits in found.items()}


def _start(edited: tuple[Edit, Chosen]) -> int:
    return edited[0].location.span.start


def _edited(text: str, edits: list[tuple[Edit, Chosen]]) -> str:
    for edit, _ in reversed(edits):
        text = text[: edit.location.span.start] + edit.text + text[edit.location.span.end :]
    return text


def _lines(chosen: Iterable[Chosen]) -> dict[str, dict[int, Chosen]]:
    """Return who writes which lines of which source, by their numbers once all edits are made."""
    written: dict[str, dict[int, Chosen]] = {}
    for source, edits in _by_source(chosen).items():
        lines = written.setdefault(source.name, {})
        more = 0
        for edit, each in edits:
            first, added = edit.location.line + more, edit.text.count("\n")
            lines.update(dict.fromkeys(range(first, first + added + 1), each))
            more += added - edit.location.text.count("\n")
    return written


def _what(finding: Diagnostic) -> tuple[str, str, str]:
    return "" if finding.location is None else finding.location.source.name, finding.code, finding.message
