"""The rules as a TextMate grammar, which VS Code, GitHub and many other editors read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from netpolc.language.highlighting.rules import rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from netpolc.language.highlighting.rules import HighlightingRule, Kind

SCOPES: Mapping[Kind, str] = {
    "address": "constant.other.address.netpol",
    "annotation": "storage.modifier.annotation.netpol",
    "comment": "comment.line.number-sign.netpol",
    "date": "constant.other.date.netpol",
    "declared": "entity.name.type.netpol",
    "key": "entity.other.attribute-name.netpol",
    "keyword": "keyword.control.netpol",
    "name": "variable.other.netpol",
    "number": "constant.numeric.netpol",
    "operator": "keyword.operator.netpol",
    "protocol": "constant.language.protocol.netpol",
    "punctuation": "punctuation.netpol",
    "string": "string.quoted.double.netpol",
    "value": "string.unquoted.netpol",
    "wildcard": "constant.language.wildcard.netpol",
}
"""The scopes that themes know, by what stands there."""


def grammar() -> str:
    """Write the grammar."""
    outside, inside, end = rules()
    document = {
        "name": "netpol",
        "scopeName": "source.netpol",
        "fileTypes": ["netpol"],
        "patterns": [_pattern(each, end) for each in outside],
        "repository": {"selector": {"patterns": [_pattern(each, end) for each in inside]}},
    }
    return json.dumps(document, indent=2) + "\n"


def _pattern(rule: HighlightingRule, end: HighlightingRule) -> dict[str, Any]:
    if not rule.enters:
        return {"match": rule.pattern, "captures": _captures(rule)}
    return {
        "begin": rule.pattern,
        "beginCaptures": _captures(rule),
        "end": end.pattern,
        "endCaptures": _captures(end),
        "patterns": [{"include": "#selector"}],
    }


def _captures(rule: HighlightingRule) -> dict[str, dict[str, str]]:
    return {str(number): {"name": SCOPES[kind]} for number, kind in enumerate(rule.kinds, 1)}
