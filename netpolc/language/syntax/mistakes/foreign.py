"""Near-misses from elsewhere: other languages' arrows, comments, quotes and documents, and look-alike characters."""

from __future__ import annotations

import re
import unicodedata

from netpolc.language.syntax import hosts
from netpolc.language.syntax.mistakes.model import INSIDE, ErrorContext, NearMiss, spanned
from netpolc.language.syntax.mistakes.patterns import INSTEAD_OF_VALUES, NO_PATTERN_OF_VALUES
from netpolc.language.syntax.mistakes.statements import form_of
from netpolc.source import Span

ARROW = re.compile(
    r"<?[=~-]+>+|<[=~-]*|>+|-[ \t]+>|→|⇒|⟶|↔|[\u2010-\u2015\u2212]+(?:>|(?=\s))|~+|-{1,2}(?=\s)|to(?=[ \t]+[\w\[{*])"
)
YAML_KEYS = (
    "apiVersion|kind|metadata|spec|ingress|egress|policyTypes|podSelector|matchLabels|from|to|ports|name|labels"
    "|namespaceSelector|ipBlock|cidr"
)
YAML_LINE = re.compile(rf'(?:---|\.\.\.|%YAML|- |(?:{YAML_KEYS})"?[ \t]*:)(?=\s|$|[^-0-9*{{"])')
YAML_BODY = re.compile(
    r"(?![^\n]*->)(?:[ \t]*(?:-|[\w./\"'-]+[ \t]*:(?=\s)|#|\.\.\.|---)[^\n]*|[ \t]*)(?:\n|\Z)",
)
LIST_ITEM = re.compile(r"-[ \t]+(?=[^\n]*->)")
JSON = re.compile(r'\{\s*"(?:apiVersion|kind|metadata|spec|items)"\s*:')
COMMENT_SIGN = re.compile(r"//|/\*|--(?=[ \t])")
CURLY_QUOTES = re.compile(r'[\u201c\u201d\u201e\u00ab]([^\u201c\u201d\u00bb"\\\n]*)[\u201c\u201d\u00bb]')
BARE = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
ENDPOINT = re.compile(
    r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?|[0-9]+(?:\.[0-9]+){3}/[0-9]+|[0-9A-Fa-f:]+:[0-9A-Fa-f:.]*/[0-9]+"
)
QUOTED_STATEMENT = re.compile(
    r"""(?P<quote>["'`])(?P<statement>[^"'`\n#]+->[^"'`\n#]+)(?P=quote)(?=(?P<rest>[ \t]*(?:#[^\n]*)?)(?:\r|\n|\Z))"""
)
TAKES_STRING = re.compile(
    r"(?::|(?:^|\n)[ \t]*(?:import|port[ \t]+[A-Za-z0-9_-]+[ \t]*=)|@[A-Za-z0-9_-]+[ \t]*\()\s*\Z"
)
PORTS_BEHIND = re.compile(r"(?:[^{}]*\})?[ \t]*:")
FOREIGN = re.compile(r"[^\x00-\x7f]+")
BARE_RETURN = "a carriage return alone does not end a line"
INVISIBLE = {"Cf", "Zl", "Zp", "Cc", "Cn", "Co", "Mn"}
LETTERS = str.maketrans(
    "\u0430\u0441\u0501\u0435\u0456\u0458\u043e\u0440\u051b\u0455\u0443\u0445\u051d\u03bd\u03bf\u0410\u0412\u0415"
    "\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1",
    "acdeijopqsyxwvoABEKMHOPCTXABEHIKMNOP",
)
"""Cyrillic and Greek letters in the shape of Latin ones, which Unicode's decompositions do not relate."""


def pasted_yaml(context: ErrorContext) -> NearMiss | None:
    """Recognize lines of a manifest, which are passed over as a whole."""
    text = context.text
    if context.opened or text[context.line_start : context.start].strip():
        return None
    first = context.line_start + len(context.line) - len(context.line.lstrip())
    item = LIST_ITEM.match(text, first)
    if item is not None and context.at == first:
        return NearMiss("NP103", "statements are no list", spanned(item), "remove the `-`", "")
    if YAML_LINE.match(text, first, context.line_end) is None:
        return None
    end = context.line_start
    while end < len(text):
        match = YAML_BODY.match(text, end)
        if match is None or match.end() == end:
            break
        end = match.end()
    ended = end - 1 if text[end - 1 : end] == "\n" else end
    return _document("YAML", Span(first, context.line_end), max(ended, context.at))


def pasted_json(context: ErrorContext) -> NearMiss | None:
    """Recognize a manifest in JSON, of which some lines may read as a set."""
    if JSON.match(context.text, context.start) is None:
        return None
    first = context.text[context.start :].split("\n", 1)[0].rstrip()
    return _document("JSON", Span(context.start, context.start + len(first)), None)


