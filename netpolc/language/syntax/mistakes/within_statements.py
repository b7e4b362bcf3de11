"""Near-misses within a statement: confused signs, missing marks, ports and names written otherwise."""

from __future__ import annotations

import re

from netpolc.language.syntax.mistakes.brackets import CLOSING, begins_statement, end_of_statement
from netpolc.language.syntax.mistakes.model import ErrorContext, NearMiss, spanned
from netpolc.source import Span

SIGN_IN_SELECTOR = re.compile(r":[ \t]*")
REST_OF_SELECTOR = re.compile(
    r"(?:[ \t]*[:=!]?=?[ \t]*[A-Za-z0-9._/-]+\s*+(?:\([A-Za-z0-9._, \t-]*\)\s*+)?+,?\s*+)*+(?=\])"
)
SIGNED = re.compile(r"=[^,\n]*\Z")
SIGN_IN_DECLARATION = re.compile(r":=?|==|=>")
SIGN_BEFORE_PORTS = re.compile(
    r"(?:=|(?:(?:on|at|via)[ \t]+)?(?:ports?(?:[ \t]*[:=]|(?=[ \t])))?)[ \t]*(?=[0-9{\"*])",
)
DECLARATION = re.compile(r"(?:pods|group|net|port|service)[ \t]+[A-Za-z0-9_-]+")
PROTOCOL_FIRST = re.compile(r"(tcp|udp|sctp)[/:]([0-9]+(?:-[0-9]+)?)", re.IGNORECASE)
PROTOCOL_OF_SET = re.compile(r"[ \t]*/?[ \t]*(tcp|udp|sctp)(?![A-Za-z0-9_-])", re.IGNORECASE)
SET_OF_PORTS = re.compile(r":[ \t]*\{(?P<members>[0-9, \t*-]+)\}\Z")
PROTOCOL_APART = re.compile(r"(?:[ \t]*:)?[ \t]*(tcp|udp|sctp)(?![A-Za-z0-9_-])", re.IGNORECASE)
SIGNED_PORT = re.compile(r"[-+][0-9]+")
DASHED = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*-(?![A-Za-z0-9_>-])")
NUMBER = re.compile(r"[0-9]+(?![A-Za-z0-9_./-])")
WITHOUT_ARROW = re.compile(r"[A-Za-z0-9_./*-]+[ \t]+[A-Za-z0-9_./*-]+:[0-9{*\"]")
SOURCE_PORT = re.compile(r"[ \t]*:[ \t]*(?:\{[^}\n]*\}|[0-9\"*][^\s{]*)(?=[^\n]*->)")
TWO_SLASHES = re.compile(r"(?:^|[\s{,>])[^\s/:,]+/[^\s/:,]+\Z")
MEMBER = re.compile(r"[A-Za-z0-9_*\[{\"!]")
AFTER_MEMBER = re.compile(r"[A-Za-z0-9_*\]})\"]([ \t]+)\Z")
FINISHED = re.compile(r"[A-Za-z0-9_*\]})\"]\Z")
NEXT_LINE = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?\r?\n)++[ \t]*+(?=[A-Za-z0-9_*\[\"])")
EVERY_PROTOCOL = re.compile(r"[:{,][ \t]*(\*|[0-9]+(?:-[0-9]+)?)/\Z")
VALUED = re.compile(r"([A-Za-z0-9._/-]+)[ \t]*==?[ \t]*([A-Za-z0-9._-]+)\Z")
ALONE = re.compile(r"[A-Za-z0-9._-]+(?=[ \t]*[,\]])")
EXCEPT = re.compile(r"except(?=[ \t]+[0-9a-fA-F{:])")
HALVES = re.compile(
    r"[ \t]+(?P<word>both|inbound|outbound|in|out"
    r"|ingress[ \t,&]+(?:and[ \t]+)?egress|egress[ \t,&]+(?:and[ \t]+)?ingress)"
    r"(?=[ \t]*(?:#|\r|\n|\}|$))"
)
PORTS_BEFORE = re.compile(r"(?::|(?:^|\n)[ \t]*port[ \t]+[A-Za-z0-9_-]+[ \t]*=)[ \t]*\Z")
PORT = re.compile(r"[0-9]+(?:-[0-9]+)?(?![A-Za-z0-9_.-]|/[0-9])")
# Signs between a key and what is no value are left to others: a comma would make two requirements of one.
REQUIREMENT = re.compile(r"!?[ \t]*[A-Za-z0-9._/-]+(?:[ \t]*(?:[=!,\]#]|\r?\n|\Z)|[ \t]+(?:not)?in[ \t]*\()")


def confused_sign(context: ErrorContext) -> NearMiss | None:
    """Recognize `=` where `:` belongs, or the reverse, or `==`."""
    text = context.text
    if context.bracket == "[" and context.head[-1:].isalnum() and not SIGNED.search(context.inside):
        return _sign_in_selector(context)
    if not context.opened and DECLARATION.fullmatch(context.head):
        match = SIGN_IN_DECLARATION.match(text, context.at)
        blank = "" if text[context.at - 1] in " \t" else " "
        return _sign(match, f"{blank}=", "a declaration is written with `=`")
    return None


def _sign_in_selector(context: ErrorContext) -> NearMiss | None:
    """Recognize `[app: web, tier: front]`, whose signs are written in one go: who slips once does so again."""
    message = "a label and its value are joined by `=`"
    sign = SIGN_IN_SELECTOR.match(context.text, context.at)
    rest = REST_OF_SELECTOR.match(context.text, context.at)
    if sign is None or rest is None or rest[0].count(":") == 1:
        return _sign(sign, "=", message)
    right = re.sub(r"[ \t]*:[ \t]*", "=", rest[0])
    return NearMiss("NP111", message, spanned(sign), "use `=`", right, replaced=spanned(rest))


def missing_colon(context: ErrorContext) -> NearMiss | None:
    """Recognize `a -> b=80`, `a -> b port=80`, `a -> b on 80` and `a -> b 80`."""
    if context.bracket not in {"", "{"} or not context.past_arrow:
        return None
    last = re.split(r"[\s{,]", context.head)[-1]
    if (
        ":" in last
        or last in {"", "->", "<->", "except"}
        or last.endswith("/")
        or re.fullmatch(r"[0-9-]+(?:/\w+)?", last)
    ):
        return None
    match = SIGN_BEFORE_PORTS.match(context.text, context.at)
    if match is None or (not match[0].strip() and context.bracket):
        return None
    if match[0].startswith("="):
        return _sign(match, ":", "ports follow a `:`")
    span = Span(context.head_end, match.end())
    return NearMiss("NP101", "ports follow a `:`", span, "use `:`", ":")


def _sign(match: re.Match[str] | None, right: str, message: str) -> NearMiss | None:
    if match is None:
        return None
    return NearMiss("NP111", message, spanned(match), f"use `{right.strip()}`", right)


def misplaced_protocol(context: ErrorContext) -> NearMiss | None:
    """Recognize `:tcp/80`, `:80 tcp` and `:80:tcp`."""
    text = context.text
    begin = context.at - len(_word_before(context))
    match = PROTOCOL_FIRST.match(text, begin)
    if match is not None and begin < context.at and text[context.start : begin].rstrip()[-1:] in {":", "{", ","}:
        right = f"{match[2]}/{match[1].lower()}"
        return NearMiss("NP101", "the protocol follows the port", spanned(match), f"use `{right}`", right)
    end = context.start + len(text[context.start : context.at].rstrip())
    apart = PROTOCOL_APART.match(text, end)
    if apart is None or re.search(r"[:{,\-][ \t]*[0-9]+\Z", context.head) is None:
        return None
    right = f"/{apart[1].lower()}"
    return NearMiss("NP101", "a protocol follows its port after `/`", spanned(apart), f"use `{right}`", right)


def protocol_of_set(context: ErrorContext) -> NearMiss | None:
    """Recognize `:{80, 443}/tcp`, which holds for none of the members."""
    match = PROTOCOL_OF_SET.match(context.text, context.at)
    ports = SET_OF_PORTS.search(context.head)
    if match is None or ports is None or context.bracket not in {"", "{"}:
        return None
    protocol = match[1].lower()
    members = [each.strip() for each in ports["members"].split(",") if each.strip()]
    right = f":{{{', '.join(f'{each}/{protocol}' for each in members)}}}"
    replaced = Span(context.head_end - len(ports[0]), match.end())
    message = "a protocol follows each port after `/`"
    return NearMiss("NP101", message, spanned(match), f"use `{right}`", right, replaced=replaced)


def signed_port(context: ErrorContext) -> NearMiss | None:
    """Recognize `:-1`."""
    match = SIGNED_PORT.match(context.text, context.at)
    if match is None or context.head[-1:] not in {":", "{", ","}:
        return None
    return NearMiss(
        "NP302", f"there is no port {match[0]}", spanned(match), "ports go from 1 to 65535; `*` is every port"
    )


def trailing_dash(context: ErrorContext) -> NearMiss | None:
    """Recognize `webapp-`, and `:80-`, a range without an end."""
    if context.character != "-" or context.at <= context.start:
        return None
    word = DASHED.match(context.text, context.at - len(_word_before(context)))
    if word is None or word.end() <= context.at:
        return None
    right = word[0].rstrip("-")
    if right.isdigit():
        return NearMiss("NP101", f"the range `{word[0]}` does not end", spanned(word), "write both ends, as in `80-90`")
    return NearMiss("NP101", f"a name cannot end with `-`: `{word[0]}`", spanned(word), f"use `{right}`", right)


def _word_before(context: ErrorContext) -> str:
    """Return the characters of a name right before the offset."""
    at = context.at
    while at > context.start and re.match(r"[A-Za-z0-9_-]", context.text[at - 1]):
        at -= 1
    return context.text[at : context.at]


def bare_number(context: ErrorContext) -> NearMiss | None:
    """Recognize `a -> 8080`."""
    match = NUMBER.match(context.text, context.at)
    if match is None or context.bracket in {"[", "("}:
        return None
    if context.head and not context.head.endswith(("->", "{", ",", "=", "/")):
        return None
    right = f"[app={match[0]}]"
    return NearMiss("NP101", f"`{match[0]}` is a number, not a name", spanned(match), f"select by label: `{right}`")


def second_slash(context: ErrorContext) -> NearMiss | None:
    """Recognize `a/b/c`."""
    if context.character != "/" or context.bracket in {"[", "("} or TWO_SLASHES.search(context.head) is None:
        return None
    return NearMiss(
        "NP101",
        "an endpoint has one `/`",
        Span(context.at, context.at + 1),
        "write `namespace/pods`",
    )


def missing_arrow(context: ErrorContext) -> NearMiss | None:
    """Recognize `webapp database:5000`, where an arrow is missing."""
    if context.opened or "->" in context.line or not context.character.isalnum():
        return None
    if WITHOUT_ARROW.match(context.text, context.start) is None:
        return None
    span = Span(context.at, context.at)
    return NearMiss("NP101", "an arrow is missing here", span, "write `source -> destination:port`", "-> ")


def broken_flow(context: ErrorContext) -> NearMiss | None:
    """Recognize `a ->` with the destination on the next line."""
    if context.opened or context.character not in {"\r", "\n", "#"} or not context.head.endswith("->"):
        return None
    below = NEXT_LINE.match(context.text, context.head_end)
    if below is None or begins_statement(context.text, below.end(), over_lines=True):
        return None
    span = Span(context.head_end - 2, context.head_end)
    fix = None if "#" in below[0] else " "
    return NearMiss(
        "NP101",
        "a flow stands on one line",
        span if fix is None else spanned(below),
        "write its destination behind the arrow",
        fix,
        end_of_statement(context.text, below.end())[0],
    )


def second_arrow(context: ErrorContext) -> NearMiss | None:
    """Recognize `a -> b -> c:80`."""
    match = re.compile(r"<?-+>").match(context.text, context.at)
    if match is None or context.opened or not context.past_arrow:
        return None
    return NearMiss("NP101", "a flow has one arrow", spanned(match), "write a flow for each connection")


def source_port(context: ErrorContext) -> NearMiss | None:
    """Recognize `a:80 -> b:90`."""
    if context.character != ":" or context.opened or context.past_arrow:
        return None
    match = SOURCE_PORT.match(context.text, context.head_end)
    if match is None:
        return None
    return NearMiss("NP309", "ports belong to a destination", spanned(match), "remove them", "")


def missing_comma(context: ErrorContext) -> NearMiss | None:
    """Recognize `{a b}` on one line."""
    if not context.opened or MEMBER.match(context.character) is None:
        return None
    if context.bracket == "[" and REQUIREMENT.match(context.text, context.at) is None:
        return None
    other_value = _second_value(context)
    if other_value is not None:
        return other_value
    gap = AFTER_MEMBER.search(context.text[max(context.opened[0], context.at - 100) : context.at])
    if gap is None or "@" in context.head[:1] or _is_port_of_member(context):
        return None
    span = Span(context.at - len(gap[1]), context.at)
    return NearMiss("NP101", "a comma is missing here", span, "use `,`", ", ")


def _second_value(context: ErrorContext) -> NearMiss | None:
    """Recognize `[app=a b]`, where a comma would make a label of what may be another value."""
    first = VALUED.search(context.head) if context.bracket == "[" else None
    match = ALONE.match(context.text, context.at)
    if first is None or match is None:
        return None
    advice = f"write `{first[1]} in ({first[2]}, {match[0]})` for either value, or `, {match[0]}` for another label"
    return NearMiss("NP101", f"`{match[0]}` follows a value", spanned(match), advice)


def _is_port_of_member(context: ErrorContext) -> bool:
    """Tell whether a port stands here in a set of endpoints, so that a `:` is missing rather than a comma."""
    if context.bracket != "{" or PORT.match(context.text, context.at) is None:
        return False
    before = context.text[max(0, context.opened[0] - 100) : context.opened[0]]
    return PORTS_BEFORE.search(before) is None


def except_of_a_name(context: ErrorContext) -> NearMiss | None:
    """Recognize `office except 10.1.0.0/16`."""
    match = EXCEPT.match(context.text, context.at)
    if match is None or context.bracket in {"[", "("} or not context.head[-1:].isalnum():
        return None
    return NearMiss(
        "NP101", "`except` follows an address block", spanned(match), "write the block in place of its name"
    )


def every_protocol(context: ErrorContext) -> NearMiss | None:
    """Recognize `:*/*` and `:80/*`."""
    match = EVERY_PROTOCOL.search(context.head) if context.character == "*" else None
    if match is None:
        return None
    port = match[1]
    span = Span(context.at - len(port) - 1, context.at + 1)
    if port == "*":
        return NearMiss("NP101", "every port of every protocol is `:*`", span, "use `*`", "*")
    advice = f"name each: `{{{port}/tcp, {port}/udp}}`"
    return NearMiss("NP101", "there is no sign for every protocol of a port", span, advice)


def semicolon(context: ErrorContext) -> NearMiss | None:
    """Recognize `;` at the end of a statement, or between members."""
    if context.character != ";":
        return None
    after = context.at + 1
    span = Span(context.at, after)
    rest = context.text[after : context.line_end].split("#")[0].strip()
    if context.opened:
        right = "," if rest and rest[0] not in CLOSING and context.head[-1:] not in set("{[(,:=/.") else ""
        return NearMiss("NP101", "members are separated by `,`", span, "use `,`" if right else "remove the `;`", right)
    if not rest or rest[0] == "}":
        return NearMiss("NP101", "a statement ends with its line", span, "remove the `;`", "")
    if not begins_statement(context.text, after) or FINISHED.search(context.head) is None:
        return NearMiss("NP101", "a statement ends with its line", span, "write each statement on a line of its own")
    indent = context.line[: len(context.line) - len(context.line.lstrip())]
    span = Span(context.at, context.text.index(rest, after))
    return NearMiss("NP101", "a statement ends with its line", span, "begin a line", f"\n{indent}", after)


def full_stop(context: ErrorContext) -> NearMiss | None:
    """Recognize `a -> b:80.`, which ends as sentences do."""
    if context.character != "." or context.opened or context.line_end != context.at + 1 or not context.past_arrow:
        return None
    return NearMiss("NP101", "a statement ends with its line", Span(context.at, context.at + 1), "remove the `.`", "")


def both_halves(context: ErrorContext) -> NearMiss | None:
    """Recognize `a -> b:80 both` and `a -> b:80 inbound`."""
    match = HALVES.match(context.text, context.head_end) if context.past_arrow and not context.opened else None
    if match is None:  # the first of two halves has been read
        at = context.text.rfind(" ", context.start, context.head_end)
        match = HALVES.match(context.text, at) if context.past_arrow and not context.opened and at >= 0 else None
    if match is None or not match.start() <= context.at < match.end():
        return None
    right = {"inbound": " ingress", "in": " ingress", "outbound": " egress", "out": " egress"}.get(match[0].strip(), "")
    advice = f"use `{right.strip()}`" if right else "remove it"
    message = "a line is about one half where it ends in `ingress` or `egress`"
    return NearMiss("NP101", message, Span(match.start("word"), match.end()), advice, right, replaced=spanned(match))


def empty_brackets(context: ErrorContext) -> NearMiss | None:
    """Recognize `[]`, `{}` and `in ()`."""
    if not context.opened or context.character not in {"}", "]", ")"}:
        return None
    if context.text[context.opened[0] + 1 : context.at].strip():
        return None
    advice = {"[": "every pod is `*`", "{": "name a member", "(": "name a value"}[context.bracket]
    span = Span(context.opened[0], context.at + 1)
    return NearMiss("NP101", f"`{context.bracket}{context.character}` holds nothing", span, advice)
