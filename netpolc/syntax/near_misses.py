"""Text that only looks like netpol, and the right spelling for it: one visible table, tried in order."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import msgspec

from netpolc.diagnostics.model import Edit, Fix
from netpolc.source import Location, Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable


class NearMiss(msgspec.Struct, frozen=True):
    """What was written instead of netpol, and what to write; `replacement` where one edit mends it."""

    code: str
    message: str
    span: Span
    help: str
    replacement: str | None = None
    resume: int | None = None

    def fixes(self, source: Source) -> tuple[Fix, ...]:
        """The edit that mends it, if there is one."""
        if self.replacement is None:
            return ()
        return (Fix(self.help, (Edit(Location(source, self.span), self.replacement),)),)


class Context(msgspec.Struct, frozen=True):
    """Where the parser stopped: an offset past blanks, the start of its statement, and the brackets it left open."""

    text: str
    at: int
    start: int
    opened: tuple[int, ...]

    @property
    def line_start(self) -> int:
        """The offset at which the line begins."""
        return self.text.rfind("\n", 0, self.at) + 1

    @property
    def line(self) -> str:
        """The line around the offset."""
        end = self.text.find("\n", self.at)
        return self.text[self.line_start : len(self.text) if end < 0 else end]

    @property
    def bracket(self) -> str:
        """The innermost open bracket, or nothing."""
        return self.text[self.opened[0]] if self.opened else ""


ARROW = re.compile(r"<?[=~-]+>+|<[=~-]+|[=~]+>|→|⇒|⟶|↔|—>|–>|~+|-{1,2}(?=\s)")  # noqa: RUF001 -- what word processors make of `->`
YAML_LINE = re.compile(
    r"(?:---|\.\.\.|%YAML|- |(?:apiVersion|kind|metadata|spec|ingress|egress|policyTypes|podSelector|matchLabels|from|to"
    r'|ports|name|labels|namespaceSelector|ipBlock|cidr)"?[ \t]*:)(?=\s|$|[^-0-9*{"])'
)
YAML_BODY = re.compile(r"(?:[ \t]*(?:-|[\w./\"'-]+[ \t]*:(?=\s)|#|\.\.\.|---)[^\n]*|[ \t]*)(?:\n|$)")
SIGN_IN_SELECTOR = re.compile(r"[ \t]*:[ \t]*")
SIGN_IN_DECLARATION = re.compile(r"[ \t]*:=?[ \t]*")
SIGN_BEFORE_PORTS = re.compile(r"[ \t]*=[ \t]*(?=[0-9{\"*])")
DECLARATION = re.compile(r"(?:pods|group|net|port|service)[ \t]+[A-Za-z0-9_-]+$")
VERDICT = re.compile(r"(allow|deny|permit|block|reject|drop)[ \t]+(?=[A-Za-z0-9_\[{*])")
ASCII_NAME = re.compile(r"[A-Za-z0-9_.-]*")
SELECTOR_SIGNS = re.compile(r"[ \t]*(?:[<>]=?|=~|!~)")
COMMENT_SIGN = re.compile(r"//|/\*|;|--(?=[ \t])")
PROTOCOL_FIRST = re.compile(r"(tcp|udp|sctp)/([0-9]+(?:-[0-9]+)?)", re.IGNORECASE)
KEYWORDS = (
    ("import", "names", "strict", "namespace", "env", "baseline")
    + ("pods", "group", "net", "port", "service", "param", "assert")
)  # fmt: skip
WORD = re.compile(r"[A-Za-z]+")


def find(text: str, at: int, start: int, opened: tuple[int, ...]) -> NearMiss | None:
    """The near-miss at an offset, if it is one that is known."""
    while text[at : at + 1] in (" ", "\t") and at < len(text):
        at += 1
    context = Context(text, at, start, opened)
    for check in CHECKS:
        near = check(context)
        if near is not None:
            return near
    return None


def _pasted_yaml(context: Context) -> NearMiss | None:
    if context.opened or context.text[context.line_start : context.start].strip():
        return None
    if YAML_LINE.match(context.line.lstrip()) is None:
        return None
    end = context.line_start
    while end < len(context.text):
        match = YAML_BODY.match(context.text, end)
        if match is None or match.end() == end:
            break
        end = match.end()
    first = context.line_start + len(context.line) - len(context.line.lstrip())
    return NearMiss(
        "NP103",
        "this is YAML, not netpol",
        Span(first, context.line_start + len(context.line.rstrip())),
        "write the connections themselves, as in `webapp -> database:5000`; netpolc writes the YAML",
        resume=max(end - 1, context.at),
    )


def _foreign_character(context: Context) -> NearMiss | None:
    """A character outside of ASCII, also one that cut a name short."""
    character = context.text[context.at : context.at + 1]
    if not character or character.isascii() or ARROW.match(context.text, context.at):
        return None
    name = unicodedata.name(character, "an unnamed character")
    plain = unicodedata.normalize("NFKD", character)
    invisible = unicodedata.category(character) in {"Cf", "Zs", "Zl", "Zp", "Cc", "Cn", "Co", "Mn"}
    advice = "names are written with the letters a to z, digits, `_` and `-`"
    replacement = None
    if invisible:
        advice, replacement = "remove it", " " if unicodedata.category(character) == "Zs" else ""
    elif plain[0].isascii() and plain[0].isalnum():
        advice, replacement = f"use `{plain[0]}`", plain[0]
    shown = "" if invisible else f" `{character}`"
    return NearMiss(
        "NP110",
        f"the character{shown} U+{ord(character):04X} ({name}) cannot stand here",
        Span(context.at, context.at + 1),
        advice,
        replacement,
    )


def _control_character(context: Context) -> NearMiss | None:
    character = context.text[context.at : context.at + 1]
    if character >= " " and character != "\x7f" or character in ("", "\t", "\n", "\r"):  # noqa: RUF021 -- reads as said
        return None
    return NearMiss(
        "NP105",
        f"the control character U+{ord(character):04X} cannot stand here",
        Span(context.at, context.at + 1),
        "remove it",
        "",
    )


def _wrong_arrow(context: Context) -> NearMiss | None:
    match = ARROW.match(context.text, context.at)
    if match is None or match[0] in {"->", "<->"} or context.bracket in {"[", "("}:
        return None
    arrow = match[0]
    if arrow.startswith("<") and not arrow.endswith(">"):
        return NearMiss(
            "NP102",
            f"`{arrow}` is not an arrow of netpol",
            Span(match.start(), match.end()),
            "put the source first: `source -> destination:port`",
        )
    right = "<->" if arrow.startswith("<") or arrow == "↔" else "->"
    return NearMiss(
        "NP102", f"`{arrow}` is not an arrow of netpol", Span(match.start(), match.end()), f"use `{right}`", right
    )


def _unterminated_string(context: Context) -> NearMiss | None:
    quote = context.text[context.at : context.at + 1]
    if quote not in {'"', "'", "`"}:
        return None
    end = context.line_start + len(context.line.rstrip())
    closing = context.text.find(quote, context.at + 1, end)
    if quote == '"' and closing >= 0:
        if context.bracket in {"[", "("}:
            inner = context.text[context.at + 1 : closing]
            return NearMiss(
                "NP101",
                "labels are written without quotes",
                Span(context.at, closing + 1),
                f"use `{inner}`",
                inner,
            )
        return None
    if quote == '"':
        return NearMiss(
            "NP104", "this string does not end", Span(context.at, end), 'close it with `"` on the same line'
        )
    last = end if closing < 0 else closing + 1
    inner = context.text[context.at + 1 : closing] if closing >= 0 else None
    return NearMiss(
        "NP104",
        "strings stand in double quotes",
        Span(context.at, last),
        'use `"…"`',
        None if inner is None or '"' in inner or "\\" in inner else f'"{inner}"',
    )


def _confused_sign(context: Context) -> NearMiss | None:
    text = context.text
    before = text[context.start : context.at].rstrip()
    if context.bracket == "[":
        return _sign(SIGN_IN_SELECTOR.match(text, context.at), "=", "a label and its value are joined by `=`")
    if context.bracket == "" and DECLARATION.match(before):
        return _sign(SIGN_IN_DECLARATION.match(text, context.at), " = ", "a declaration is written with `=`")
    if context.bracket in {"", "{"} and "->" in before:
        return _sign(SIGN_BEFORE_PORTS.match(text, context.at), ":", "ports follow a `:`")
    return None


def _sign(match: re.Match[str] | None, right: str, message: str) -> NearMiss | None:
    if match is None or not match[0].strip():
        return None
    return NearMiss("NP111", message, Span(match.start(), match.end()), f"use `{right.strip()}`", right)


def _selector_sign(context: Context) -> NearMiss | None:
    match = SELECTOR_SIGNS.match(context.text, context.at) if context.bracket == "[" else None
    if match is None:
        return None
    return NearMiss(
        "NP111",
        f"`{match[0].strip()}` is no operator of Kubernetes' label selectors",
        Span(match.start(), match.end()),
        "use `=`, `!=`, `in (…)`, `notin (…)`, a key alone, or `!key`",
    )


def _verdict(context: Context) -> NearMiss | None:
    """`deny a -> b:80`, where the words before the arrow are a name that another name follows."""
    match = VERDICT.match(context.text, context.start)
    if match is None or match.end() != context.at or "->" not in context.line:
        return None
    opens = match[1] in {"allow", "permit"}
    return NearMiss(
        "NP101",
        "a flow stands by itself" if opens else "no statement takes a connection away",
        Span(match.start(), match.end()),
        "write the flow alone"
        if opens
        else "what no flow opens is denied where a baseline closes; `assert deny` proves it",
        "" if opens else None,
    )


def _negation(context: Context) -> NearMiss | None:
    if context.text[context.at : context.at + 1] != "!" or context.bracket in {"[", "("}:
        return None
    return NearMiss(
        "NP101",
        "endpoints cannot be negated",
        Span(context.at, context.at + 1),
        "say it of the labels: `[app!=legacy]`",
    )


def _foreign_comment(context: Context) -> NearMiss | None:
    match = COMMENT_SIGN.match(context.text, context.at)
    if match is None:
        return None
    if match[0] == ";":
        return NearMiss(
            "NP101", "a statement ends with its line", Span(match.start(), match.end()), "remove the `;`", ""
        )
    return NearMiss("NP101", "a comment starts with `#`", Span(match.start(), match.end()), "use `#`", "#")


def _protocol_first(context: Context) -> NearMiss | None:
    begin = context.text.rfind(":", context.start, context.at) + 1
    match = PROTOCOL_FIRST.match(context.text, begin) if begin else None
    if match is None or not begin <= context.at <= match.end():
        return None
    right = f"{match[2]}/{match[1].lower()}"
    return NearMiss("NP101", "the protocol follows the port", Span(match.start(), match.end()), f"use `{right}`", right)


def _negative_port(context: Context) -> NearMiss | None:
    match = re.compile(r"[-+][0-9]+").match(context.text, context.at)
    if match is None or context.text[: context.at].rstrip()[-1:] not in {":", "{", ","}:
        return None
    return NearMiss(
        "NP302",
        f"there is no port {match[0]}",
        Span(match.start(), match.end()),
        "ports go from 1 to 65535; `*` is every port",
    )


def _trailing_dash(context: Context) -> NearMiss | None:
    if context.text[context.at : context.at + 1] != "-" or context.at <= context.start:
        return None
    word = re.compile(r"[A-Za-z0-9_-]*-(?![A-Za-z0-9_>-])").match(context.text, _word_start(context))
    if word is None or word.end() <= context.at:
        return None
    right = word[0].rstrip("-")
    return NearMiss(
        "NP101", f"a name cannot end with `-`: `{word[0]}`", Span(word.start(), word.end()), f"use `{right}`", right
    )


def _word_start(context: Context) -> int:
    at = context.at
    while at > context.start and re.match(r"[A-Za-z0-9_-]", context.text[at - 1]):
        at -= 1
    return at


def _misspelt_keyword(context: Context) -> NearMiss | None:
    match = WORD.match(context.text, context.start)
    if match is None or context.opened or context.text[match.end() : context.at].strip() or match.end() >= context.at:
        return None
    from netpolc.diagnostics.closest import closest  # noqa: PLC0415 -- only an error needs it

    near = closest(match[0], KEYWORDS)
    if near is None or near == match[0]:
        return None
    return NearMiss("NP101", f"unknown statement `{match[0]}`", Span(match.start(), match.end()), f"use `{near}`", near)


def _bare_number(context: Context) -> NearMiss | None:
    match = re.compile(r"[0-9]+(?![A-Za-z0-9_.:/-])").match(context.text, context.at)
    if match is None or context.bracket in {"[", "("}:
        return None
    before = context.text[context.line_start : context.at].rstrip()
    if before and not before.endswith(("->", "{", ",", "<->", "=", "/", "namespace")):
        return None
    return NearMiss(
        "NP101",
        f"`{match[0]}` is a number, not a name",
        Span(match.start(), match.end()),
        f"select by label: `[app={match[0]}]`",
    )


def _missing_arrow(context: Context) -> NearMiss | None:
    """`webapp database:5000`: a name where an arrow belongs."""
    pattern = re.compile(r"[A-Za-z0-9_./*-]+[ \t]+[A-Za-z0-9_./*-]+:[0-9{*\"]")
    if context.opened or pattern.match(context.text, context.start) is None or "->" in context.line:
        return None
    return NearMiss(
        "NP101",
        "an arrow is missing here",
        Span(context.at, context.at),
        "write `source -> destination:port`",
        "-> ",
    )


CHECKS: tuple[Callable[[Context], NearMiss | None], ...] = (
    _pasted_yaml,
    _control_character,
    _foreign_character,
    _negative_port,
    _trailing_dash,
    _wrong_arrow,
    _unterminated_string,
    _confused_sign,
    _selector_sign,
    _protocol_first,
    _verdict,
    _negation,
    _foreign_comment,
    _misspelt_keyword,
    _missing_arrow,
    _bare_number,
)