def _document(language: str, span: Span, resume: int | None) -> NearMiss:
    return NearMiss(
        "NP103",
        f"this is {language}, not netpol",
        span,
        "write the connections themselves, as in `webapp -> database:5000`; netpolc writes the YAML",
        resume=resume,
    )


def control_character(context: ErrorContext) -> NearMiss | None:
    """Recognize a control character: one below the blank, or DEL."""
    character = context.character
    if not character or (" " <= character != "\x7f") or character in "\t\n\r":
        return None
    message = f"the control character U+{ord(character):04X} cannot stand here"
    return NearMiss("NP105", message, Span(context.at, context.at + 1), "remove it", "")


def bare_return(context: ErrorContext) -> NearMiss | None:
    """Recognize a carriage return that no newline follows, among lines that end otherwise."""
    if context.character != "\r" or context.text[context.at + 1 : context.at + 2] in {"", "\n"}:
        return None
    return NearMiss("NP105", BARE_RETURN, Span(context.at, context.at + 1), "begin a line", "\n", context.at + 1)


def curly_quotes(context: ErrorContext) -> NearMiss | None:
    """Recognize a string in the quotes of a word processor."""
    match = CURLY_QUOTES.match(context.text, context.at)
    if match is None:
        return None
    message = "strings stand in straight quotes"
    right = _without_foreign_quotes(context, match[1])
    advice = 'use `"`' if right is None or right.startswith('"') else f"use `{right}`"
    return NearMiss("NP110", message, spanned(match), advice, right)


def foreign_character(context: ErrorContext) -> NearMiss | None:
    """Recognize characters outside of ASCII, also those that cut a name short."""
    match = FOREIGN.match(context.text, context.at)
    if match is None or ARROW.match(context.text, context.at):
        return None
    character, run = match[0][0], match[0]
    invisible = unicodedata.category(character) in INVISIBLE | {"Zs"}
    shown = "" if invisible else f" `{character}`"
    name = unicodedata.name(character, "an unnamed character")
    message = f"the character{shown} U+{ord(character):04X} ({name}) cannot stand here"
    plain = "".join(map(_plain, run))
    if not plain.isascii():
        advice = "names are written with the letters a to z, digits, `_` and `-`"
        return NearMiss("NP110", message, Span(context.at, context.at + 1), advice)
    return NearMiss("NP110", message, spanned(match), f"use `{plain}`" if plain.strip() else "remove it", plain)


def _plain(character: str) -> str:
    """Return a character's look-alike in ASCII, or itself where it has none."""
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category in INVISIBLE:
        return ""
    if category == "Pd":
        return "-"
    plain = unicodedata.normalize("NFKD", character.translate(LETTERS))[0]
    return plain if plain.isascii() and plain.isalnum() else character


def wrong_arrow(context: ErrorContext) -> NearMiss | None:
    """Recognize an arrow of another language or of a word processor, after what may be a source."""
    match = ARROW.match(context.text, context.at)
    if match is None or context.opened or not context.head or context.past_arrow or match[0] in {"->", "<->"}:
        return None
    if form_of(context) is not None and not context.head.startswith("assert"):
        return None
    arrow = match[0]
    message = f"`{arrow}` is not an arrow of netpol"
    if arrow.startswith("<") and not arrow.endswith(">"):
        return NearMiss("NP102", message, spanned(match), "put the source first: `source -> destination:port`")
    right = "<->" if arrow.startswith("<") or arrow == "↔" else "->"
    if "->" in context.text[match.end() : context.line_end].split("#")[0]:
        return NearMiss("NP102", message, spanned(match), "a flow has one arrow: remove what is too much")
    return NearMiss("NP102", message, spanned(match), f"use `{right}`", right)


def quoted_statement(context: ErrorContext) -> NearMiss | None:
    """Recognize `"web -> db:5432"`, a whole statement in quotes."""
    match = QUOTED_STATEMENT.match(context.text, context.start)
    if match is None or not match.start() <= context.at <= match.end("rest"):
        return None
    right = match["statement"].strip()
    return NearMiss("NP104", "statements stand without quotes", spanned(match), f"use `{right}`", right)


