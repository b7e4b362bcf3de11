"""The parser of texts without mistakes: a loop over tables, which gives up at the first token that does not fit.

It is a fast path beside Lark: without it, a build of one policy takes 1.5 times the CPU time, a first one of 1,500
services 1.2 times. That both read the same is held by `tests/unit/language/syntax/test_fast_parser.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from netpolc.language.syntax import tables
from netpolc.language.syntax.shipped import prepared
from netpolc.language.syntax.tables import END
from netpolc.language.syntax.tokens import Token
from netpolc.resources import bundled
from netpolc.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.language.syntax import tree
    from netpolc.language.syntax.builder import TreeBuilder
    from netpolc.language.syntax.tables import GrammarRule, Tables

    Match = Callable[[str, int], re.Match[str] | None]
    Reduction = tuple[str, int, int, str, Callable[..., Any] | None]


class Driver:
    """A parser that is driven by tables. It holds no state of a text, so one serves a process."""

    def __init__(self, tables: Tables) -> None:
        """Use tables; their patterns are compiled when they are first needed."""
        self._tables = tables
        self._matchers = Matchers(tables)

    def parse(self, text: str, builder: TreeBuilder) -> tuple[tree.Item, ...] | None:
        """Parse a text, with a builder for its statements; None where the text has a mistake."""
        tables, matchers = self._tables, self._matchers
        rows, dropped = tables.rows, tables.dropped
        reductions = ReductionsByRule(tables.rules, builder)
        state = tables.start
        states = [state]
        values: list[Any] = []
        position = 0
        while True:
            match = matchers[state](text, position)
            if match is None and position < len(text):
                return None
            kind, end = (match.lastgroup, match.end()) if match else (END, position)
            if kind is None:  # blanks, which are ignored
                position = end
                continue
            action = rows[state].get(kind)
            while action is not None and action < 0:
                origin, size, kept, shape, build = reductions[~action]
                del states[len(states) - size :]
                split = len(values) - kept
                children = values[split:]
                del values[split:]
                if shape:
                    children = _shaped(children, shape)
                values.append(children if build is None else build(*children))
                states.append(state := rows[states[-1]][origin])
                action = rows[state].get(kind)
            if match is None:
                return values[0] if state == tables.end else None
            if action is None:
                return None
            if kind not in dropped:
                values.append(Token(kind, match[0], Span(position, end)))
            states.append(state := action)
            position = end


class Matchers(dict[int, "Match"]):
    """The functions that find the next token, by state; compiled when first asked for, since most texts need few."""

    def __init__(self, tables: Tables) -> None:
        """Start with none compiled."""
        super().__init__()
        self._tables = tables
        self._compiled: dict[int, Match] = {}

    def __missing__(self, state: int) -> Match:
        number = self._tables.lexers[state]
        if number not in self._compiled:
            self._compiled[number] = re.compile(self._tables.patterns[number]).match
        self[state] = self._compiled[number]
        return self[state]


class ReductionsByRule(dict[int, "Reduction"]):
    """Reductions with a builder, by the numbers of their rules; each is looked up when a text first needs it."""

    def __init__(self, rules: list[GrammarRule], builder: TreeBuilder) -> None:
        """Start with none looked up."""
        super().__init__()
        self._rules = rules
        self._builder = builder

    def __missing__(self, number: int) -> Reduction:
        self[number] = _reduction(self._rules[number], self._builder)
        return self[number]


def load() -> Driver:
    """Load the driver of the grammar; its tables come from the wheel, or from the cache, or Lark computes them."""
    grammar = bundled("grammar", "netpol.lark").read_text("utf-8")
    return Driver(prepared(tables.NAME, tables.stamp(grammar), tables.decode, lambda: _compute(grammar)))


def _compute(grammar: str) -> bytes:
    from netpolc.language.syntax.lalr import encoded_tables  # Lark takes 50 ms to import

    return encoded_tables(grammar)


def _reduction(rule: GrammarRule, builder: TreeBuilder) -> Reduction:
    build = getattr(builder, rule.builds) if rule.builds else None if rule.spliced else _itself
    return rule.origin, rule.size, rule.kept, rule.shape, build


def _itself(child: object) -> object:
    return child


def _shaped(values: list[Any], shape: str) -> list[Any]:
    """Return the children of a node, given the values of the symbols that are kept; the first spliced list grows."""
    children: list[Any] = []
    kept = iter(values)
    for letter in shape:
        if letter == "-":
            children.append(None)
        elif letter == "c":
            children.append(next(kept))
        elif children:
            children += next(kept)
        else:
            children = next(kept)
    return children
