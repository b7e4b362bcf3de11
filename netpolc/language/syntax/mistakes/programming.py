"""Near-misses of people who expect a programming language: variables, conditions and loops."""

from __future__ import annotations

import re

from netpolc.language.syntax.mistakes.model import NAME, ErrorContext, NearMiss, spanned
from netpolc.source import Span

VARIABLE = re.compile(
    rf"(?P<word>var|variable|let|const|val|def|define|set|local|alias)[ \t]+(?P<name>{NAME})[ \t]*(?P<sign>:?=)[ \t]*"
    r"(?P<value>[^\s#].*?)[ \t]*(?=#|\r|\n|\Z)"
)
ADDRESSES = re.compile(r"\{?[ \t]*(?:[0-9]+(?:\.[0-9]+){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)")
PORTS = re.compile(r"\{?[ \t]*[0-9]+(?:[-/, \t}]|$)")
CONDITION = re.compile(r"(?:if|unless|when|else|elif|switch|case)(?=[ \t({])")
LOOP = re.compile(r"(?:for|foreach|for_each|while|each|repeat)(?=[ \t({])")
CONDITION_BEHIND = re.compile(r"(?:if|unless|when)(?=[ \t]+[A-Za-z0-9_])")

NO_CONDITIONS = "netpol has no conditions"
BY_ENVIRONMENT = "what holds in one environment alone stands in its block: `env prod { … }`"


def variable(context: ErrorContext) -> NearMiss | None:
    """Recognize `var office = 10.0.0.0/8`: what is declared has a kind, which its value tells."""
    match = None if context.opened else VARIABLE.match(context.text, context.start)
    if match is None or not context.start < context.at <= match.start("value"):
        return None
    value = match["value"]
    kind = "pods" if value.startswith("[") else "net" if ADDRESSES.match(value) else None
    kind = kind or ("port" if PORTS.match(value) else "group" if value.startswith("{") else None)
    message = "a declaration begins with its kind"
    word = Span(match.start("word"), match.end("word"))
    if kind is None:
        advice = f"write `pods {match['name']} = [app=…]`, or `group`, `net`, `port` or `service`"
        return NearMiss("NP101", message, word, advice)
    right = f"{kind} {match['name']} ="
    replaced = Span(match.start("word"), match.end("sign"))
    return NearMiss("NP101", message, word, f"use `{kind}`", right, replaced=replaced)


def condition(context: ErrorContext) -> NearMiss | None:
    """Recognize `if prod { … }`, and `web -> db:80 if prod`."""
    if context.opened or not context.head:
        return None
    match = CONDITION.match(context.text, context.start)
    behind = CONDITION_BEHIND.match(context.text, context.at) if context.past_arrow else None
    if match is not None and "->" not in context.head:
        return NearMiss("NP101", NO_CONDITIONS, spanned(match), BY_ENVIRONMENT)
    return None if behind is None else NearMiss("NP101", NO_CONDITIONS, spanned(behind), BY_ENVIRONMENT)


def loop(context: ErrorContext) -> NearMiss | None:
    """Recognize `for x in …`."""
    match = LOOP.match(context.text, context.start)
    if match is None or context.opened or not context.head or "->" in context.head:
        return None
    advice = "a line is about each member of a set, `{web, api} -> db:80`, and a section about each of its namespaces, "
    return NearMiss("NP101", "netpol has no loops", spanned(match), f"{advice}`namespace {{a, b}}`")
