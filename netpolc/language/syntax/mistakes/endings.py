"""Near-misses at the ends of flows: DNS names, URLs, namespaces, labels in braces, and ranges of ports."""

from __future__ import annotations

import re

from netpolc.language.syntax import hosts
from netpolc.language.syntax.mistakes.model import ELEMENT, NAME, ErrorContext, NearMiss, spanned
from netpolc.source import Span

URL = re.compile(hosts.URL)
SCHEME_BEFORE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/?\Z")
LONGEST_SCHEME = 40
DOTTED = re.compile(r"(?<![A-Za-z0-9_.:-])(?:\*|[A-Za-z0-9_-]+)(?:\.[A-Za-z0-9_-]++)++")
NAMED = [[word] for word in ("namespace", "env", "pods", "group", "net", "port", "service", "as")]
LABEL = r"[A-Za-z0-9._/-]+[ \t]*[:=][ \t]*\"?[A-Za-z0-9._-]+\"?"
LABELS_IN_BRACES = re.compile(rf"\{{\s*(?P<labels>{LABEL}(?:(?:\s*,\s*|[ \t]*\n\s*){LABEL})*)\s*+,?\s*+\}}")
LABELS_IN_PARENTHESES = re.compile(rf"\((?P<labels>[ \t]*{LABEL}(?:[ \t]*,[ \t]*{LABEL})*)[ \t]*+,?[ \t]*+\)")
LAST_KEY = re.compile(r"[A-Za-z0-9._/-]+\Z")
BARE_LABELS = re.compile(
    r"(?P<labels>[A-Za-z0-9._/-]+[ \t]*(?:==?|:[ \t])[ \t]*[A-Za-z0-9._-]*[A-Za-z0-9]"
    r"(?:[ \t]*,[ \t]*[A-Za-z0-9._/-]+[ \t]*(?:==?|:[ \t])[ \t]*[A-Za-z0-9._-]*[A-Za-z0-9])*)"
)
PODS = re.compile(r"pods[ \t]+[A-Za-z0-9_-]+[ \t]*=[ \t]*")
PORTS_IN_BRACKETS = re.compile(r"[\[(](?P<ports>[ \t]*[0-9\"][^\[\](){}\n#]*)[\])]")
IN_PARENTHESES = re.compile(rf"\((?P<members>[ \t]*{ELEMENT}(?:[ \t]*,[ \t]*{ELEMENT})*[ \t]*+,?[ \t]*+)\)")
LAST_NAME = re.compile(rf"(?:{ELEMENT})\Z")
BEHIND = re.compile(
    rf"(?:@|[ \t]++(?:in|of)[ \t]++(?:(?:namespace|ns)[ \t]++)?)(?P<namespace>{NAME})"
    r"(?=[ \t]*(?:->|<->|:|,|\}|#|\r|\n|$))",
    re.MULTILINE,
)
BEFORE = re.compile(rf"(?:::?|\\)(?P<pods>{hosts.NAME})(?=[ \t]*(?:->|<->))")
BEFORE_PORTS = re.compile(rf"(?P<namespace>{NAME})(?:::?|\\)(?P<pods>{hosts.NAME})(?=[ \t]*:[ \t]*[0-9{{\"*])")
LOWER_END = re.compile(r"(?:[:{,]|^[ \t]*port[ \t]+[A-Za-z0-9_-]+[ \t]*=)[ \t]*([0-9]+)[ \t]*\Z")
RANGE_SIGN = re.compile(r"[ \t]*(?:\.{2,3}|:|-|(?:to|through|until)(?=[ \t]))[ \t]*([0-9]+)(?![0-9A-Za-z_.:])")


