"""Near-misses of choice: wildcards, regular expressions and exceptions, which only address blocks have."""

from __future__ import annotations

import re

from netpolc.language.syntax import hosts
from netpolc.language.syntax.mistakes.model import ELEMENT, NAME, ErrorContext, NearMiss, spanned
from netpolc.source import Span

WORD = r"[A-Za-z0-9_.*?^$+~%-]"
BEFORE = re.compile(rf"{WORD}*\Z")
LONGEST_WORD = 100
PATTERN = re.compile(rf"(?={WORD}*[A-Za-z_])(?={WORD}*[*?^$~%]){WORD}*[A-Za-z0-9_*?^$%]")
TEMPLATE = re.compile(r"\$\{[^}\n]*\}|\{\{[^}\n]*\}\}|\$[A-Za-z_][A-Za-z0-9_]*|%\([A-Za-z0-9_]+\)s|<%[^\n]*?%>")
REGEX = re.compile(r"/(?=[^/\s]*[*+?.^$|\\(\[])[^/\n]*/")
ANY_VALUE = re.compile(r"(?P<key>[A-Za-z0-9._/-]+)[ \t]*(?P<sign>!=|==?)[ \t]*\*(?=[ \t]*[,\]])")
LISTED = re.compile(r"[ \t]+(?:not)?in[ \t]*\([^()\n]*\Z")
LAST_KEY = re.compile(r"[A-Za-z0-9._/-]+[ \t]*(?:!=|==?)[ \t]*\Z")
VALUE_PATTERN = re.compile(r"(?:/[^/\s\]]*/|(?!~)[A-Za-z0-9._-]*[*?^$~+\\][A-Za-z0-9._*?^$~+\\-]*)")
NO_PATTERN_OF_VALUES = "label values stand for themselves, there are no patterns"
INSTEAD_OF_VALUES = "list the values, as in `app in (web-a, web-b)`, or ask for a label that they share"
EXCEPT = re.compile(r"(?:except(?:ing)?|but(?:[ \t]+not)?|without|excluding|minus|not|-|\\)(?=[ \t{\[])[ \t]*")
REST = re.compile(
    rf"(?:\{{[ \t]*)?(?P<pods>(?:{ELEMENT})(?:[ \t]*,[ \t]*{ELEMENT})*)(?:[ \t]*+,?[ \t]*+\}})?"
    r"(?=[ \t]*(?:->|<->|:|\r|$))",
    re.MULTILINE,
)
ALL_OF = re.compile(r"(?:^|(?<=[\s>=]))(?:(?P<namespace>[A-Za-z0-9_*-]+)/)?\*\Z")
KEY = re.compile(r"^[ \t]*names[ \t]+by[ \t]+([A-Za-z0-9._/-]+)", re.MULTILINE)


def name_pattern(context: ErrorContext) -> NearMiss | None:
    """Recognize `web-*`, `*.web`, `team-*/web` and `/web.*/`, where names stand for themselves."""
    if context.bracket in {"[", "("} or context.head.endswith("@"):
        return None
    text, at = context.text, context.at
    regex = REGEX.match(text, at) if not context.head[-1:].isalnum() else None
    if regex is not None:
        return _no_pattern(spanned(regex), namespace=False)
    before = BEFORE.search(text, max(context.start, at - LONGEST_WORD), at)
    begin = at if before is None else before.start()
    while text[begin : begin + 1] == "-" and begin < at:
        begin += 1
    match = PATTERN.match(text, begin)
    if match is None or match.end() <= at or text[begin - 1 : begin] == ":" or "->" in match[0]:
        return None
    if match[0].startswith("*.") and "." in match[0][2:]:
        return None  # a domain
    return _no_pattern(spanned(match), namespace=text[match.end() : match.end() + 1] == "/")


def _no_pattern(span: Span, *, namespace: bool) -> NearMiss:
    of_namespaces = "name each namespace, or choose them by a label: `[team=web]/*`"
    advice = of_namespaces if namespace else hosts.INSTEAD_OF_PATTERN
    return NearMiss("NP101", hosts.NO_PATTERN, span, advice)


def template(context: ErrorContext) -> NearMiss | None:
    """Recognize `${db}`, `$PORT`, `{{ .Values.db }}` and `%(db)s`, which somebody would have to fill in."""
    match = TEMPLATE.search(context.text, context.start, context.line_end)
    if match is None or not match.start() <= context.at <= match.end():
        return None
    advice = "render it before, or let each environment bind a name: `param net vpn`, and `env prod { net vpn = … }`"
    return NearMiss("NP101", "netpol has no variables and templates", spanned(match), advice)


