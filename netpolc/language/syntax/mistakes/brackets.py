"""Mistakes with brackets: left open, without a partner, or around what they cannot hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.language.syntax.mistakes.model import GAP, end_of_block
from netpolc.language.syntax.mistakes.statements import FORMS
from netpolc.language.syntax.tokens import BRACKETS
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from netpolc.language.syntax.mistakes.model import ErrorContext
    from netpolc.source import Source

PARTNERS = {"{": "}", "[": "]", "(": ")"}
CLOSING = frozenset(PARTNERS.values())
ARROWS = frozenset({"->", "<->"})
HEAD = re.compile(rf"[ \t]*(?:@|(?:{'|'.join(FORMS)})[ \t]+[A-Za-z0-9_\"])")
LONGEST_HEAD = 40
MARKS = re.compile(BRACKETS + "|->")

FARTHEST = 20_000
"""How many characters after a mistake are searched for what ends its statement."""


class Mistake(msgspec.Struct, frozen=True):
    """A syntax error, and how reading may go on.

    `resume` is a place that is known better than by looking for the next newline; `depth` is how many brackets are
    still open for its author, where that is not what the parser thinks.
    """

    diagnostic: Diagnostic
    resume: int | None = None
    depth: int | None = None


def begins_statement(text: str, at: int, *, over_lines: bool = False) -> bool:
    """Tell whether a line must be a statement of its own, since no bracket but a block's could hold what it says.

    It is read `over_lines` where nothing tells that the brackets which it opens were meant to be closed on it.
    """
    return HEAD.match(text, at) is not None or _leads_to(text, at, "->", over_lines=over_lines)


def end_of_statement(text: str, at: int, depth: int = 0) -> tuple[int, int]:
    """Return where a mistaken statement ends, in which so many brackets are open, and how many are open there.

    It ends at its newline outside of brackets, before a line that must be another statement, or at the brace of the
    block around it.
    """
    farthest = min(at + FARTHEST, len(text))
    for match in re.compile(BRACKETS).finditer(text, at, farthest):
        found = match[0]
        if found in PARTNERS:
            depth += 1
        elif found in CLOSING:
            if depth == 0 and found == "}":
                return match.start(), 0
            depth = max(0, depth - 1)
        elif found == "\n" and (depth == 0 or begins_statement(text, match.end())):
            return match.start(), depth
    return (end_of_line(text, at) if farthest < len(text) else farthest), 0


def end_of_line(text: str, at: int) -> int:
    """Return where a line ends."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def given_up(source: Source, context: ErrorContext, place: Location, found: str) -> Mistake | None:
    """Find a bracket that its author takes for closed, since an arrow or another statement follows."""
    if not context.opened:
        return None
    opener, begin = context.opened[0], context.line_start
    nameless = _nameless(source, context, max(begin, opener + 1))
    if nameless is not None and (found in ARROWS or begins_statement(context.text, begin)):
        return nameless
    if opener < begin and begins_statement(context.text, begin):
        if found in ARROWS and context.opened == (context.start,) and context.bracket == "{":
            return Mistake(_holds_arrow(source, opener, place))
        head = Location(source, Span(begin + len(context.line) - len(context.line.lstrip()), context.line_end))
        return Mistake(unclosed(source, opener, head, "another statement begins here"), begin - 1)
    if found not in ARROWS:
        return None
    if _leads_to(context.text, context.at + len(found), PARTNERS[context.bracket]):
        return Mistake(_holds_arrow(source, opener, place))
    return Mistake(unclosed(source, opener, place, "an arrow cannot stand inside of it"), depth=0)


def _nameless(source: Source, context: ErrorContext, begin: int) -> Mistake | None:
    """Find a block of `namespace` without a name, which was read as the names; it is passed over."""
    text, opener = context.text, context.opened[0]
    if re.fullmatch(r"namespace[ \t]*", text[context.start : opener][:LONGEST_HEAD]) is None:
        return None
    if re.compile(GAP).fullmatch(text, opener + 1, begin) is None:
        return None
    what, form = FORMS["namespace"]
    keyword = Location(source, Span(context.start, context.start + len("namespace")))
    message = f"`namespace` is followed by {what}"
    found = Diagnostic(
        code="NP101", severity="error", message=message, location=keyword, help=f"write it as in `{form} {{ … }}`"
    )
    return Mistake(found, end_of_block(text, opener))


def unclosed(source: Source, opener: int, place: Location, found: str = "the end of the file") -> Diagnostic:
    """Report a bracket that is open where the file ends, or where another statement begins."""
    bracket = source.text[opener]
    return Diagnostic(
        code="NP107",
        severity="error",
        message=f"this `{bracket}` is never closed",
        location=Location(source, Span(opener, opener + 1)),
        labels=(Label(place, found),),
        help=f"add `{PARTNERS[bracket]}`",
    )


def is_unpaired(context: ErrorContext, found: str, *, in_block: bool) -> bool:
    """Tell whether a closing bracket is neither that of the innermost open one nor that of a block."""
    if found not in CLOSING:
        return False
    return found != PARTNERS[context.bracket] if context.opened else found != "}" or not in_block


def unpaired(source: Source, context: ErrorContext, place: Location, found: str) -> Mistake:
    """Report a closing bracket that does not belong to the innermost open one."""
    if not context.opened:
        return Mistake(_unpaired(place, f"this `{found}` closes nothing", Fix("remove it", (Edit(place, ""),))))
    right = PARTNERS[context.bracket]
    label = Label(_at(source, context.opened[0]), "opened here")
    meant = [index for index, opener in enumerate(context.opened) if PARTNERS[context.text[opener]] == found]
    fix = Fix(f"use `{right}`", (Edit(place, right),))
    if meant:
        missing = "".join(PARTNERS[context.text[opener]] for opener in context.opened[: meant[0]])
        fix = Fix(f"add `{missing}`", (Edit(Location(source, Span(place.span.start, place.span.start)), missing),))
    depth = len(context.opened) - meant[0] if meant else None
    return Mistake(_unpaired(place, f"`{found}` does not close `{context.bracket}`", fix, label), depth=depth)


def _unpaired(place: Location, message: str, fix: Fix, *labels: Label) -> Diagnostic:
    return Diagnostic(
        code="NP107",
        severity="error",
        message=message,
        location=place,
        labels=labels,
        help=fix.message,
        fixes=(fix,),
    )


def _holds_arrow(source: Source, opener: int, place: Location) -> Diagnostic:
    is_set = source.text[opener] == "{"
    return Diagnostic(
        code="NP101",
        severity="error",
        message=f"a {'set cannot hold a flow' if is_set else 'selector cannot hold an arrow'}",
        location=place,
        labels=(Label(_at(source, opener), "it begins here"),),
        help="close it before the arrow; a block belongs to `namespace` or `env`" if is_set else "close it before",
    )


def _at(source: Source, offset: int) -> Location:
    return Location(source, Span(offset, offset + 1))


def _leads_to(text: str, at: int, mark: str, *, over_lines: bool = False) -> bool:
    """Tell whether the rest of a line, or of a statement, has a mark outside of the brackets that it opens itself."""
    depth = 0
    for match in MARKS.finditer(text, at, min(at + FARTHEST, len(text)) if over_lines else len(text)):
        found = match[0]
        if depth == 0 and found == mark:
            return True
        if found == "\n" and not (over_lines and depth):
            return False
        if found in PARTNERS:
            depth += 1
        elif found in CLOSING:
            if depth == 0:
                return False
            depth -= 1
    return False
