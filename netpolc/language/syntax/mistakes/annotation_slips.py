"""Near-misses in annotations: their parentheses, what stands in these, and where they stand."""

from __future__ import annotations

import re

from netpolc.language.syntax.annotations import TAKES_DATE
from netpolc.language.syntax.mistakes.model import ErrorContext, NearMiss, spanned
from netpolc.source import Span

NAME_BEFORE = re.compile(r"@([A-Za-z0-9_-]+)[ \t]*\(\Z")
VALUE = re.compile(
    r"(?P<quote>['`]?)(?P<date>([0-9]+)[-/.]([0-9]+)[-/.]([0-9]+))(?P=quote)(?=[ \t]*\))"
    r"|(?P<word>[^\s\"'#()\\][^\"#()\n\\]*)(?=\))"
)
BARE = re.compile(
    r"@(?P<name>[A-Za-z0-9_-]++)[ \t]*+[:=]?[ \t]*+"
    r"(?P<value>\"[^\"\\\n]*+\"|[^\s\"'#()\\](?:[^\"#()\n\\]*[^\s\"#()\\])?)?[ \t]*+(?=#|\r|\n|$)"
)
ANNOTATION = r"@[A-Za-z0-9_-]+[ \t]*\([ \t]*(?:\"(?:[^\"\\\n]|\\[^\n])*\"|[0-9-]+)[ \t]*\)"
BEHIND = re.compile(rf"[ \t]*+(?P<annotations>{ANNOTATION}(?:[ \t]*+{ANNOTATION})*+)[ \t]*+(?=#|\r|\n|$)")
LONGEST_YEAR, LONGEST_DAY = 4, 2


def annotation_value(context: ErrorContext) -> NearMiss | None:
    """Recognize `@owner(payments)`, `@expires(1.2.2027)` and `@expires('2027-02-01')`."""
    name = NAME_BEFORE.search(context.head) if context.bracket == "(" else None
    match = None if name is None else VALUE.match(context.text, context.at)
    if name is None or match is None:
        return None
    takes_date = TAKES_DATE.get(name[1], False)
    if match["quote"] and not takes_date:
        return None
    if match["word"] is not None and not takes_date:
        right = f'"{match[0].rstrip()}"'
        return NearMiss("NP109", f"`@{name[1]}` takes a quoted string", spanned(match), f"use `{right}`", right)
    year, month, day = match[3] or "", match[4] or "", match[5] or ""
    full = len(year) == LONGEST_YEAR and max(len(month), len(day)) <= LONGEST_DAY
    date = f"{year}-{month:0>2}-{day:0>2}" if full else None
    return NearMiss(
        "NP109",
        "a date is written year-month-day, each in full",
        spanned(match),
        f"use `{date}`" if date else "write it as in `2027-01-31`",
        date,
    )


def bare_annotation(context: ErrorContext) -> NearMiss | None:
    """Recognize `owner("payments")`."""
    if context.character != "(" or context.head not in TAKES_DATE:
        return None
    span = Span(context.start, context.start + len(context.head))
    return NearMiss("NP109", "an annotation begins with `@`", span, f"use `@{context.head}`", f"@{context.head}")


def missing_parentheses_of_annotation(context: ErrorContext) -> NearMiss | None:
    """Recognize `@owner payments` and `@owner: "payments"`."""
    begin = context.text.rfind("@", context.line_start, context.at)
    match = BARE.match(context.text, begin) if begin >= 0 and not context.opened else None
    if match is None or not match["value"] or not match.start() < context.at <= match.end():
        return None
    name, value = match["name"], match["value"]
    message = f"the value of `@{name}` stands in parentheses"
    takes_date = TAKES_DATE.get(name)
    plain = value.strip('"').rstrip()
    is_date = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", plain) is not None
    if takes_date is None or not plain or "->" in plain or (takes_date and not is_date):
        sample = "2027-01-31" if takes_date else '"…"'
        return NearMiss("NP101", message, spanned(match), f"write it as in `@{name}({sample})`")
    right = f"@{name}({plain})" if takes_date else f'@{name}("{plain}")'
    return NearMiss("NP101", message, Span(begin, match.end("value")), f"use `{right}`", right)


def annotation_behind(context: ErrorContext) -> NearMiss | None:
    """Recognize `a -> b:80 @owner("payments")`."""
    if context.opened or context.character != "@" or not context.head or context.head.startswith("@"):
        return None
    match = BEHIND.match(context.text, context.head_end)
    message = "an annotation stands above its statement"
    if match is None:
        return NearMiss("NP101", message, Span(context.at, context.at + 1), "write it on the line above")
    span = Span(match.start("annotations"), match.end("annotations"))
    before = context.text[context.line_start : context.start]
    if "\n" in context.text[context.start : context.at] or before.strip():
        return NearMiss("NP101", message, span, "write it on the line above")
    right = f"{match['annotations']}\n{before}{context.text[context.start : context.head_end]}"
    replaced = Span(context.start, match.end("annotations"))
    return NearMiss("NP101", message, span, "move it to the line above", right, replaced=replaced)
