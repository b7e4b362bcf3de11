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


class HighlightingRule(NamedTuple):
    """A pattern, and the kind of each of its groups; `enters` is whether a selector begins behind it, or ends."""

    pattern: str
    kinds: tuple[Kind, ...]
    enters: bool = False


class HighlightingRules(NamedTuple):
    """The rules outside of selectors, within them, and the one that ends them."""

    outside: tuple[HighlightingRule, ...]
    inside: tuple[HighlightingRule, ...]
    end: HighlightingRule


@cache
def terminals() -> dict[str, str]:
    """Return the regular expressions of the grammar's terminals by their names."""
    text = bundled("grammar", "netpol.lark").read_text("utf-8")
    return {name: pattern.replace(r"\/", "/") for name, pattern in _TERMINAL.findall(text)}


@cache
def rules() -> HighlightingRules:
    """Return all rules, in the order in which they are tried."""
    of = terminals()
    name = of["NAME"]
    everywhere = (HighlightingRule(r"(#[^\n]*)", ("comment",)), HighlightingRule(f"({of['STRING']})", ("string",)))
    outside = (
        *everywhere,
        HighlightingRule(rf"(@)({name})", ("annotation", "annotation")),
        *(
            HighlightingRule(rf"(?:^|(?<=[{{)]))([ \t]*){head.pattern}", ("punctuation", *head.kinds))
            for head in _heads(name)
        ),
        HighlightingRule(rf'(?<=")({of["_AS"]}[ \t]+)({name})', ("keyword", "declared")),
        HighlightingRule(rf"{_AFTER_OPERAND}({of['HALF']}|{of['_EXCEPT']})", ("keyword",)),
        HighlightingRule(rf"^([ \t]*{_below()})", ("keyword",)),
        HighlightingRule(f"({of['TO']}|{of['BOTH']})", ("operator",)),
        HighlightingRule(f"({of['ADDRESS']})", ("address",)),
        HighlightingRule(f"({of['DATE']})", ("date",)),
        *(
            HighlightingRule(f"({port})(/)({of['PROTOCOL']})", ("number", "operator", "protocol"))
            for port in _numbers()
        ),
        HighlightingRule(rf"(:[ \t]*)(\*)(/)({of['PROTOCOL']})", ("operator", "wildcard", "operator", "protocol")),
        HighlightingRule(
            rf"(:[ \t]*)({of['STRING']})(/)({of['PROTOCOL']})", ("operator", "string", "operator", "protocol")
        ),
        *(HighlightingRule(f"({port})", ("number",)) for port in _numbers()),
        HighlightingRule(f"({name})", ("name",)),
        HighlightingRule(r"(\*)", ("wildcard",)),
        HighlightingRule(r"([:=!/.]+)", ("operator",)),
        HighlightingRule(r"(\[)", ("punctuation",), enters=True),
        HighlightingRule(r"([{}(),])", ("punctuation",)),
    )
    inside = (
        *everywhere,
        HighlightingRule(r"(?:(?<=[\s\])])|^)(not)?(in)(?=\s*\()", ("keyword", "keyword")),
        HighlightingRule(f"((?:!=|==?)(?!>))([ \t]*)({of['VALUE']})?", ("operator", "punctuation", "value")),
        HighlightingRule(r"(!)", ("operator",)),
        HighlightingRule(rf"(?<=[(,])([ \t]*)({of['VALUE']})(?=[^\]\[=!(#\n]*\))", ("punctuation", "value")),
        HighlightingRule(rf"^([ \t]*)({of['VALUE']})(?=[^\]\[=!(\n]*\))", ("punctuation", "value")),
        HighlightingRule(f"({of['KEY']})", ("key",)),
        HighlightingRule(r"([(),])", ("punctuation",)),
    )
    return HighlightingRules(outside, inside, HighlightingRule(r"(\])", ("punctuation",)))


def _heads(name: str) -> tuple[HighlightingRule, ...]:
    """Return how statements begin."""
    of = terminals()
    alone = ("KW_IMPORT", "KW_STRICT_NAMES", "KW_NAMESPACE")
    declaring = ("KW_ENV", "KW_PODS", "KW_GROUP", "KW_NET", "KW_PORT", "KW_SERVICE", "KW_POLICY")
    baseline = f"{of['KW_BASELINE']}(?:{of['ASSUME']})?{of['_DENY']}{of['DIRECTION']}(?:{of['_ON']})?"
    paired = (("KW_ASSERT", "QUANTIFIER"), ("KW_TIER", "ACTION"))
    return (
        HighlightingRule(f"({baseline})", ("keyword",)),
        HighlightingRule(f"({of['KW_NAMES_BY']})({of['KEY']})", ("keyword", "key")),
        *(HighlightingRule(f"({of[first]}{of[second]})", ("keyword",)) for first, second in paired),
        HighlightingRule(f"({of['KW_PARAM']}{of['KIND']})({name})", ("keyword", "declared")),
        *(HighlightingRule(f"({of[each]})", ("keyword",)) for each in alone),
        *(HighlightingRule(f"({of[each]})({name})", ("keyword", "declared")) for each in declaring),
    )


def _numbers() -> tuple[str, str]:
    return terminals()["RANGE"], terminals()["NUMBER"]


def _below() -> str:
    """Return `except` at the beginning of a line, before what is excepted."""
    return r"except(?=[ \t]*(?:\{|[0-9a-fA-F]*:[0-9a-fA-F]*:|[0-9]+\.))"
