"""The parse tables: computed from the grammar once, shipped in the wheel, else kept in the user's private cache."""

from __future__ import annotations

import hashlib
import pickle
from typing import TYPE_CHECKING, Any

import lark
from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef
from lark.utils import SerializeMemoizer

from netpolc.cache import private_cache
from netpolc.resources import bundled

if TYPE_CHECKING:
    from netpolc.syntax.builder import Builder

DIGEST_SIZE = 32


def load(builder: Builder) -> Lark:
    """A parser for the grammar that hands its reductions to a builder."""
    grammar = bundled("grammar", "netpol.lark").read_text("utf-8")
    data, memo = _shipped(grammar) or _cached(grammar)
    # What the parsers call that Lark's own standalone tool writes.
    parser: Lark = Lark._load_from_dict(data, memo, transformer=builder)  # type: ignore[no-untyped-call]  # noqa: SLF001
    return parser


def shipped(grammar: str) -> bytes:
    """The tables of a grammar as bytes, for the wheel or the cache."""
    return _digest(grammar) + pickle.dumps(_compute(grammar), protocol=5)


def _shipped(grammar: str) -> tuple[Any, Any] | None:
    """The tables of the wheel, if they belong to this grammar and this Lark."""
    file = bundled("grammar", "netpol.tables")
    return _read(file.read_bytes(), grammar) if file.is_file() else None


def _cached(grammar: str) -> tuple[Any, Any]:
    """The tables from the cache, or computed and kept there."""
    cache = private_cache()
    content = None if cache is None else cache.read("tables")
    tables = None if content is None else _read(content, grammar)
    if tables is None:
        tables = _compute(grammar)
        if cache is not None:
            cache.write("tables", _digest(grammar) + pickle.dumps(tables, protocol=5))
    return tables


def _compute(grammar: str) -> tuple[Any, Any]:
    data, memo = Lark(grammar, parser="lalr", lexer="contextual").memo_serialize([TerminalDef, Rule])
    # Rules and terminals as objects: Lark takes them as they are, and pickle makes them faster than Lark does.
    kinds = {"Rule": Rule, "TerminalDef": TerminalDef}
    return data, SerializeMemoizer.deserialize(memo, kinds, {})


def _digest(grammar: str) -> bytes:
    return hashlib.sha256(f"{lark.__version__}\0{grammar}".encode()).digest()


def _read(content: bytes, grammar: str) -> tuple[Any, Any] | None:
    """Tables from bytes of the package or of the private cache, and from nowhere else: reading them can run code."""
    if content[:DIGEST_SIZE] != _digest(grammar):
        return None
    try:
        data, memo = pickle.loads(content[DIGEST_SIZE:])  # noqa: S301 -- see above
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, ImportError, IndexError):
        return None
    return data, memo
