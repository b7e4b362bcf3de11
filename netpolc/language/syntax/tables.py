"""The parse tables as plain data, which takes neither Lark nor long to load."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from netpolc.language.syntax.shipped import prepared
from netpolc.resources import bundled

NAME = "netpol.tables"
END = "$END"


class Rule(msgspec.Struct, frozen=True, array_like=True):
    """A rule of the grammar, as a reduction by it sees it.

    `size` counts its symbols, `kept` those that the tree is built from. `shape` has a letter for each child of its
    node: `c` is a kept symbol, `*` one whose children are spliced in, `-` an optional symbol that is not there; it is
    empty where children are kept symbols alone. `builds` names the method that makes the node; without one, the
    children are handed on to be spliced, or a single child stands for itself.
    """

    origin: str
    size: int
    kept: int
    shape: str
    builds: str
    spliced: bool


class Tables(msgspec.Struct, frozen=True, array_like=True):
    """An LALR automaton with a contextual lexer.

    `rows` has for each state what to do at a terminal, and where to go after a rule of some origin: a state to enter,
    or `~rule` to reduce by. `patterns` are regular expressions that name what they match, and nothing where it is to be
    ignored; `lexers` has for each state the one to use. `dropped` are the terminals that no node is built from.
    """

    start: int
    end: int
    rows: list[dict[str, int]]
    rules: list[Rule]
    patterns: list[str]
    lexers: list[int]
    dropped: frozenset[str]


def load() -> Tables:
    """The tables of the grammar: from the wheel, or from the cache, or computed by Lark."""
    grammar = bundled("grammar", "netpol.lark").read_text("utf-8")
    return prepared(NAME, stamp(grammar), _decode, lambda: _compute(grammar))


def stamp(grammar: str) -> bytes:
    """What tells the tables of one grammar from those of another.

    Which Lark computed them does not count: they say all that is needed to parse.
    """
    return sha256(grammar.encode()).digest()


def _compute(grammar: str) -> bytes:
    from netpolc.language.syntax.lalr import encoded_tables  # noqa: PLC0415 -- Lark takes 50 ms to import

    return encoded_tables(grammar)


def _decode(content: bytes) -> Tables | None:
    try:
        return msgspec.msgpack.decode(content, type=Tables)
    except msgspec.MsgspecError:
        return None
