"""The way from text to tree: by tables where nothing is wrong, else by Lark, which is imported only then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from netpolc import fast_paths
from netpolc.diagnostics.model import Diagnostic
from netpolc.language.syntax import fast_parser
from netpolc.language.syntax.builder import TreeBuilder
from netpolc.language.syntax.tokens import BRACKETS
from netpolc.language.syntax.tree import Tree
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from netpolc.language.syntax.fast_parser import Driver
    from netpolc.language.syntax.tree import Item
    from netpolc.source import Source

DEEPEST = 64
"""How far brackets may nest; nobody reads more, and every later stage may recurse."""


class Parsed(msgspec.Struct, frozen=True):
    """A text as far as it could be understood, and what is wrong with it.

    It is `complete` unless a statement could not be read. What a statement says may be wrong all the same. A text that
    is `refused` was not read at all.
    """

    source: Source
    tree: Tree
    diagnostics: tuple[Diagnostic, ...]
    complete: bool
    refused: bool = False


def parse(source: Source) -> Parsed:
    """Read one file. Every syntax error is reported; after each, reading goes on at the next statement."""
    refused = _refused(source)
    if refused is not None:
        return Parsed(source, Tree(()), (refused,), complete=False, refused=True)
    parsed = _parse_well_formed(source)
    if parsed is not None:
        return parsed
    from netpolc.language.syntax import lark_parser  # Lark takes 50 ms to import

    items, diagnostics, complete = lark_parser.read(source)
    return _parsed(source, items, diagnostics, complete=complete)


def parse_flawless(source: Source) -> Tree | None:
    """Parse a file of which nothing is to be reported; None for any other, which is left to `parse`."""
    parsed = None if _refused(source) else _parse_well_formed(source)
    return None if parsed is None or parsed.diagnostics else parsed.tree


def _parse_well_formed(source: Source) -> Parsed | None:
    """Parse a text without syntax errors the fast way; None where it has one, or fast paths are off."""
    if fast_paths.are_off():
        return None
    builder = TreeBuilder(source)
    # The grammar ends statements with newlines, also the last.
    items = _machine().parse(source.text + "\n", builder)
    return None if items is None else _parsed(source, items, builder.diagnostics, complete=True)


def _parsed(source: Source, items: tuple[Item, ...], diagnostics: list[Diagnostic], *, complete: bool) -> Parsed:
    if not source.text.isascii():
        from netpolc.language.syntax.mistakes.hidden_characters import hidden_characters  # few texts may have any

        diagnostics = [*diagnostics, *hidden_characters(source)]
    return Parsed(source, Tree(items), tuple(diagnostics), complete)


def prepare() -> None:
    """Build the parser now rather than with the first text."""
    _machine()


_driver: Driver | None = None


def _machine() -> Driver:
    """Return the parser of texts without mistakes, built once in a process."""
    global _driver  # noqa: PLW0603 -- building takes longer than most parsing, and the result holds no state
    if _driver is None:
        _driver = fast_parser.load()
    return _driver


def _refused(source: Source) -> Diagnostic | None:
    """Return what is wrong with a text as a whole, if anything, before it is parsed."""
    return _unbroken(source) or _too_deep(source)


def _unbroken(source: Source) -> Diagnostic | None:
    """Report the first line end of a text without newlines, of which a comment would hide the rest."""
    text = source.text
    at = text.find("\r")
    if at < 0 or "\n" in text or not text[at:].strip():
        return None
    return Diagnostic(
        code="NP105",
        severity="error",
        message="the lines of this file end in a carriage return alone (U+000D)",
        location=Location(source, Span(at, at + 1)),
        help="save it with LF or CRLF line ends",
    )


def _too_deep(source: Source) -> Diagnostic | None:
    """Report the first bracket past the limit, before parsing, so that no stage meets such a tree."""
    text = source.text
    if text.count("{") + text.count("[") + text.count("(") <= DEEPEST:
        return None
    depth = 0
    for match in re.finditer(BRACKETS, text):
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
