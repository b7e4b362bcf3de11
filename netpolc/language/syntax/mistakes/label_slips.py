"""Near-misses within selectors: operators and lists of values that are not those of kubectl."""

from __future__ import annotations

import re

from netpolc.language.syntax.mistakes.model import GAP, INSIDE, ErrorContext, NearMiss, spanned
from netpolc.source import Span

SIGN = re.compile(r"[<>=!~]*[<>~][<>=!~]*")
IN = re.compile(
    r"((?:not[ \t]*)?in)(?![A-Za-z0-9_-])(?:(?P<list>[ \t]*\()|[ \t]+(?P<alone>[A-Za-z0-9._-]+)[ \t]*(?=\])"
    r"|[ \t]*+[\[{][ \t]*+(?P<braced>[A-Za-z0-9._, \t-]*[A-Za-z0-9])[ \t]*+,?[ \t]*+[\]}])?",
    re.IGNORECASE,
)
WORD = re.compile(
    r"([A-Za-z]+)(?=[ \t]+[A-Za-z0-9._\"-]|[ \t]*\()|(exists|doesnotexist)(?![A-Za-z0-9_.=/-])", re.IGNORECASE
)
AFTER_KEY = re.compile(r"[\[,\n][ \t]*[A-Za-z0-9._/-]*[A-Za-z0-9][ \t]*\Z")
AFTER_COMMA = re.compile(rf"[(,]{GAP}\Z")
OPERATORS = "use `=`, `!=`, `in (…)`, `notin (…)`, a key alone, or `!key`"


def selector_sign(context: ErrorContext) -> NearMiss | None:
    """Recognize an operator that Kubernetes' selectors do not have."""
    begin = context.at
    while context.bracket == "[" and context.text[begin - 1] in "=!<>~":
        begin -= 1
    match = SIGN.match(context.text, begin) if context.bracket == "[" else None
    return None if match is None else _no_operator(match[0], spanned(match))


def missing_parentheses(context: ErrorContext) -> NearMiss | None:
    """Recognize `[app in a]`, `[app in [a, b]]`, `[app not in (a)]` and `[app IN (a)]`."""
    match = IN.match(context.text, context.at) if _is_after_key(context) else None
    if match is None:
        return None
    written, word = match[1], Span(match.start(1), match.end(1))
    operator = "".join(written.split()).lower()
    values = match["alone"] or match["braced"]
    right = f"{operator} ({values})" if values else None
    if written == operator:
        return NearMiss(
            "NP101",
            f"the values of `{operator}` stand in parentheses",
            spanned(match) if right else word,
            f"use `{right or f'{operator} (…)'}`",
            right,
        )
    why = "is one word" if written.islower() and operator != written else f"is written `{operator}`"
    if match["list"]:
        return NearMiss("NP101", f"`{written}` {why}", word, f"use `{operator}`", operator)
    return NearMiss("NP101", f"`{written}` {why}", spanned(match), f"use `{right or f'{operator} (…)'}`", right)


def unknown_operator(context: ErrorContext) -> NearMiss | None:
    """Recognize `[tier lt 3]` and `[tier exists]`: a word after a key that names an operator, as Kubernetes might."""
    match = WORD.match(context.text, context.at) if _is_after_key(context) else None
    return None if match is None else _no_operator(match[0], spanned(match))


def empty_value(context: ErrorContext) -> NearMiss | None:
    """Recognize `in (a,)`, which kubectl takes for the values `a` and nothing; also `(,a)` and `(a,,b)`."""
    if context.bracket != "(" or context.character not in {",", ")"} or context.head.startswith("@"):
        return None
    match = AFTER_COMMA.search(context.text, max(context.opened[0], context.at - INSIDE), context.at)
    if match is None or (match[0][0] == "(" and context.character == ")"):
        return None
    comma = match.start() if context.character == ")" else context.at
    advice = 'leave the comma out, or write the empty value: `""`'
    span = Span(comma, comma + 1)
    return NearMiss("NP101", "to kubectl, this comma adds an empty value", span, advice, "")


def _is_after_key(context: ErrorContext) -> bool:
    if context.bracket != "[":
        return False
    return AFTER_KEY.search(context.text, max(context.opened[0], context.at - INSIDE), context.at) is not None


def _no_operator(written: str, span: Span) -> NearMiss:
    return NearMiss("NP111", f"`{written}` is no operator of Kubernetes' label selectors", span, OPERATORS)
