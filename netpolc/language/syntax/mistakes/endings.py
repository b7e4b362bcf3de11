"""Near-misses at the ends of flows: DNS names, URLs, addresses, labels in braces, and ranges of ports."""

from __future__ import annotations

import re

from netpolc.language.syntax import hosts
from netpolc.language.syntax.mistakes.model import ErrorContext, NearMiss, spanned
from netpolc.source import Span

URL = re.compile(hosts.URL)
SCHEME_BEFORE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/?\Z")
LONGEST_SCHEME = 40
DOTTED = re.compile(r"(?<![A-Za-z0-9_.:-])(?:\*|[A-Za-z0-9_-]+)(?:\.[A-Za-z0-9_-]++)++")
NAMED = [[word] for word in ("namespace", "env", "pods", "group", "net", "port", "service", "as")]
ADDRESS = r"[\"']?[0-9A-Fa-f:.]*[0-9A-Fa-f:](?:/[0-9]{1,3})?[\"']?"
IN_BRACKETS = re.compile(rf"\[[ \t]*(?P<blocks>{ADDRESS}(?:[ \t]*,[ \t]*{ADDRESS})*)[ \t]*,?[ \t]*\]")
LABEL = r"[A-Za-z0-9._/-]+[ \t]*[:=][ \t]*\"?[A-Za-z0-9._-]+\"?"
LABELS_IN_BRACES = re.compile(rf"\{{\s*(?P<labels>{LABEL}(?:(?:\s*,\s*|[ \t]*\n\s*){LABEL})*)\s*,?\s*\}}")
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


def bracketed_address(context: ErrorContext) -> NearMiss | None:
    """Recognize `[2001:db8::1]:443` and `[2001:db8::/32]`."""
    match = IN_BRACKETS.match(context.text, context.opened[0]) if context.bracket == "[" else None
    if match is None:
        return None
    blocks = [hosts.block_of(each.strip(" \t\"'")) for each in match["blocks"].split(",")]
    if None in blocks:
        return None
    right = ", ".join(filter(None, blocks))
    right = right if len(blocks) == 1 else f"{{{right}}}"
    return NearMiss("NP101", "brackets hold labels, not addresses", spanned(match), f"use `{right}`", right)


def labels_in_braces(context: ErrorContext) -> NearMiss | None:
    """Recognize `{app=web}` and `{app.kubernetes.io/name: web}`."""
    match = LABELS_IN_BRACES.match(context.text, context.opened[0]) if context.bracket == "{" else None
    if match is None or context.at >= match.end() or _may_be_ports(match["labels"]):
        return None
    pairs = re.findall(r"([A-Za-z0-9._/-]+)[ \t]*[:=][ \t]*\"?([A-Za-z0-9._-]+)", match["labels"])
    right = f"[{', '.join(f'{key}={value}' for key, value in pairs)}]"
    return NearMiss("NP101", "labels stand in brackets", spanned(match), f"use `{right}`", right)


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