def value_pattern(context: ErrorContext) -> NearMiss | None:
    """Recognize `[app=web-*]`, `[app=*]`, `[app=/web.*/]` and `[app in (web-*)]`: values are compared as they are."""
    if context.bracket == "(" and LISTED.search(context.head):
        return _listed_pattern(context)
    key = None if context.bracket != "[" else _last_key(context)
    if key is None:
        return None
    every = ANY_VALUE.match(context.text, key)
    if every is not None:
        right = f"!{every['key']}" if every["sign"] == "!=" else every["key"]
        return NearMiss("NP101", "any value is asked for by the key alone", spanned(every), f"use `{right}`", right)
    sign = re.compile(r"[^=]*=+[ \t]*").match(context.text, key)
    match = None if sign is None else VALUE_PATTERN.match(context.text, sign.end())
    if match is None or match.end() <= context.at:
        return None
    return NearMiss("NP101", NO_PATTERN_OF_VALUES, spanned(match), INSTEAD_OF_VALUES)


def _listed_pattern(context: ErrorContext) -> NearMiss | None:
    """Recognize a pattern among the values of `in (web-*, api)`."""
    begin = context.at
    while re.match(r"[A-Za-z0-9._-]", context.text[begin - 1]):
        begin -= 1
    match = VALUE_PATTERN.match(context.text, begin)
    if match is None or match.end() <= context.at:
        return None
    advice = "any value is asked for by the key alone" if match[0] == "*" else INSTEAD_OF_VALUES
    return NearMiss("NP101", NO_PATTERN_OF_VALUES, spanned(match), advice)


def _last_key(context: ErrorContext) -> int | None:
    """Return where the requirement begins whose value is being read."""
    begin = max(context.opened[0] + 1, context.at - LONGEST_WORD)
    at = context.at
    while at > begin and re.match(r"[A-Za-z0-9._-]", context.text[at - 1]):
        at -= 1
    match = LAST_KEY.search(context.text, begin, at) if context.text[at - 1 : at] in {"=", " ", "\t"} else None
    return None if match is None else match.start()


def except_of_pods(context: ErrorContext) -> NearMiss | None:
    """Recognize `* except web`, `shop/* but not web` and `web except {api}`."""
    match = EXCEPT.match(context.text, context.at)
    if match is None or context.bracket in {"[", "("} or not re.search(r"[A-Za-z0-9_\]*}]\Z", context.head):
        return None
    if context.head == "assert":
        return None
    rest = REST.match(context.text, match.end())
    if (
        rest is None
        or re.match(r"[0-9]+\.", rest["pods"])
        or (match[0].strip() == "-" and not _has_arrow(context, rest))
    ):
        return None
    word = Span(context.at, context.at + len(match[0].rstrip()))
    message = "only address blocks have exceptions"
    everybody = ALL_OF.search(context.head)
    right = None if everybody is None else _without(everybody["namespace"], rest["pods"], context.text)
    if everybody is None or right is None:
        return NearMiss("NP101", message, word, "say it of the labels, as in `[tier=web, app!=api]`")
    replaced = Span(context.head_end - len(everybody[0]), rest.end())
    return NearMiss("NP101", message, word, f"use `{right}`", right, replaced=replaced)


def _has_arrow(context: ErrorContext, rest: re.Match[str]) -> bool:
    return context.past_arrow or "->" in context.text[rest.end() : context.line_end]


def _without(namespace: str | None, pods: str, text: str) -> str | None:
    """Return the selector of all pods of a namespace but some, if these go by the label of their names."""
    prefix = "" if namespace is None else f"{namespace}/"
    names = [each.strip().removeprefix(prefix) for each in pods.split(",")]
    if any(re.fullmatch(NAME, name) is None or _is_declared(name, text) for name in names):
        return None
    found = KEY.search(text)
    key = "app" if found is None else found[1]
    labels = f"{key}!={names[0]}" if len(names) == 1 else f"{key} notin ({', '.join(names)})"
    return f"{prefix}[{labels}]"


def _is_declared(name: str, text: str) -> bool:
    return (
        re.search(rf"^[ \t]*(?:param[ \t]+)?(?:pods|group|net|service)[ \t]+{re.escape(name)}\b", text, re.MULTILINE)
        is not None
    )
