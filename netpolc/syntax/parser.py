"""From text to tree, by Lark; the only room that knows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import msgspec
from lark import Lark
from lark.exceptions import UnexpectedInput

from netpolc.diagnostics.model import Diagnostic
from netpolc.source import Location, Span
from netpolc.syntax import tables
from netpolc.syntax.builder import Builder
from netpolc.syntax.mistakes import Mistake, describe
from netpolc.syntax.tree import Comment, Tree

if TYPE_CHECKING:
    from lark.parsers.lalr_interactive_parser import InteractiveParser

    from netpolc.source import Source
    from netpolc.syntax.tree import Item

DEEPEST = 64
"""How far brackets may nest; nobody reads more, and every later stage may recurse."""

MOST_MISTAKES = 200
"""How many syntax errors of one file are told apart before the rest is left unread."""

FARTHEST = 20_000
"""How many characters after a mistake are searched for the bracket that ends its statement."""

BRACKETS = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"|#[^\n]*|[\[\](){}]|\n')
COMMENTS = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"|#[^\n]*')


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
    recovery = _Recovery(source)
    # The grammar ends statements with newlines, also the last.
    parser = lark.parse_interactive(source.text + "\n")
    items = None
    while items is None:
        try:
            items = cast("tuple[Item, ...]", parser.resume_parse())  # type: ignore[no-untyped-call] -- of Lark
        except UnexpectedInput as error:
            recovery.recover(parser, error)
    return Parsed(source, Tree(items, _comments(source.text)), (*recovery.diagnostics, *builder.diagnostics))


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
    found = (match for match in COMMENTS.finditer(text) if match[0][0] == "#")
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


class _Recovery:
    """Describes each syntax error, then puts the parser back before the next statement."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []

    def recover(self, parser: InteractiveParser, error: UnexpectedInput) -> None:
        """Report an error; afterwards the parser stands before the next statement, always further on in the text."""
        end = len(self.source.text)
        at = _offset(error, end)
        opened, start = _unfinished(parser)
        mistake = describe(self.source, at, start, parser.accepts, opened)
        self.diagnostics.append(mistake.diagnostic)
        resume = end if self._enough() else self._resume(at, len(opened), mistake)
        _unwind(parser, "RBRACE" if resume < end else "$END")
        if not (self.source.text[resume : resume + 1] == "}" and "RBRACE" in parser.choices()):
            resume = self._past_newline(resume)
        if resume >= end:
            _unwind(parser, "$END")
        _seek(parser, resume)

    def _enough(self) -> bool:
        return len(self.diagnostics) >= MOST_MISTAKES

    def _resume(self, at: int, depth: int, mistake: Mistake) -> int:
        """Where the mistaken statement ends: its newline outside of brackets, or the brace of the block around it."""
        if mistake.resume is not None:
            return mistake.resume
        text = self.source.text
        for match in BRACKETS.finditer(text, at, min(at + FARTHEST, len(text))):
            found = match[0]
            if found in "{[(":
                depth += 1
            elif found in "}])":
                if depth == 0 and found == "}":
                    return match.start()
                depth = max(0, depth - 1)
            elif found == "\n" and depth == 0:
                return match.start()
        return _end_of_line(text, at)

    def _past_newline(self, at: int) -> int:
        text = self.source.text
        if text[at : at + 1] == "}":
            at = _end_of_line(text, at)
        while at < len(text) and text[at] in " \t\r\n":
            at += 1
        if text[at : at + 1] == "#":
            return self._past_newline(_end_of_line(text, at))
        return len(text) + 1 if at >= len(text) else at  # past the newline that `parse` added


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _offset(error: UnexpectedInput, end: int) -> int:
    """Where an error is; at the end of the text, its length."""
    offset = cast("int | None", error.pos_in_stream)
    return end if offset is None else min(offset, end)


# What follows reaches into Lark's parser state: its documented hook (`on_error` with the interactive parser) lets a
# caller feed other tokens, but a statement that is given up must be taken back from the stacks.


OPENING = frozenset({"LBRACE", "LSQB", "LPAR"})


def _between_statements(actions: dict[str, Any]) -> bool:
    return "KW_ENV" in actions and ("$END" in actions or "RBRACE" in actions)


def _unfinished(parser: InteractiveParser) -> tuple[tuple[int, ...], int]:
    """Of the statement being read: the offsets of its open brackets, innermost first, and where it begins, or -1."""
    state = parser.parser_state
    table = state.parse_conf.parse_table.states
    opened: list[int] = []
    start = -1
    for position, value in zip(reversed(state.state_stack), reversed(state.value_stack), strict=False):
        if _between_statements(table[position]):
            break
        start = _start_of(value, start)
        if getattr(value, "type", "") in OPENING:
            opened.append(value.start_pos)
    return tuple(opened), start


def _start_of(value: Any, default: int) -> int:
    start = getattr(value, "start_pos", None)
    if start is None:
        span = getattr(value, "span", None)
        start = None if span is None else span.start
    return default if start is None else cast("int", start)


def _unwind(parser: InteractiveParser, closing: str) -> None:
    """Take back the unfinished statement; where the text is at its end, also the blocks around it."""
    state = parser.parser_state
    table = state.parse_conf.parse_table.states
    while True:
        actions = table[state.state_stack[-1]]
        if _between_statements(actions) and (closing == "RBRACE" or "$END" in actions):
            return
        state.value_stack.pop()
        state.state_stack.pop()


def _seek(parser: InteractiveParser, offset: int) -> None:
    """Let the lexer go on at an offset. Lines and columns are not kept: ours come from offsets."""
    state = parser.lexer_thread.state
    if state is not None:
        state.line_ctr.char_pos = offset
