"""From a place where the parser stopped to what users are told about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.language.syntax.mistakes import brackets
from netpolc.language.syntax.mistakes.brackets import Mistake
from netpolc.language.syntax.mistakes.expectations import in_words, sentence
from netpolc.language.syntax.mistakes.model import ErrorContext, NearMiss, context_of
from netpolc.language.syntax.mistakes.statements import form_of
from netpolc.language.syntax.mistakes.table import find
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.source import Source

FOUND = re.compile(r'"(?:[^"\\\n]++|\\[^\n])*+"|[A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|<->|->|[^\s]')
FORMS_WITHIN = {
    "@": '@owner("payments")',
    "": "webapp -> database:5000",
    "[": "[app=web, tier in (a, b), !legacy]",
    "{": "{webapp, data/postgres}",
}
"""Examples of what is most likely meant: an annotation, a flow, or what the innermost bracket holds."""

END_OF_FILE, END_OF_LINE = "end of the file", "end of the line"


def describe(
    source: Source, at: int, start: int, accepts: Callable[[], set[str]], opened: tuple[int, ...], *, in_block: bool
) -> Mistake:
    """Say what is wrong at an offset.

    `start` is where the statement begins (-1 if nothing of it was read), `opened` are its brackets without a partner,
    innermost first.
    """
    context = context_of(source.text, at, at if start < 0 else start, opened)
    place, found = _found(source, context.at)
    given_up = brackets.given_up(source, context, place, found)
    if given_up is not None:
        return given_up
    near = find(context)
    if near is not None:
        return _from_near_miss(source, near)
    if opened and found == END_OF_FILE:
        return Mistake(brackets.unclosed(source, opened[0], place))
    if brackets.is_unpaired(context, found, in_block=in_block):
        return brackets.unpaired(source, context, place, found)
    return Mistake(_unexpected(context, place, found, in_words(accepts())))


def _unexpected(context: ErrorContext, place: Location, found: str, words: tuple[str, ...]) -> Diagnostic:
    keywords = [word.strip("`") for word in words if word.strip("`").isalpha()]
    near = closest(found, keywords)
    form = form_of(context) or FORMS_WITHIN.get("@" if context.head.startswith("@") else context.bracket)
    advice = f"use `{near}`" if near else f"write it as in `{form}`" if form else None
    ends = found in {END_OF_FILE, END_OF_LINE}
    return Diagnostic(
        code="NP101",
        severity="error",
        message=f"unexpected {found}" if ends else f"unexpected `{found}`",
        location=place,
        label=f"expected {sentence(words)}" if words else "",
        help=advice,
        fixes=(Fix(advice, (Edit(place, near),)),) if near and advice else (),
    )


def _from_near_miss(source: Source, near: NearMiss) -> Mistake:
    place = Location(source, near.span)
    return Mistake(
        Diagnostic(
            code=near.code,
            severity="error",
            message=near.message,
            location=place,
            help=near.help,
            fixes=near.fixes(source),
        ),
        near.resume,
    )


def _found(source: Source, at: int) -> tuple[Location, str]:
    """Return the place of the word at an offset, and that word as it is shown."""
    text = source.text
    if at >= len(text):
        return Location(source, Span(len(text), len(text))), END_OF_FILE
    if text[at] in "\r\n#":
        return Location(source, Span(at, at)), END_OF_LINE
    match = FOUND.match(text, at)
    found = text[at] if match is None else match[0]
    shown = found if len(found) <= 40 else f"{found[:40]}…"  # noqa: PLR2004 -- what a line of a message can hold
    return Location(source, Span(at, at + len(found))), shown
