"""Recovery from a syntax error: it is described, and reading goes on with the next statement."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

import msgspec
from lark import Token

from netpolc.diagnostics.model import Diagnostic
from netpolc.language.syntax.mistakes.brackets import Mistake, end_of_line, end_of_statement, unclosed
from netpolc.language.syntax.mistakes.describe import describe
from netpolc.source import Location, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from lark.exceptions import UnexpectedInput
    from lark.parsers.lalr_interactive_parser import InteractiveParser

    from netpolc.diagnostics.model import Edit
    from netpolc.source import Source

MOST_MISTAKES = 200
"""How many syntax errors of one file are told apart before the rest is left unread."""

NOTHING_SAID = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
"""Blanks, newlines and comments, as many as there are."""

LONGEST_TRIAL = 2_000
"""How many characters of a statement are read again to see whether a fix helps."""

ANOTHER = "\na -> b:1"
"""A statement to follow the one that is read again, which may be an annotation."""


class Recovery:
    """The errors of a source so far: each is described, then the parser is put back before the next statement."""

    def __init__(self, source: Source, reads_to: Callable[[str], int]) -> None:
        """Start at the beginning of a source; `reads_to` tells up to which offset a text by itself can be read."""
        self.source = source
        self.reads_to = reads_to
        self.diagnostics: list[Diagnostic] = []
        self.orphans = 0
        """How many brackets were given up while open; as many closing braces are no mistakes of their own."""

    def recover(self, parser: InteractiveParser, error: UnexpectedInput) -> None:
        """Report an error; afterwards the parser stands before the next statement, always further on in the text."""
        end = len(self.source.text)
        at = offset_of(error, end)
        opened, blocks, start = _unfinished(parser)
        if self._is_orphan(at, opened, blocks):
            self.orphans -= 1
            resume = at + 1
        elif at >= end and start < 0 and blocks:
            resume = end
        else:
            mistake = describe(self.source, at, start, parser.accepts, opened, in_block=bool(blocks))
            resume = self._resume(at, len(opened), mistake)
            self.diagnostics.append(self._with_sound_fixes(mistake.diagnostic, at if start < 0 else start, resume))
            resume = end if self._enough() else resume
        if resume >= end and not self._enough():
            nowhere = Location(self.source, Span(end, end))
            self.diagnostics += [unclosed(self.source, block, nowhere) for block in blocks]
        if _after_block(parser):
            parser.feed_token(Token("_NL", "\n"))
        _unwind(parser, "RBRACE" if resume < end else "$END")
        if not (self.source.text[resume : resume + 1] == "}" and _in_block(parser)):
            resume = self._past_newline(resume)
        if resume >= end:
            _unwind(parser, "$END")
        _seek(parser, resume)

    def _enough(self) -> bool:
        return len(self.diagnostics) >= MOST_MISTAKES

    def _with_sound_fixes(self, found: Diagnostic, start: int, end: int) -> Diagnostic:
        """Leave out the fixes with which no more of the statement can be read than without them."""
        sound = tuple(fix for fix in found.fixes if len(fix.edits) > 1 or self._is_sound(fix.edits[0], start, end))
        return found if sound == found.fixes else msgspec.structs.replace(found, fixes=sound)

    def _is_sound(self, edit: Edit, start: int, end: int) -> bool:
        text, place = self.source.text, edit.location.span
        begin, end = min(start, place.start), max(end, place.end)
        if end - begin > LONGEST_TRIAL:
            return True
        before = text[begin : place.start] + edit.text
        return self.reads_to(f"{before}{text[place.end : end]}{ANOTHER}") > len(before)

    def _is_orphan(self, at: int, opened: tuple[int, ...], blocks: tuple[int, ...]) -> bool:
        return self.source.text[at : at + 1] == "}" and not opened and not blocks and self.orphans > 0

    def _resume(self, at: int, depth: int, mistake: Mistake) -> int:
        """Return where the mistaken statement ends, and count the brackets that are given up there."""
        if mistake.resume is not None:
            self.orphans += depth
            return mistake.resume
        end, left = end_of_statement(self.source.text, at, depth if mistake.depth is None else mistake.depth)
        self.orphans += left
        return end

    def _past_newline(self, at: int) -> int:
        text = self.source.text
        if text[at : at + 1] == "}":
            at = end_of_line(text, at)
        passed = NOTHING_SAID.match(text, at)
        at = at if passed is None else passed.end()
        return len(text) + 1 if at >= len(text) else at  # past the newline that `parse` added


def offset_of(error: UnexpectedInput, end: int) -> int:
    """Return where an error is; at the end of the text, its length."""
    if getattr(getattr(error, "token", None), "type", "") == "$END":
        return end  # Lark places it at the token before
    offset = cast("int | None", error.pos_in_stream)
    return end if offset is None else min(offset, end)


# What follows reaches into Lark's parser state: its documented hook (`on_error` with the interactive parser) lets a
# caller feed other tokens, but a statement that is given up must be taken back from the stacks.


OPENING = frozenset({"LBRACE", "LSQB", "LPAR"})
CLOSING = frozenset({"RBRACE", "RSQB", "RPAR"})


def _between_statements(actions: dict[str, Any]) -> bool:
    return "KW_ENV" in actions and ("$END" in actions or "RBRACE" in actions)


def _unfinished(parser: InteractiveParser) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Return the open brackets of the statement being read, the blocks around it, and where it begins, or -1.

    Brackets and blocks are offsets, innermost first.
    """
    state = parser.parser_state
    table = state.parse_conf.parse_table.states
    opened: list[int] = []
    blocks: list[int] = []
    start = -1
    finding = opened
    closed = 0
    for position, value in zip(reversed(state.state_stack), reversed(state.value_stack), strict=False):
        if _between_statements(table[position]):
            finding = blocks
        if finding is opened:
            start = _start_of(value, start)
        kind = getattr(value, "type", "")
        if kind in CLOSING:
            closed += 1
        elif kind in OPENING and closed:
            closed -= 1
        elif kind in OPENING:
            finding.append(value.start_pos)
    return tuple(opened), tuple(blocks), start


def _start_of(value: Any, default: int) -> int:
    start = getattr(value, "start_pos", None)
    if start is None:
        span = getattr(value, "span", None)
        start = None if span is None else span.start
    return default if start is None else cast("int", start)


def _in_block(parser: InteractiveParser) -> bool:
    state = parser.parser_state
    return "RBRACE" in state.parse_conf.parse_table.states[state.state_stack[-1]]


def _after_block(parser: InteractiveParser) -> bool:
    """Tell whether a block has just been closed, whatever stands behind it."""
    state = parser.parser_state
    actions = state.parse_conf.parse_table.states[state.state_stack[-1]].values()
    return any(getattr(getattr(argument, "origin", None), "name", "") == "block" for _, argument in actions)


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


def _choices(parser: InteractiveParser) -> dict[str, Any]:
    """Return the terminals and rules that the parser's state has an action for."""
    state = parser.parser_state
    return cast("dict[str, Any]", state.parse_conf.parse_table.states[state.state_stack[-1]])


def _seek(parser: InteractiveParser, offset: int) -> None:
    """Let the lexer go on at an offset. Lines and columns are not kept: ours come from offsets."""
    state = parser.lexer_thread.state
    if state is not None:
        state.line_ctr.char_pos = offset
