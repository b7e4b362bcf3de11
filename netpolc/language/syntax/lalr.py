"""The products of Lark's work on the grammar: tables as plain data, and Lark's own parser, which can recover."""

from __future__ import annotations

import pickle
import re
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Any

import lark
import msgspec
from lark import Lark
from lark.exceptions import GrammarError
from lark.grammar import Rule as LarkRule
from lark.lexer import PatternStr, TerminalDef
from lark.parsers.lalr_analysis import Reduce
from lark.utils import SerializeMemoizer

from netpolc.language.syntax import tables
from netpolc.language.syntax.shipped import prepared
from netpolc.language.syntax.tables import GrammarRule, Tables
from netpolc.resources import bundled

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "netpol.pickle"
NEWLINES = "_NL"


def load(transformer: object) -> Lark:
    """Load Lark's parser of the grammar, which hands its reductions to a transformer."""
    grammar = bundled("grammar", "netpol.lark").read_text("utf-8")
    data, memo = prepared(NAME, stamp(grammar), _unpickled, lambda: pickled_parser(grammar))
    # What the parsers call that Lark's own standalone tool writes.
    parser: Lark = Lark._load_from_dict(data, memo, transformer=transformer)  # type: ignore[no-untyped-call]  # noqa: SLF001
    return parser


def shipped(grammar: str) -> dict[str, bytes]:
    """Return the files, by name, that a wheel carries to spare its users Lark's work."""
    return {
        tables.NAME: tables.stamp(grammar) + encoded_tables(grammar),
        NAME: stamp(grammar) + pickled_parser(grammar),
    }


def stamp(grammar: str) -> bytes:
    """Return what tells a parser of one grammar and Lark from that of another."""
    return sha256(f"{lark.__version__}\0{grammar}".encode()).digest()


def pickled_parser(grammar: str) -> bytes:
    """Return Lark's parser of a grammar, pickled."""
    data, memo = _lark(grammar).memo_serialize([TerminalDef, LarkRule])
    # Rules and terminals as objects: Lark takes them as they are, and pickle makes them faster than Lark does.
    kinds = {"Rule": LarkRule, "TerminalDef": TerminalDef}
    return pickle.dumps((data, SerializeMemoizer.deserialize(memo, kinds, {})), protocol=5)


def _unpickled(content: bytes) -> tuple[Any, Any] | None:
    """Read a parser from the package or the private cache, and from nowhere else: reading can run code."""
    try:
        data, memo = pickle.loads(content)  # noqa: S301 -- see above
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, ImportError, IndexError):
        return None
    return data, memo


def encoded_tables(grammar: str) -> bytes:
    """Compute the tables of a grammar, and encode them.

    Raises:
        GrammarError: the grammar uses what the tables cannot say, though Lark could.
    """
    return msgspec.msgpack.encode(_tables(_lark(grammar)))


def _lark(grammar: str) -> Lark:
    return Lark(grammar, parser="lalr", lexer="contextual")


def _tables(parser: Any) -> Tables:
    automaton = parser.parser.parser._parse_table  # noqa: SLF001 -- Lark shows it to nobody
    rules = {rule: number for number, rule in enumerate(parser.rules)}
    compiled = [_rule(rule) for rule in parser.rules]
    rows = [
        {
            str(symbol): ~rules[to] if action is Reduce else to
            for symbol, (action, to) in automaton.states[state].items()
        }
        for state in range(len(automaton.states))
    ]
    patterns, lexers = _lexers(parser.parser.lexer.lexers, frozenset(parser.ignore_tokens))
    return Tables(
        start=automaton.start_states["start"],
        end=automaton.end_states["start"],
        rows=_without_detours(rows, compiled),
        rules=compiled,
        patterns=patterns,
        lexers=lexers,
        dropped=_dropped(parser.rules),
    )


def _rule(rule: LarkRule) -> GrammarRule:
    """Return a rule with the children of its node as Lark would choose them."""
    absent = rule.options.empty_indices or [False] * len(rule.expansion)
    symbols = iter(rule.expansion)
    shape = ""
    for is_absent in absent:
        symbol = None if is_absent else next(symbols)
        if symbol is None:
            shape += "-"
        elif not _is_dropped(symbol):
            shape += "*" if _is_spliced(symbol) else "c"
    kept = len(shape) - shape.count("-")
    origin = str(rule.origin.name)
    single = rule.options.expand1 and not rule.alias and shape == "c"
    if rule.options.expand1 and "*" in shape:
        raise GrammarError(f"`?{origin}` may have one child or several")
    spliced = _is_spliced(rule.origin)
    builds = "" if spliced or single else str(rule.alias or origin)
    plain = not shape.rstrip("-").strip("c")  # what is absent at the end is left to the defaults of the method
    return GrammarRule(origin, len(rule.expansion), kept, "" if plain else shape, builds, spliced)


