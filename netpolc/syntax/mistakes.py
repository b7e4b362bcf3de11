"""From a place where the parser stopped to what users are told about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.source import Location, Span
from netpolc.syntax.expectations import in_words, sentence
from netpolc.syntax.near_misses import NearMiss, find

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.source import Source

FOUND = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"|[A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|<->|->|[^\s]')
PARTNERS = {"{": "}", "[": "]", "(": ")"}


class Mistake(msgspec.Struct, frozen=True):
    """A syntax error, and where reading may go on if that is known better than by looking for the next newline."""

    diagnostic: Diagnostic
    resume: int | None = None


def describe(source: Source, at: int, start: int, accepts: Callable[[], set[str]], opened: tuple[int, ...]) -> Mistake:
    """Say what is wrong at an offset.

    `start` is where the statement begins (-1 if nothing of it was read), `opened` are its brackets without a partner.
    """
    start = at if start < 0 else start
    near = find(source.text, at, start, opened)
    if near is not None:
        return _from_near_miss(source, near)
    accepted = accepts()
    place, found = _found(source, at)
    closing = {"RBRACE", "RSQB", "RPAR"} & accepted
    if opened and closing and found in ("the end of the file", "the end of the line"):
        return Mistake(_unclosed(source, opened[0], place, found))
    words = in_words(accepted)
    return Mistake(
        Diagnostic(
            code="NP101",
            severity="error",
            message=f"unexpected {found}" if found.startswith("the end") else f"unexpected `{found}`",
            location=place,
            label=f"expected {sentence(words)}" if words else "",
        )
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
    while text[at : at + 1] in (" ", "\t") and at < len(text):
        at += 1
    if at >= len(text):
        return Location(source, Span(len(text), len(text))), "the end of the file"
    if text[at] in "\r\n#":
        return Location(source, Span(at, at)), "the end of the line"
    match = FOUND.match(text, at)
    found = text[at] if match is None else match[0]
    shown = found if len(found) <= 40 else f"{found[:40]}…"  # noqa: PLR2004 -- what a line of a message can hold
    return Location(source, Span(at, at + len(found))), shown


def _unclosed(source: Source, opener: int, place: Location, found: str) -> Diagnostic:
    bracket = source.text[opener]
    return Diagnostic(
        code="NP107",
        severity="error",
        message=f"this `{bracket}` is never closed",
        location=Location(source, Span(opener, opener + 1)),
        labels=(Label(place, found),),
        help=f"add `{PARTNERS[bracket]}`",
    )
