"""The rules as a lexer of Pygments, which finds it by the entry point of its name; nothing else here needs Pygments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pygments.lexer import RegexLexer, bygroups  # type: ignore[import-untyped]  # its types are a package apart
from pygments.token import (  # type: ignore[import-untyped]  # as above
    Comment,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
)

from netpolc.language.highlighting.rules import HighlightingRule, Kind, rules

TOKENS: Mapping[Kind, Any] = {
    "address": Literal,
    "annotation": Name.Decorator,
    "comment": Comment.Single,
    "date": Literal.Date,
    "declared": Name.Class,
    "key": Name.Attribute,
    "keyword": Keyword,
    "name": Name,
    "number": Number.Integer,
    "operator": Operator,
    "protocol": Name.Constant,
    "punctuation": Punctuation,
    "string": String.Double,
    "value": String.Symbol,
    "wildcard": Name.Builtin,
}
"""The tokens that styles know, by what stands there."""


BLANKS = (r"\n|\s", Whitespace)
"""What no rule takes along. It comes last, since some rules look at what is before blanks, or at where lines begin."""


def _rule(rule: HighlightingRule, state: str | None = None) -> tuple[Any, ...]:
    return (rule.pattern, bygroups(*(TOKENS[kind] for kind in rule.kinds)), *([] if state is None else [state]))


class NetpolLexer(RegexLexer):  # type: ignore[misc]  # Pygments has no types
    """A lexer of netpol."""

    name = "netpol"
    aliases: ClassVar[list[str]] = ["netpol"]
    filenames: ClassVar[list[str]] = ["*.netpol"]
    url = "https://github.com/netpolc/netpolc"
    version_added = ""
    tokens: ClassVar[dict[str, list[tuple[Any, ...]]]] = {
        "root": [
            *(_rule(each, "selector" if each.enters else None) for each in rules().outside),
            BLANKS,
        ],
        "selector": [
            _rule(rules().end, "#pop"),
            *(_rule(each) for each in rules().inside),
            BLANKS,
        ],
    }