def _is_spliced(symbol: Any) -> bool:
    return not symbol.is_term and str(symbol.name).startswith("_")


def _is_dropped(symbol: Any) -> bool:
    return bool(symbol.is_term and symbol.filter_out)


def _dropped(rules: Iterable[LarkRule]) -> frozenset[str]:
    terminals = [symbol for rule in rules for symbol in rule.expansion if symbol.is_term]
    dropped = frozenset(str(symbol.name) for symbol in terminals if _is_dropped(symbol))
    kept = {symbol.name for symbol in terminals if not _is_dropped(symbol)}
    if dropped & kept:
        raise GrammarError(f"{', '.join(sorted(dropped & kept))}: kept by some rules only")
    return dropped


def _without_detours(rows: list[dict[str, int]], rules: list[GrammarRule]) -> list[dict[str, int]]:
    """Skip states that do nothing but call their only symbol by another name: go where they lead.

    No token is read in such a state, so no text is read differently; a mistake shows up a few reductions later.
    """

    def destination(row: dict[str, int], symbol: str) -> int:
        state = row[symbol]
        actions = set(rows[state].values())
        if len(actions) == 1 and symbol.islower() and (action := min(actions)) < 0:
            rule = rules[~action]
            if rule.size == 1 and not rule.builds and not rule.spliced:
                return destination(row, rule.origin)
        return state

    return [{symbol: destination(row, symbol) if row[symbol] >= 0 else row[symbol] for symbol in row} for row in rows]


def _lexers(lexers: dict[int, Any], ignored: frozenset[str]) -> tuple[list[str], list[int]]:
    """Return patterns, and for each state the number of its own.

    The terminals of a state that are patterns are tried in the order of Lark's lexer. Those that are fixed texts stand
    for themselves and are tried last: so states that differ in them alone share a pattern, which accepts those of all.
    So do states that differ in newlines: where none may stand, none is read either way, and the text has a mistake.
    """
    groups: dict[tuple[TerminalDef, ...], dict[str, TerminalDef]] = {}
    newlines: dict[tuple[TerminalDef, ...], tuple[TerminalDef, ...]] = {}
    chosen = []
    for _, lexer in sorted(lexers.items()):
        patterns = tuple(terminal for terminal in lexer.terminals if not _is_fixed(terminal))
        others = tuple(terminal for terminal in patterns if terminal.name != NEWLINES)
        newlines[others] = max(newlines.get(others, ()), patterns, key=len)
        fixed = groups.setdefault(others, {})
        fixed.update({terminal.name: terminal for terminal in lexer.terminals if _is_fixed(terminal)})
        chosen.append(others)
    numbers = {others: number for number, others in enumerate(groups)}
    return [_pattern((*newlines[others], *fixed.values()), ignored) for others, fixed in groups.items()], [
        numbers[others] for others in chosen
    ]


def _is_fixed(terminal: TerminalDef) -> bool:
    return isinstance(terminal.pattern, PatternStr)


def _pattern(terminals: Iterable[TerminalDef], ignored: frozenset[str]) -> str:
    """Join terminals to one pattern, in order.

    A group that is empty, behind what it names, leaves the begin of an alternative in sight of Python's `re`, which
    skips it where the first character does not fit. What keywords are followed by is said once for those in a row that
    have it in common, since a pattern takes as long to compile as it is.
    """
    parts = ((terminal.name, *_word_and_rest(terminal.pattern.to_regexp())) for terminal in terminals)
    joined: list[str] = []
    for rest, alike in groupby(parts, key=lambda part: part[2]):
        words = "|".join(f"(?:{word})" + ("" if name in ignored else f"(?P<{name}>)") for name, word, _ in alike)
        joined.append(f"(?:{words}){rest}" if rest else words)
    return "|".join(joined)


def _word_and_rest(pattern: str) -> tuple[str, str]:
    """Split the pattern of a keyword behind the word and its blanks; any other is whole."""
    keyword = re.match(r"[a-z]+(?=\[ \t\]\+\(\?=\[A-Za-z0-9_\]\)\Z)", pattern)
    return (pattern, "") if keyword is None else (keyword[0], pattern[keyword.end() :])
