"""Ignore comments: `# netpolc: ignore[NP602] the reason`, on the line of a finding or alone on the line above it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.codes import BY_CODE, CODES
from netpolc.diagnostics.model import Diagnostic, Edit, Fix, collect
from netpolc.source import Location, Source, Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

SPELLING = "# netpolc: ignore[NP602] the reason"

# Patterns are compiled with the first comment, which small sources may not have.
# Whoever writes one of these wants something ignored. Prose that begins with `netpolc` is none of them.
_ATTEMPT = r"(?i)#+\s*netpolc(?:\s*:\s*ignore\b|[\s:]*ignore[\s\[(:=]*NP\d|[\s:]*\w[\w-]*\s*\[\s*NP\d)"
_IGNORE = r"(?s)#\s*netpolc:\s*ignore\[(?P<codes>[^\[\]]+)\](?P<reason>.*)"
_CODE = r"[^\s,]+"
_SEPARATED = r"\s*[^\s,]+\s*(?:,\s*[^\s,]+\s*)*"

_CODE_OF_NAME = {code.name: code.code for code in CODES}


_Place = tuple[Source | None, int, str]


class _Ignore(msgspec.Struct, frozen=True):
    """One code of an ignore comment, where it stands, and the lines on which it counts."""

    code: str
    location: Location
    lines: tuple[int, ...]


def apply(
    diagnostics: Iterable[Diagnostic],
    comments_by_source: Mapping[Source, Iterable[Span]],
    unsought: Collection[str] = (),
    *,
    tells_unused: bool = True,
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics that no comment silences, and those on the ignore comments themselves, by place.

    A comment's span runs from its `#` to the end of its line. One for a code that is `unsought` may well silence
    nothing, and so may any where not all was asked that could be wrong: then it is not for this run to tell.
    """
    ignores: list[_Ignore] = []
    kept: list[Diagnostic] = []
    for source, comments in comments_by_source.items():
        for comment in comments:
            for found in _read(Location(source, comment)):
                match found:
                    case _Ignore():
                        ignores.append(found)
                    case Diagnostic():
                        kept.append(found)
    by_place: dict[_Place, int] = {}
    for number, ignore in enumerate(ignores):
        for line in ignore.lines:
            by_place.setdefault((ignore.location.source, line, ignore.code), number)
    used = set()
    for diagnostic in diagnostics:
        number_at = by_place.get(_place(diagnostic))
        if number_at is None:
            kept.append(diagnostic)
        else:
            used.add(number_at)
    unused = (
        _unused(ignore)
        for number, ignore in enumerate(ignores)
        if tells_unused and number not in used and ignore.code not in unsought
    )
    return collect([*kept, *(diagnostic for diagnostic in unused if _place(diagnostic) not in by_place)])


def _place(diagnostic: Diagnostic) -> _Place:
    location = diagnostic.location
    return (None, 0, diagnostic.code) if location is None else (location.source, location.line, diagnostic.code)


def _read(comment: Location) -> Iterator[_Ignore | Diagnostic]:
    """Yield what a comment ignores, and what is wrong with it."""
    text = comment.text.rstrip()
    if re.match(_ATTEMPT, text) is None:
        return
    form = re.fullmatch(_IGNORE, text)
    if form is None or re.fullmatch(_SEPARATED, form["codes"]) is None:
        yield _unreadable(comment, text)
        return
    if not any(character.isalnum() for character in form["reason"]):
        codes = ", ".join(re.findall(_CODE, form["codes"]))
        advice = f"write why after the bracket: `# netpolc: ignore[{codes}] the reason`"
        yield _bad(comment, "an ignore comment without a reason", advice)
        return
    for code in re.finditer(_CODE, form["codes"]):
        start = comment.span.start + form.start("codes")
        location = Location(comment.source, Span(start + code.start(), start + code.end()))
        known = BY_CODE.get(code[0])
        if known is None:
            yield _bad(location, f"unknown code `{code[0]}`", _instead_of(code[0]))
        elif not known.silenceable:
            advice = "resolve it: only NP5xx and NP6xx can be silenced, but for NP62x"
            yield _bad(location, f"`{known.code}` cannot be silenced", advice)
        else:
            yield _Ignore(known.code, location, _lines_of(comment))


def _unreadable(comment: Location, text: str) -> Diagnostic:
    """Report a comment that names codes in another form, and how it is written with these, and its reason if any."""
    message = "an ignore comment that is not written as one"
    codes = list(dict.fromkeys(code.upper() for code in re.findall(r"(?i)\bNP\d{3}\b", text)))
    if not codes:
        return _bad(comment, message, f"write `{SPELLING}`")
    behind = re.search(r"(?is)\bNP\d{3}\b(?!.*\bNP\d{3}\b)[\s\])}:,.;-]*(?P<reason>.*)", text)
    reason = "" if behind is None else behind["reason"].strip()
    written = f"# netpolc: ignore[{', '.join(codes)}]"
    if not any(character.isalnum() for character in reason):
        return _bad(comment, message, f"write `{written} the reason`")
    place = Location(comment.source, Span(comment.span.start, comment.span.start + len(text)))
    fix = Fix(f"use `{written} {reason}`", (Edit(place, f"{written} {reason}"),))
    return msgspec.structs.replace(_bad(comment, message, fix.message), fixes=(fix,))


def _lines_of(comment: Location) -> tuple[int, ...]:
    """Return the comment's own line; where it stands alone, the next one, too."""
    source, line = comment.source, comment.line
    alone = not source.text[source.line_starts[line - 1] : comment.span.start].strip()
    return (line, line + 1) if alone else (line,)


def _instead_of(code: str) -> str:
    meant = code.upper() if code.upper() in BY_CODE else _CODE_OF_NAME.get(code.lower())
    return "`netpolc rules` lists the codes" if meant is None else f"write `{meant}`"


def _bad(location: Location, message: str, advice: str) -> Diagnostic:
    code = BY_CODE["NP112"]
    return Diagnostic(code=code.code, severity=code.severity, message=message, location=location, help=advice)


def _unused(ignore: _Ignore) -> Diagnostic:
    code = BY_CODE["NP504"]
    message = f"the ignore of `{ignore.code}` silences nothing"
    return Diagnostic(
        code=code.code, severity=code.severity, message=message, location=ignore.location, help="remove it"
    )
