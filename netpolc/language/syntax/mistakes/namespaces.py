"""Near-misses in what `namespace` opens: labels, wildcards and lists where names belong."""

from __future__ import annotations

import re

from netpolc.language.syntax.mistakes.model import NAME, ErrorContext, NearMiss, spanned
from netpolc.source import Span

KEYWORD = re.compile(r"namespace[ \t]*")
WORD_BEFORE = re.compile(r"[A-Za-z0-9_.-]*\Z")
LONGEST_WORD = 100
WORD = re.compile(r"[A-Za-z0-9_.*?/-]+")
SELECTOR = re.compile(r"\[[^\][{}#\"]{0,200}\]")
QUOTED = re.compile(r'"([A-Za-z0-9_][A-Za-z0-9_-]*)"')
UNBRACED = re.compile(
    rf"namespace[ \t]+({NAME}(?:(?:[ \t]*,[ \t]*|[ \t]+(?:and|or)[ \t]+|[ \t]+){NAME})++)[ \t]*(?:[\[{{#\r]|$)",
    re.MULTILINE,
)
BETWEEN = re.compile(r"[ \t]*,[ \t]*|[ \t]+(?:(?:and|or)[ \t]+)?")


def unbraced_names(context: ErrorContext) -> NearMiss | None:
    """Recognize `namespace a, b`, `namespace a b` and `namespace a and b`."""
    match = None if context.opened else UNBRACED.match(context.text, context.start)
    if match is None or not match.start(1) < context.at < match.end(1):
        return None
    right = f"{{{', '.join(BETWEEN.split(match[1]))}}}"
    span = Span(match.start(1), match.end(1))
    return NearMiss("NP101", "several namespaces stand in braces", span, f"use `{right}`", right)


def no_name(context: ErrorContext) -> NearMiss | None:
    """Recognize `namespace [team=web]`, `namespace *`, `namespace {a, team-*}` and `namespace {"a", b}`."""
    at = context.at
    begin = at - len(_word_before(context))
    if not _is_opened(context, begin):
        return None
    text = context.text
    if text[at : at + 1] == "[":
        return _by_labels(context)
    quoted = QUOTED.match(text, at)
    if quoted is not None:
        return NearMiss("NP101", "names stand without quotes", spanned(quoted), f"use `{quoted[1]}`", quoted[1])
    if text[at : at + 1] == "{" and context.opened:
        message = "sets of namespaces do not nest"
        return NearMiss("NP101", message, Span(at, at + 1), "name all of them in one: `namespace {shop, data}`")
    word = WORD.match(text, begin)
    return None if word is None else _no_word(word)


def _word_before(context: ErrorContext) -> str:
    match = WORD_BEFORE.search(context.text, max(context.start, context.at - LONGEST_WORD), context.at)
    return "" if match is None else match[0]


def _is_opened(context: ErrorContext, begin: int) -> bool:
    """Tell whether a namespace to be opened begins at an offset: behind the keyword, or in the braces behind it."""
    text, start = context.text, context.start
    end = context.opened[0] if context.opened and context.opened[0] < begin else begin
    keyword = KEYWORD.fullmatch(text, start, end)
    if keyword is None or end == start:
        return False
    return context.bracket == "{" if context.opened else text[begin - 1] in " \t"


def _by_labels(context: ErrorContext) -> NearMiss:
    selector = SELECTOR.match(context.text, context.at)
    shown = "[team=web]" if selector is None else " ".join(selector[0].split())
    span = Span(context.at, context.at + 1) if selector is None else spanned(selector)
    if context.opened:
        advice = f"name it; what several carry is stated behind their names: `namespace {{shop, data}} {shown}`"
    else:
        advice = f"name it: `namespace shop {shown}`, or several: `namespace {{shop, data}} {shown}`"
    message = f"namespaces are opened by name; labels choose them at the ends of flows, as in `{shown}/*`"
    return NearMiss("NP101", message, span, advice)


def _no_word(word: re.Match[str]) -> NearMiss | None:
    written = word[0]
    if "*" in written or "?" in written:
        message = "namespaces are opened by name, without wildcards"
        advice = "name each that this program writes policies for, as in `namespace {shop, data}`"
    elif "." in written or "/" in written or written.isdigit():
        message = f"netpol cannot open a namespace `{written}`"
        advice = "its name has letters, digits and `-`, and is no bare number, as in `namespace shop`"
    else:
        return None
    return NearMiss("NP101", message, spanned(word), advice)
