"""The parse tables: computed from the grammar once, kept in the user's private cache."""

from __future__ import annotations

import hashlib
import marshal
import sys
from typing import TYPE_CHECKING, Any

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from netpolc.cache import private_cache
from netpolc.resources import bundled

if TYPE_CHECKING:
    from netpolc.syntax.builder import Builder


def load(builder: Builder) -> Lark:
    """A parser for the grammar that hands its reductions to a builder."""
    grammar = bundled("grammar", "netpol.lark").read_text("utf-8")
    cache = private_cache()
    # Marshalled data runs no code when read; its form belongs to one version of Python.
    key = f"tables-{sys.version_info[0]}{sys.version_info[1]}-{_digest(grammar)}"
    kept = None if cache is None else cache.read(key)
    tables = None if kept is None else _read(kept)
    if tables is None:
        tables = compute(grammar)
        if cache is not None:
            cache.write(key, marshal.dumps(tables))
    data, memo = tables
    # What the parsers call that Lark's own standalone tool writes.
    parser: Lark = Lark._load_from_dict(data, memo, transformer=builder)  # type: ignore[no-untyped-call]  # noqa: SLF001
    return parser


def compute(grammar: str) -> tuple[dict[str, Any], dict[int, Any]]:
    """The tables of a grammar, as plain data."""
    data, memo = Lark(grammar, parser="lalr", lexer="contextual").memo_serialize([TerminalDef, Rule])
    return data, memo


def _digest(grammar: str) -> str:
    return hashlib.sha256(f"{lark.__version__}\0{grammar}".encode()).hexdigest()[:32]


def _read(kept: bytes) -> Any:
    try:
        return marshal.loads(kept)  # noqa: S302 -- from the private cache only
    except (EOFError, ValueError, TypeError):
        return None
