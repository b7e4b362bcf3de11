"""The parse tables as plain data, which takes neither Lark nor long to load."""

from __future__ import annotations

import msgspec

from netpolc.digests import sha256

NAME = "netpol.tables"
END = "$END"


class GrammarRule(msgspec.Struct, frozen=True, array_like=True):
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
    rules: list[GrammarRule]
    patterns: list[str]
    lexers: list[int]
    dropped: frozenset[str]


def stamp(grammar: str) -> bytes:
    """Return what tells the tables of one grammar from those of another.

    Which Lark computed them does not count: they say all that is needed to parse.
    """
    return sha256(grammar.encode()).digest()


def decode(content: bytes) -> Tables | None:
    """Read tables as they were encoded; None where they are none that this version could use."""
    try:
        return msgspec.msgpack.decode(content, type=Tables)
    except msgspec.MsgspecError:
        return None
