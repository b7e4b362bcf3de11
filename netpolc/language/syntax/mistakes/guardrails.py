"""Near-misses in lines for the whole cluster: other words than `always deny`, and what only flows or blocks have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.language.syntax.mistakes.foreign import ARROW
from netpolc.language.syntax.mistakes.model import NearMiss, spanned
from netpolc.language.syntax.mistakes.patterns import EXCEPT
from netpolc.source import Span

if TYPE_CHECKING:
    from netpolc.language.syntax.mistakes.model import ErrorContext

ALLOW, DENY = "allow", "deny"
ACTIONS = {
    **dict.fromkeys(("allow", "allows", "allowed", "permit", "permits", "accept", "accepts", "open"), ALLOW),
    **dict.fromkeys(("deny", "denies", "denied", "block", "blocks", "reject", "rejects", "drop", "drops"), DENY),
    **dict.fromkeys(("forbid", "forbids", "prohibit", "close"), DENY),
}
"""What is said for the two words behind `always` and `default`."""

ALWAYS, DEFAULT = "always", "default"
TIERS = {
    **dict.fromkeys((ALWAYS, "admin", "cluster", "clusterwide", "cluster-wide", "everywhere"), ALWAYS),
    **dict.fromkeys(("first", "global", "globally", "must"), ALWAYS),
    **dict.fromkeys((DEFAULT, "baseline", "fallback", "finally", "last", "otherwise"), DEFAULT),
}
"""The two words that such a line begins with, the API's own for the same, and what people say."""

_ACTION = "|".join(sorted(ACTIONS, key=len, reverse=True))
WORDS = re.compile(
    rf"(?:(?P<tier>{'|'.join(sorted(TIERS, key=len, reverse=True))})[ \t:_-]*(?P<action>{_ACTION}):?"
    rf"|(?P<first>{_ACTION})[ \t]+(?P<second>always|default)"
    r"|(?P<never>never)(?:[ \t]+(?:allow|permit|accept))?)[ \t]+",
    re.IGNORECASE,
)
TIER = re.compile(r"(?:always|default)(?=[ \t]+[A-Za-z0-9_*\[{])")
BEGUN = re.compile(r"(?:always|default)[ \t]+(?:allow|deny)[ \t]")


def other_words(context: ErrorContext) -> NearMiss | None:
    """Recognize `first block a/* -> b/*:80`, `deny always …`, `never a/* -> …` and `always a/* -> b/*:80`."""
    if context.opened or "->" not in context.line:
        return None
    match = WORDS.match(context.text, context.start)
    if match is not None and context.start < context.at <= match.end():
        right = _meant(match)
        return None if right == match[0] else _said(match, right)
    tier = TIER.match(context.text, context.start)
    if tier is None or match is not None or not tier.end() < context.at <= tier.end() + 2 or context.past_arrow:
        return None
    advice = f"write `{tier[0]} allow` or `{tier[0]} deny`"
    return NearMiss("NP101", f"`{tier[0]}` is followed by `allow` or `deny`", spanned(tier), advice)


def _meant(match: re.Match[str]) -> str:
    if match["never"]:
        return "always deny "
    tier, action = match["tier"] or match["second"], match["action"] or match["first"]
    return f"{TIERS[tier.lower()]} {ACTIONS[action.lower()]} "


def _said(match: re.Match[str], right: str) -> NearMiss:
    message = "a line for the whole cluster begins with `always` or `default`, and `allow` or `deny`"
    words = Span(match.start(), match.start() + len(match[0].rstrip()))
    return NearMiss("NP101", message, words, f"use `{right.strip()}`", right, replaced=spanned(match))


def arrow(context: ErrorContext) -> NearMiss | None:
    """Recognize `always deny a/* <-> b/*:80` and other arrows than `->`."""
    match = ARROW.match(context.text, context.at) if _is_begun(context) else None
    if match is None or match[0] == "->" or context.opened or context.past_arrow:
        return None
    if match[0] in {"<->", "↔"}:
        return NearMiss(
            "NP102", "a line for the whole cluster goes one way", spanned(match), "write a line for each way"
        )
    if match[0].startswith("<"):
        advice = "put the source first: `source -> destination:port`"
        return NearMiss("NP102", f"`{match[0]}` is not an arrow of netpol", spanned(match), advice)
    return NearMiss("NP102", f"`{match[0]}` is not an arrow of netpol", spanned(match), "use `->`", "->")


def exception(context: ErrorContext) -> NearMiss | None:
    """Recognize `always deny */* but not a/* -> b/*:80`, and `except` behind the ports."""
    match = EXCEPT.match(context.text, context.at) if _is_begun(context) else None
    if match is None or context.bracket in {"[", "("} or match[0].strip() in {"-", "\\"}:
        return None
    word = Span(match.start(), match.start() + len(match[0].rstrip()))
    behind = context.text[context.start : context.at].partition("->")[2]
    if re.search(r":[^/\]]*\Z", behind) is not None:
        advice = "write it as in `always deny a/* -> b/* except b/web:80`"
        return NearMiss("NP101", "an exception stands before the ports", word, advice)
    if match[0].strip() == "except":
        return None
    message = "an exception begins with `except`"
    return NearMiss("NP101", message, word, "use `except`", "except ", replaced=spanned(match))


def _is_begun(context: ErrorContext) -> bool:
    return BEGUN.match(context.text, context.start) is not None
