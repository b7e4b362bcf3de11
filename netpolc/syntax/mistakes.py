"""From a place where the parser stopped to what users are told about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.closest import closest
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.source import Location, Span
from netpolc.syntax.expectations import in_words, sentence
from netpolc.syntax.keywords import FORMS, form_of
from netpolc.syntax.near_miss import Context, NearMiss, context_of
from netpolc.syntax.near_misses import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.source import Source

FOUND = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"|[A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|<->|->|[^\s]')
PARTNERS = {"{": "}", "[": "]", "(": ")"}
CLOSING = frozenset(PARTNERS.values())
END_OF_FILE, END_OF_LINE = "end of the file", "end of the line"
STATEMENT = re.compile(rf"[ \t]*(?:@|(?:{'|'.join(FORMS)})[ \t]+[A-Za-z0-9_\"])|[^\n#\"]*->")
"""The start of a line that is a statement of its own, whatever was left open above it."""


class Mistake(msgspec.Struct, frozen=True):
    """A syntax error, and where reading may go on if that is known better than by looking for the next newline."""

    diagnostic: Diagnostic
    resume: int | None = None


def describe(
    source: Source, at: int, start: int, accepts: Callable[[], set[str]], opened: tuple[int, ...], *, in_block: bool
) -> Mistake:
    """Say what is wrong at an offset.

    `start` is where the statement begins (-1 if nothing of it was read), `opened` are its brackets without a partner,
    innermost first.
    """
    context = context_of(source.text, at, at if start < 0 else start, opened)
    place, found = _found(source, context.at)
    if opened and _begins_statement(context, found):
        return _unclosed_before(source, context, place)
    near = find(context)
    if near is not None:
        return _from_near_miss(source, near)
    if opened and found == END_OF_FILE:
        return Mistake(unclosed(source, opened[0], place))
    if found in CLOSING and (found != PARTNERS[context.bracket] if opened else found != "}" or not in_block):
        return _unpaired(source, context, place, found)
    return Mistake(_unexpected(context, place, found, in_words(accepts())))


def unclosed(source: Source, opener: int, place: Location, found: str = "the end of the file") -> Diagnostic:
    """A bracket that is open where the file ends, or where another statement begins."""
    bracket = source.text[opener]
    return Diagnostic(
        code="NP107",
        severity="error",
        message=f"this `{bracket}` is never closed",
        location=Location(source, Span(opener, opener + 1)),
        labels=(Label(place, found),),
        help=f"add `{PARTNERS[bracket]}`",
    )


def _begins_statement(context: Context, found: str) -> bool:
    """Whether a line below an open bracket is a statement of its own: no bracket but a block's holds one."""
    if found in {"->", "<->"}:
        return True
    return context.opened[0] < context.line_start and STATEMENT.match(context.text, context.line_start) is not None


def _unclosed_before(source: Source, context: Context, place: Location) -> Mistake:
    begin = context.line_start
    if context.opened == (context.start,) and context.bracket == "{" and place.text in {"->", "<->"}:
        return Mistake(_flow_in_set(source, context, place))
    if begin <= context.opened[0]:
        return Mistake(unclosed(source, context.opened[0], place, "an arrow cannot stand inside of it"))
    indented = begin + len(context.line) - len(context.line.lstrip())
    head = Location(source, Span(indented, context.line_end))
    return Mistake(unclosed(source, context.opened[0], head, "another statement begins here"), begin - 1)


def _flow_in_set(source: Source, context: Context, place: Location) -> Diagnostic:
    opener = Location(source, Span(context.start, context.start + 1))
    return Diagnostic(
        code="NP101",
        severity="error",
        message="a set cannot hold a flow",
        location=place,
        labels=(Label(opener, "the set begins here"),),
        help="close the set before the arrow; a block belongs to `namespace` or `env`",
    )


def _unpaired(source: Source, context: Context, place: Location, found: str) -> Mistake:
    labels: tuple[Label, ...] = ()
    if not context.opened:
        message, fix = f"this `{found}` closes nothing", Fix("remove it", (Edit(place, ""),))
    else:
        right = PARTNERS[context.bracket]
        message, fix = f"`{found}` does not close `{context.bracket}`", Fix(f"use `{right}`", (Edit(place, right),))
        labels = (Label(Location(source, Span(context.opened[0], context.opened[0] + 1)), "opened here"),)
    return Mistake(
        Diagnostic(
            code="NP107",
            severity="error",
            message=message,
            location=place,
            labels=labels,
            help=fix.message,
            fixes=(fix,),
        )
    )


def _unexpected(context: Context, place: Location, found: str, words: tuple[str, ...]) -> Diagnostic:
    keywords = [word.strip("`") for word in words if word.strip("`").isalpha()]
    near = closest(found, keywords)
    form = form_of(context)
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
    """The text at an offset as one word of the user's, and its place."""
    text = source.text
    if at >= len(text):
        return Location(source, Span(len(text), len(text))), END_OF_FILE
    if text[at] in "\r\n#":
        return Location(source, Span(at, at)), END_OF_LINE
    match = FOUND.match(text, at)
    found = text[at] if match is None else match[0]
    shown = found if len(found) <= 40 else f"{found[:40]}…"  # noqa: PLR2004 -- what a line of a message can hold
    return Location(source, Span(at, at + len(found))), shown
