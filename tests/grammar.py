"""The grammar as Lark itself reads it, once for all tests of a process that ask for it."""

import functools

from lark import Lark

from netpolc.resources import bundled

GRAMMAR = bundled("grammar", "netpol.lark").read_text("utf-8")


@functools.cache
def parser():
    """Lark's parser of the grammar, built without anything of netpolc's."""
    return Lark(GRAMMAR, parser="lalr", lexer="contextual")
