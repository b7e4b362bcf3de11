"""From text to tree, by Lark; the only room that knows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import msgspec
from lark.exceptions import UnexpectedInput

from netpolc.diagnostics.model import Diagnostic
from netpolc.source import Location, Span
from netpolc.syntax import tables
from netpolc.syntax.builder import Builder
from netpolc.syntax.hidden import PROSE, hidden_characters
from netpolc.syntax.tree import Comment, Tree

if TYPE_CHECKING:
    from lark import Lark

    from netpolc.source import Source
    from netpolc.syntax.recovery import Recovery
    from netpolc.syntax.tree import Item

DEEPEST = 64
"""How far brackets may nest; nobody reads more, and every later stage may recurse."""

BRACKETS = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"|#[^\n]*|[\[\](){}]|\n')


class Parsed(msgspec.Struct, frozen=True):
    """What a text says, as far as it could be understood; after an error, the statements that could be read."""

    source: Source
    tree: Tree
    diagnostics: tuple[Diagnostic, ...]


def parse(source: Source) -> Parsed:
    """Read one file. Every syntax error is reported; after each, reading goes on at the next statement."""
    too_deep = _too_deep(source)
    if too_deep is not None:
        return Parsed(source, Tree((), ()), (too_deep,))
    lark, builder = _machine()
    builder.begin(source)
    recovery: Recovery | None = None
    # The grammar ends statements with newlines, also the last.
    parser = lark.parse_interactive(source.text + "\n")
    items = None
    while items is None:
        try:
            items = cast("tuple[Item, ...]", parser.resume_parse())  # type: ignore[no-untyped-call]  # Lark types only a part
        except UnexpectedInput as error:
            if recovery is None:
                recovery = _recovery(source)
            recovery.recover(parser, error)
    mistakes = () if recovery is None else tuple(recovery.diagnostics)
    diagnostics = (*mistakes, *builder.diagnostics, *hidden_characters(source))
    return Parsed(source, Tree(items, _comments(source.text)), diagnostics)


def _recovery(source: Source) -> Recovery:
    from netpolc.syntax.recovery import Recovery  # noqa: PLC0415 -- most texts are without mistakes

    return Recovery(source)


def prepare() -> None:
    """Build the parser now rather than with the first text."""
    _machine()


_built: tuple[Lark, Builder] | None = None


def _machine() -> tuple[Lark, Builder]:
    """The parser, built once in a process."""
    global _built  # noqa: PLW0603 -- building takes longer than most parsing, and the result holds no state
    if _built is None:
        builder = Builder()
        _built = tables.load(builder), builder
    return _built


def _comments(text: str) -> tuple[Comment, ...]:
    if "#" not in text:
        return ()
    found = (match for match in PROSE.finditer(text) if match[0][0] == "#")
    return tuple(Comment(match[0].rstrip(), Span(match.start(), match.end())) for match in found)


def _too_deep(source: Source) -> Diagnostic | None:
    """The first bracket past the limit; asked before parsing, so that no stage meets such a tree."""
    text = source.text
    if text.count("{") + text.count("[") + text.count("(") <= DEEPEST:
        return None
    depth = 0
    for match in BRACKETS.finditer(text):
        if match[0] in "{[(":
            depth += 1
        elif match[0] in "}])":
            depth = max(0, depth - 1)
        if depth > DEEPEST:
            return Diagnostic(
                code="NP106",
                severity="error",
                message=f"brackets are nested more than {DEEPEST} deep",
                location=Location(source, Span(match.start(), match.end())),
                help="name a part with `group`, and use the name",
            )
    return None