def quotes(context: ErrorContext) -> NearMiss | None:
    """Recognize a string that does not end, or that is in the wrong quotes."""
    quote = context.character
    if quote not in {'"', "'", "`"}:
        return None
    closing = context.text.find(quote, context.at + 1, context.line_end)
    if closing < 0:
        span = Span(context.at, context.line_end)
        return NearMiss("NP104", "this string does not end", span, 'close it with `"` on the same line')
    inner = context.text[context.at + 1 : closing]
    span = Span(context.at, closing + 1)
    is_value = context.bracket == ("[" if context.head.endswith("=") else "(") and "@" not in context.head
    if is_value and inner and BARE.fullmatch(inner) is None:
        return _no_value(inner, span)
    if quote == '"':
        labels = context.bracket in {"[", "("} and "@" not in context.head[-1:]
        return NearMiss("NP101", "labels stand without quotes", span, f"use `{inner}`", inner) if labels else None
    right = _without_foreign_quotes(context, inner)
    if right is None or right.startswith('"'):
        advice = 'use `"…"`' if right is None else f"use `{right}`"
        return NearMiss("NP104", "strings stand in double quotes", span, advice, right)
    if right.startswith("["):
        return NearMiss("NP104", hosts.IN_BRACKETS, span, f"use `{right}`", right)
    what = "labels" if context.bracket in {"[", "("} else "names and addresses"
    return NearMiss("NP104", f"{what} stand without quotes", span, f"use `{right}`", right)


def _no_value(inner: str, span: Span) -> NearMiss:
    """Say that no label has the value that stands in quotes."""
    if "*" in inner or "?" in inner:
        advice = "any value is asked for by the key alone, as in `[app]`" if inner == "*" else INSTEAD_OF_VALUES
        return NearMiss("NP101", NO_PATTERN_OF_VALUES, span, advice)
    advice = "write one as the pods have it: letters, digits, `-`, `_` and `.`, without quotes"
    return NearMiss("NP101", "no label has such a value", span, advice)


def _without_foreign_quotes(context: ErrorContext, inner: str) -> str | None:
    """Return what stands in other quotes as netpol has it: a string where one can stand, else without quotes."""
    opener = context.opened[0] if context.bracket == "{" else context.at
    before = context.text[max(0, opener - INSIDE) : opener]
    if TAKES_STRING.search(before) or (context.bracket == "(" and "@" in context.head):
        if before.endswith(":") and hosts.are_ports(inner):
            return inner
        return None if '"' in inner or "\\" in inner else f'"{inner}"'
    if context.bracket in {"[", "("}:
        return inner if BARE.fullmatch(inner) else None
    bare = hosts.without_quotes(inner) if not BARE.fullmatch(inner) else None
    split = hosts.with_port(inner)
    if split is not None:
        behind = context.text[context.at + len(inner) + len("''") : context.line_end]
        takes_ports = context.past_arrow and PORTS_BEHIND.match(behind) is None
        return "".join(split) if takes_ports else bare or split[0]
    return bare or (inner if ENDPOINT.fullmatch(inner) else None)


def comment_sign(context: ErrorContext) -> NearMiss | None:
    """Recognize a comment of C or SQL; the first `/` of `//` may have been read as netpol's."""
    begin = context.at
    if context.character in {"/", "*"} and context.text[begin - 1 : begin] == "/" and begin > context.start:
        begin -= 1
    match = COMMENT_SIGN.match(context.text, begin)
    if match is None or (match[0] == "--" and context.head and not context.past_arrow):
        return None
    if (
        match[0] == "/*"
        and context.text[begin - 1 : begin] == "}"
        and "*/" not in context.text[begin : context.line_end]
    ):
        return None  # all pods of namespaces, whose labels stand in braces
    if context.text[begin - 1 : begin] not in {"", " ", "\t", "\n"} and context.text[
        match.end() : match.end() + 1
    ] not in {" ", "\t"}:
        return None
    before = context.text[context.start : begin].rstrip()
    ended = context.opened or not before or re.search(r"[\w*\]})\"]\Z", before)
    if match[0] == "/*":
        return _comment_of_c(context, begin, ended=bool(ended))
    return NearMiss("NP101", "a comment starts with `#`", spanned(match), "use `#`", "#" if ended else None)


def _comment_of_c(context: ErrorContext, begin: int, *, ended: bool) -> NearMiss:
    """Rewrite `/* … */` line by line, where nothing stands behind it; it is passed over."""
    text = context.text
    message, advice = "a comment starts with `#`", "use `#`, which holds to the end of the line"
    end = text.find("*/", begin + 2) + 2
    behind = text.find("\n", end)
    if end < begin or not ended or text[end : len(text) if behind < 0 else behind].strip():
        return NearMiss("NP101", message, Span(begin, begin + 2), advice)
    lines = [line.strip().removeprefix("*").strip() for line in text[begin + 2 : end - 2].split("\n")]
    indent = context.line[: len(context.line) - len(context.line.lstrip())]
    right = f"\n{indent}".join(f"# {line}".rstrip() for line in lines if line or len(lines) == 1)
    whole = Span(begin, end)
    span = whole if len(lines) == 1 else Span(begin, begin + 2)
    return NearMiss("NP101", message, span, advice, right, end, replaced=whole)
