"""The rules by which text is highlighted, made of the terminals of the grammar.

Editors have no parser, so these are rules of regular expressions: the first that matches where the one before ended
says what is there. They need none of the parser's states but one, within the brackets of a selector, because the
terminals look ahead, and two names never stand beside each other.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, NamedTuple

from netpolc.resources import bundled

Kind = Literal[
    "address",
    "annotation",
    "comment",
    "date",
    "declared",
    "key",
    "keyword",
    "name",
    "number",
    "operator",
    "protocol",
    "punctuation",
    "string",
    "value",
    "wildcard",
]

_TERMINAL = re.compile(r"^([A-Z_]+)(?:\.\d+)?: (?:_NL\? )?/(.*)/$", re.MULTILINE)
_WORD_END = "(?![A-Za-z0-9_-])"
_AFTER_OPERAND = r'(?<=[A-Za-z0-9_*\]})"/])'
"""Behind what may be an operand, where `ingress`, `egress` and `except` are no names."""


class Rule(NamedTuple):
    """A pattern, and the kind of each of its groups; `enters` is whether a selector begins behind it, or ends."""

    pattern: str
    kinds: tuple[Kind, ...]
    enters: bool = False


class Rules(NamedTuple):
    """The rules outside of selectors, within them, and the one that ends them."""

    outside: tuple[Rule, ...]
    inside: tuple[Rule, ...]
    end: Rule


@cache
def terminals() -> dict[str, str]:
    """Return the regular expressions of the grammar's terminals by their names."""
    text = bundled("grammar", "netpol.lark").read_text("utf-8")
    return {name: pattern.replace(r"\/", "/") for name, pattern in _TERMINAL.findall(text)}


@cache
def rules() -> Rules:
    """Return all rules, in the order in which they are tried."""
    of = terminals()
    name = of["NAME"]
    everywhere = (Rule(r"(#[^\n]*)", ("comment",)), Rule(f"({of['STRING']})", ("string",)))
    outside = (
        *everywhere,
        Rule(rf"(@)({name})", ("annotation", "annotation")),
        *(Rule(rf"(?:^|(?<=[{{)]))([ \t]*){head.pattern}", ("punctuation", *head.kinds)) for head in _heads(name)),
        Rule(rf'(?<=")({of["_AS"]}[ \t]+)({name})', ("keyword", "declared")),
        Rule(rf"{_AFTER_OPERAND}({of['HALF']}|{of['_EXCEPT']})", ("keyword",)),
        Rule(rf"^([ \t]*{_below()})", ("keyword",)),
        Rule(f"({of['TO']}|{of['BOTH']})", ("operator",)),
        Rule(f"({of['ADDRESS']})", ("address",)),
        Rule(f"({of['DATE']})", ("date",)),
        *(Rule(f"({port})(/)({of['PROTOCOL']})", ("number", "operator", "protocol")) for port in _numbers()),
        Rule(rf"(:[ \t]*)(\*)(/)({of['PROTOCOL']})", ("operator", "wildcard", "operator", "protocol")),
        Rule(rf"(:[ \t]*)({of['STRING']})(/)({of['PROTOCOL']})", ("operator", "string", "operator", "protocol")),
        *(Rule(f"({port})", ("number",)) for port in _numbers()),
        Rule(f"({name})", ("name",)),
        Rule(r"(\*)", ("wildcard",)),
        Rule(r"([:=!/.]+)", ("operator",)),
        Rule(r"(\[)", ("punctuation",), enters=True),
        Rule(r"([{}(),])", ("punctuation",)),
    )
    inside = (
        *everywhere,
        Rule(r"(?:(?<=[\s\])])|^)(not)?(in)(?=\s*\()", ("keyword", "keyword")),
        Rule(f"((?:!=|==?)(?!>))([ \t]*)({of['VALUE']})?", ("operator", "punctuation", "value")),
        Rule(r"(!)", ("operator",)),
        Rule(rf"(?<=[(,])([ \t]*)({of['VALUE']})(?=[^\]\[=!(#\n]*\))", ("punctuation", "value")),
        Rule(rf"^([ \t]*)({of['VALUE']})(?=[^\]\[=!(\n]*\))", ("punctuation", "value")),
        Rule(f"({of['KEY']})", ("key",)),
        Rule(r"([(),])", ("punctuation",)),
    )
    return Rules(outside, inside, Rule(r"(\])", ("punctuation",)))


def _heads(name: str) -> tuple[Rule, ...]:
    """Return how statements begin."""
    of = terminals()
    alone = ("KW_IMPORT", "KW_STRICT_NAMES", "KW_NAMESPACE")
    declaring = ("KW_ENV", "KW_PODS", "KW_GROUP", "KW_NET", "KW_PORT", "KW_SERVICE", "KW_POLICY")
    baseline = f"{of['KW_BASELINE']}(?:{of['ASSUME']})?{of['_DENY']}{of['DIRECTION']}(?:{of['_ON']})?"
    paired = (("KW_ASSERT", "QUANTIFIER"), ("KW_TIER", "ACTION"))
    return (
        Rule(f"({baseline})", ("keyword",)),
        Rule(f"({of['KW_NAMES_BY']})({of['KEY']})", ("keyword", "key")),
        *(Rule(f"({of[first]}{of[second]})", ("keyword",)) for first, second in paired),
        Rule(f"({of['KW_PARAM']}{of['KIND']})({name})", ("keyword", "declared")),
        *(Rule(f"({of[each]})", ("keyword",)) for each in alone),
        *(Rule(f"({of[each]})({name})", ("keyword", "declared")) for each in declaring),
    )


def _numbers() -> tuple[str, str]:
    return terminals()["RANGE"], terminals()["NUMBER"]


def _below() -> str:
    """Return `except` at the beginning of a line, before what is excepted."""
    return r"except(?=[ \t]*(?:\{|[0-9a-fA-F]*:[0-9a-fA-F]*:|[0-9]+\.))"