def url(context: ErrorContext) -> NearMiss | None:
    """Recognize `https://api.example.com` and `postgres://db:5432`, which say where something is, not who."""
    text, at = context.text, context.at
    if context.bracket in {"[", "("} or "//" not in text[at - 1 : at + 3]:
        return None
    before = SCHEME_BEFORE.search(text, max(context.start, at - LONGEST_SCHEME), at + 1 if text[at] == ":" else at)
    match = None if before is None else URL.match(context.text, before.start())
    if match is None:
        return None
    ports = hosts.ports_of(match)
    right = hosts.endpoint_of(match["host"])
    if right is None:
        return NearMiss("NP311", hosts.DOMAIN, spanned(match), hosts.advice_for(match["host"]))
    is_source = not context.past_arrow and "->" in context.text[match.end() : context.line_end]
    has_ports = context.text[match.end() : match.end() + 1] == ":"
    if not (is_source or has_ports or ports):
        return NearMiss("NP101", hosts.NO_URL, spanned(match), f"write `{right}:…`, with its port")
    right = right if is_source or has_ports else f"{right}{ports}"
    return NearMiss("NP101", hosts.NO_URL, spanned(match), f"use `{right}`", right)


def dotted_name(context: ErrorContext) -> NearMiss | None:
    """Recognize `api.example.com` and `db.data.svc.cluster.local`."""
    if context.character != "." or context.bracket in {"[", "("}:
        return None
    match = next(
        (m for m in DOTTED.finditer(context.text, context.line_start, context.line_end) if m.end() > context.at), None
    )
    if match is None or match.start() >= context.at:
        return None
    name = match[0]
    if context.text[context.start : match.start()].split()[-1:] in NAMED:
        message = f"a name cannot hold dots: `{name}`"
        return NearMiss("NP101", message, spanned(match), "names are written with letters, digits, `_` and `-`")
    pods = hosts.pods_of(name)
    if pods is not None:
        advice = f"use `{pods}`, with the port that its pods listen on"
        return NearMiss("NP311", hosts.SERVICE, spanned(match), advice, pods)
    advice = hosts.advice_for(name)
    if not name.startswith("*"):
        advice += f"; a label's value stands in a selector: `[app={name}]`"
    return NearMiss("NP311", hosts.DOMAIN, spanned(match), advice)


def labels_in_braces(context: ErrorContext) -> NearMiss | None:
    """Recognize `{app=web}`, `{app.kubernetes.io/name: web}`, `(app=web)` and `{team: a}/web`."""
    if context.bracket == "{" or (context.character == "/" and context.head.endswith("}")):
        # Before a `/`, what reads as endpoints with ports has been read as that.
        begin = context.opened[0] if context.opened else context.text.rfind("{", context.start, context.at)
        match = LABELS_IN_BRACES.match(context.text, max(begin, context.start))
    else:
        match = None if context.opened else LABELS_IN_PARENTHESES.match(context.text, context.at)
    if match is None or context.at > match.end() or _may_be_ports(match["labels"]):
        return None
    right = _selector(match["labels"])
    return NearMiss("NP101", "labels stand in brackets", spanned(match), f"use `{right}`", right)


def bare_labels(context: ErrorContext) -> NearMiss | None:
    """Recognize `app=web -> db:80`, `web -> app=db:80` and `pods db = app=postgres, role=primary`."""
    last = LAST_KEY.search(context.head) if context.character in {"=", ":"} and not context.opened else None
    match = None if last is None else BARE_LABELS.match(context.text, context.head_end - len(last[0]))
    if match is None or match.end() <= context.at or _may_be_ports(match["labels"]):
        return None
    behind = context.text[match.end() :].lstrip(" \t")[:3]
    declared = PODS.fullmatch(context.text, context.start, match.start()) is not None
    is_end = behind.startswith(("->", "<->")) or (context.past_arrow and behind.startswith(":"))
    if not (is_end or (declared and behind[:1] in {"", "\r", "\n", "#", "}"})):
        return None
    right = _selector(match["labels"])
    return NearMiss("NP101", "labels stand in brackets", spanned(match), f"use `{right}`", right)


def _selector(labels: str) -> str:
    pairs = re.findall(r"([A-Za-z0-9._/-]+)[ \t]*[:=]=?[ \t]*\"?([A-Za-z0-9._-]+)", labels)
    return f"[{', '.join(f'{key}={value}' for key, value in pairs)}]"


