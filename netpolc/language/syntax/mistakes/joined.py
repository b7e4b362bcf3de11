"""Near-misses in what is joined: `|`, `&&`, `and` and commas where netpol has sets and lists."""

from __future__ import annotations

import re

from netpolc.language.syntax.mistakes.model import ELEMENT, ErrorContext, NearMiss, spanned
from netpolc.source import Span

ALL, SOME = r"&&?|\+|(?:and|AND)(?![A-Za-z0-9_-])", r"\|\|?|(?:or|OR)(?![A-Za-z0-9_-])"
SIGN = re.compile(rf"{ALL}|{SOME}")
LAST_ELEMENT = re.compile(rf"{ELEMENT}\Z")
SEPARATOR = r"(?:[ \t]*(?:,|\|\|?|&&?|\+)[ \t]*|[ \t]+(?:and|or|AND|OR)[ \t]+)"
LIST = re.compile(rf"{ELEMENT}(?:{SEPARATOR}{ELEMENT})++")
KEY, VALUE = r"[A-Za-z0-9._/-]+", r"[A-Za-z0-9._-]+"
OR = r"[ \t]*(?:\|\|?|(?<=[ \t])(?:or|OR)(?=[ \t]))[ \t]*"
VALUES = re.compile(
    rf"(?P<key>{KEY})[ \t]*==?[ \t]*(?:\(?{VALUE}(?:{OR}(?:(?P=key)[ \t]*==?[ \t]*)?{VALUE})++\)?"
    rf"|\([ \t]*{VALUE}(?:[ \t]*,[ \t]*{VALUE})*+[ \t]*\))(?=[ \t]*[,\]])"
)
REQUIREMENTS = re.compile(
    rf"\[[ \t]*(?P<all>!?{KEY}(?:[ \t]*!?==?[ \t]*{VALUE})?(?:{OR}!?{KEY}(?:[ \t]*!?==?[ \t]*{VALUE})?)++)[ \t]*\]"
)
LAST_REQUIREMENT = re.compile(rf"{KEY}[ \t]*==?[ \t]*(?:{VALUE}[ \t]*)?\Z")


def alternative_labels(context: ErrorContext) -> NearMiss | None:
    """Recognize `[app=a|b]`, `[app=a or app=b]`, `[app=(a, b)]`, and alternatives of several labels."""
    if context.bracket != "[" or not (
        re.match(SOME, context.text[context.at : context.at + 3]) or context.character == "("
    ):
        return None
    last = LAST_REQUIREMENT.search(context.inside)
    match = None if last is None else VALUES.match(context.text, context.opened[0] + 1 + last.start())
    if match is not None:
        values = re.findall(VALUE, re.sub(rf"(?:^|(?<=[ \t|])){re.escape(match['key'])}[ \t]*==?", "", match[0]))
        right = f"{match['key']} in ({', '.join(value for value in values if value not in {'or', 'OR'})})"
        return NearMiss("NP101", "alternatives of a label stand in a list", spanned(match), f"use `{right}`", right)
    if context.character == "(":
        return None
    sign = re.compile(SOME).match(context.text, context.at)
    if sign is None:
        return None
    message = "all that a selector asks for has to hold"
    whole = REQUIREMENTS.match(context.text, context.opened[0])
    if whole is None:
        return NearMiss("NP101", message, spanned(sign), "write alternatives as a set: `{[app=web], [tier=front]}`")
    right = f"{{{', '.join(f'[{each.strip()}]' for each in re.split(OR, whole['all']))}}}"
    return NearMiss("NP101", message, spanned(sign), f"use `{right}`", right, replaced=spanned(whole))


def joining_word(context: ErrorContext) -> NearMiss | None:
    """Recognize `[a && b]`, `{a | b}` and `in (a or b)`, where commas belong."""
    sign = SIGN.match(context.text, context.at) if context.opened else None
    if sign is None or (sign[0].isalpha() and context.text[sign.end() : sign.end() + 1] not in set(" \t\n[{*!")):
        return None
    before = context.text[context.opened[0] + 1 : context.at]
    begin = context.at - len(before) + len(before.rstrip(" \t"))
    after = re.compile(r"[ \t]*").match(context.text, sign.end())
    if not before.strip() or after is None or before.rstrip()[-1:] in ",=:/(":
        return None
    end = after.end()
    right = "" if context.text[end : end + 1] in {"\n", "\r"} else " "
    message = f"{'requirements' if context.bracket == '[' else 'members'} are separated by `,`"
    return NearMiss("NP101", message, spanned(sign), "use `,`", f",{right}", replaced=Span(begin, end))


def unbraced_list(context: ErrorContext) -> NearMiss | None:
    """Recognize `a -> b, c:80`, `a -> b:80, 443`, `a | b -> c:80` and `a and b -> c:80`."""
    sign = re.compile(rf",|{SIGN.pattern}").match(context.text, context.at)
    if context.opened or sign is None or not context.head:
        return None
    place = spanned(sign)
    if sign[0] == "," and context.line_end == context.at + 1:
        return NearMiss("NP101", "a statement ends with its line", place, "remove the `,`", "")
    last = LAST_ELEMENT.search(context.head)
    if last is None:
        return NearMiss("NP101", "several endpoints stand in braces", place, "write `{a, b}`")
    begin = context.head_end - len(last[0])
    before = context.text[context.start : begin].rstrip()
    ports = before.endswith(":") or re.fullmatch(r"port[ \t]+\S+[ \t]*=", before) is not None
    match = LIST.match(context.text, begin)
    if ports and sign[0] != "," and match is not None and not all(each[0].isdigit() for each in _members(match[0])):
        match = None
    if ports and (match is None or context.text[match.end() : match.end() + 1] != ":"):
        right = None if match is None else _braced(match[0])
        span = place if match is None else spanned(match)
        return NearMiss("NP101", "several ports stand in braces", span, f"use `{right or '{80, 443}'}`", right)
    if ports or match is None or before.endswith(("/", ".")):
        return NearMiss("NP101", "several endpoints stand in braces", place, "write `{a:80, b:443}`")
    right = _braced(match[0])
    return NearMiss("NP101", "several endpoints stand in braces", spanned(match), f"use `{right}`", right)


def _braced(members: str) -> str:
    """Write a list as a set; what stands in brackets has commas of its own."""
    return f"{{{', '.join(_members(members))}}}"


def _members(members: str) -> list[str]:
    return [each for each in re.findall(ELEMENT, members) if each not in {"and", "or", "AND", "OR"}]
