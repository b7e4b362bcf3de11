"""Near-misses in what stands apart or is cut short: kinds before names, ports without commas, namespaces alone."""

from __future__ import annotations

import re

from netpolc.language.syntax.mistakes.model import INSIDE, NAME, ErrorContext, NearMiss, spanned
from netpolc.source import Span

NAMESPACES = frozenset({"namespace", "ns"})
KIND = r"(?:pods?|svc|services?|deploy|deployments?|sts|statefulsets?|ds|daemonsets?|namespace|ns)"
END = r"(?=[ \t]*(?:->|<->|:|,|\}|#|\r|\n|\Z))"
KIND_AND_NAME = re.compile(rf"(?<![A-Za-z0-9_./-])(?P<kind>{KIND})[ \t]+(?P<name>{NAME}){END}")
BEFORE_ENDS = ("->", "{", ",")
PORT = r"[0-9][0-9-]*(?:/[A-Za-z]+)?"
PORTS_APART = re.compile(rf"[:=][ \t]*(?P<ports>{PORT}(?:[ \t]+{PORT})++)(?=[ \t]*(?:#|\r|\n|\Z))")
CUT_SHORT = re.compile(rf"(?P<namespace>{NAME}|\*)/\Z")


def kind_before_name(context: ErrorContext) -> NearMiss | None:
    """Recognize `web -> pod db:1`, `pods web -> db:1` and `namespace data -> web:1`."""
    if context.bracket not in {"", "{"}:
        return None
    text, at = context.text, context.at
    behind = context.head_end if text.startswith(("->", "<->"), at) else -1
    begin, end = max(context.start, at - INSIDE), min(context.line_end, at + INSIDE)
    for match in KIND_AND_NAME.finditer(text, begin, end):
        is_first = match.start() == context.start
        is_end = text[begin : match.start()].rstrip(" \t").endswith(BEFORE_ENDS)
        begins_flow = is_first and text[match.end() : end].lstrip(" \t").startswith(("->", "<->"))
        if (match.start("name") == at and (is_end or begins_flow)) or (match.end() == behind and is_first):
            right = f"{match['name']}/*" if match["kind"] in NAMESPACES else match["name"]
            message = f"an end of a flow is named without `{match['kind']}`"
            return NearMiss("NP101", message, spanned(match), f"use `{right}`", right)
    return None


def ports_apart(context: ErrorContext) -> NearMiss | None:
    """Recognize `db:5432 5433` and `port p = 80 443`."""
    sign = max(context.text.rfind(each, context.start, context.at) for each in ":=")
    match = None if context.opened or sign < 0 else PORTS_APART.match(context.text, sign)
    if match is None or not match.start("ports") < context.at < match.end():
        return None
    right = f"{{{', '.join(match['ports'].split())}}}"
    span = Span(match.start("ports"), match.end("ports"))
    return NearMiss("NP101", "several ports stand in braces", span, f"use `{right}`", right)


def namespace_alone(context: ErrorContext) -> NearMiss | None:
    """Recognize `data/:1` and `data/ -> web:1`."""
    match = CUT_SHORT.search(context.head) if context.character in {":", "-", "<", ",", "}"} else None
    if match is None or context.bracket not in {"", "{"}:
        return None
    name = match["namespace"]
    span = Span(context.head_end - len(match[0]), context.head_end)
    advice = f"every pod there is `{name}/*`, and some are `{name}/NAME`"
    return NearMiss("NP101", "no pods are named behind the namespace", span, advice)