def _may_be_ports(labels: str) -> bool:
    """Tell whether some of what stands behind a sign is a port."""
    return re.search(r"[:=][ \t]*[0-9]+(?![A-Za-z0-9._-])", labels) is not None


def range_sign(context: ErrorContext) -> NearMiss | None:
    """Recognize `:8000..9000`, `:8000:9000` and `:8000 to 9000`."""
    begin = max(context.start, context.at - LONGEST_SCHEME)
    lower = LOWER_END.search(context.text[begin : context.at])
    end = begin if lower is None else begin + lower.end(1)
    match = None if lower is None or context.bracket in {"[", "("} else RANGE_SIGN.match(context.text, end)
    if lower is None or match is None or not (context.past_arrow or context.head.startswith(("port", "service"))):
        return None
    right = f"{lower[1]}-{match[1]}"
    message = "a range of ports is written with `-` alone"
    return NearMiss("NP101", message, Span(begin + lower.start(1), match.end()), f"use `{right}`", right)


def ports_in_brackets(context: ErrorContext) -> NearMiss | None:
    """Recognize `:[80, 443]` and `:(80, 443)`."""
    match = PORTS_IN_BRACKETS.match(context.text, context.at) if context.head.endswith(":") else None
    if match is None:
        return None
    right = f"{{{', '.join(each.strip() for each in match['ports'].split(',') if each.strip())}}}"
    return NearMiss("NP101", "several ports stand in braces", spanned(match), f"use `{right}`", right)


def in_parentheses(context: ErrorContext) -> NearMiss | None:
    """Recognize `(a, b) -> c:80` and `group g = (a, b)`."""
    match = IN_PARENTHESES.match(context.text, context.at) if context.bracket in {"", "{"} else None
    if match is None or context.head.startswith("@") or context.head[-1:].isalnum():
        return None
    members = [each.strip() for each in match["members"].split(",") if each.strip()]
    right = members[0] if len(members) == 1 else f"{{{', '.join(members)}}}"
    return NearMiss("NP101", "several endpoints stand in braces", spanned(match), f"use `{right}`", right)


def namespace_by_colon(context: ErrorContext) -> NearMiss | None:
    r"""Recognize `-> data:db:5432`, `-> data::db:5432` and `-> data\db:5432`, for `data/db`."""
    if not context.past_arrow or context.bracket not in {"", "{"} or context.character not in {":", "\\"}:
        return None
    ends = BEFORE_PORTS.finditer(context.text, context.start, context.line_end)
    match = next((each for each in ends if each.start() < context.at <= each.end()), None)
    if match is None or match["namespace"].isdecimal() or match["pods"].isdecimal():
        return None
    right = f"{match['namespace']}/{match['pods']}"
    message = "a namespace and its pods are joined by `/`"
    if match[0] == right.replace("/", ":"):  # `web:http:80` may be a port with its number
        return NearMiss("NP101", message, spanned(match), f"write `{right}` if `{match['namespace']}` is a namespace")
    return NearMiss("NP101", message, spanned(match), f"use `{right}`", right)


def namespace_behind(context: ErrorContext) -> NearMiss | None:
    """Recognize `web in data`, `web@data` and `data:web`, for `data/web`."""
    if context.bracket not in {"", "{"} or not context.head or context.head.startswith("@"):
        return None
    last = LAST_NAME.search(context.head)
    behind = BEHIND.match(context.text, context.head_end)
    before = BEFORE.match(context.text, context.head_end)
    if last is None or "/" in last[0] or (behind or before) is None:
        return None
    begin = context.head_end - len(last[0])
    if behind is not None:
        right, end = f"{behind['namespace']}/{last[0]}", behind.end()
    elif before is not None and not context.past_arrow and re.fullmatch(NAME, last[0]):
        right, end = f"{last[0]}/{before['pods']}", before.end()
    else:
        return None
    message = "a namespace stands before its pods, as in `data/postgres`"
    return NearMiss("NP101", message, Span(begin, end), f"use `{right}`", right)
