"""Near-misses of whole flows: written backwards, or as a sentence."""

from __future__ import annotations

import re

from netpolc.language.syntax.mistakes.model import ELEMENT, NAME, ErrorContext, NearMiss, spanned
from netpolc.source import Span

END = rf"(?:\{{[^{{}}\n]*\}}|{ELEMENT})"
PORTS = r":[ \t]*(?:\{[^{}\n]*\}|[0-9*\"][A-Za-z0-9_/*\"-]*)"
REVERSED = re.compile(
    rf"[ \t]*(?P<destination>{END})(?:[ \t]*+(?P<ports>{PORTS}))?[ \t]*+(?P<arrow><[-=~]+)[ \t]*+(?P<source>{END})"
    rf"(?P<more>{PORTS})?[ \t]*(?=#|\r|\n|\}}|$)",
    re.MULTILINE,
)
NAMED = rf"(?:{NAME}/)?(?:{NAME}|\*)"
VERB = r"talks?|speaks?|reach(?:es)?|connects?|calls?|access(?:es)?|sends?|uses?|flows?|goes|go|communicates?"
SPOKEN = re.compile(
    rf"(?:(?:allow|permit|let)[ \t]++)?(?:from[ \t]++)?(?P<source>{NAMED})[ \t]++"
    rf"(?:(?:can|may|should|must|is[ \t]++allowed[ \t]++to|to)[ \t]++)?(?:(?:{VERB})[ \t]++)?"
    r"(?:(?:to|with|into)[ \t]++)?"
    rf"(?P<destination>{NAMED})"
    r"(?:[ \t]*+:[ \t]*+|[ \t]++(?:(?:on|at|over|via|using)[ \t]++)?(?:(?:tcp|port|ports)[ \t]++)?)?"
    rf"(?P<ports>[0-9]+(?:/(?:tcp|udp|sctp))?)?(?=[ \t]*+(?:#|\r|\n|\}}|$))",
    re.MULTILINE,
)
WORDS = re.compile(rf"[ \t](?:can|may|should|must|allowed|to|with|{VERB})[ \t]")


def reversed_flow(context: ErrorContext) -> NearMiss | None:
    """Recognize `db:5432 <- web`."""
    match = None if context.opened else REVERSED.match(context.text, context.start)
    if match is None or not match.end("destination") <= context.at <= match.start("source"):
        return None
    message = f"`{match['arrow']}` is not an arrow of netpol"
    span = Span(match.start("arrow"), match.end("arrow"))
    if match["more"] or not match["ports"]:
        return NearMiss("NP102", message, span, "put the source first: `source -> destination:port`")
    ports = f":{match['ports'][1:].lstrip()}"
    right = f"{match['source']} -> {match['destination']}{ports}"
    replaced = Span(match.start("destination"), match.end("source"))
    return NearMiss("NP102", message, span, f"put the source first: `{right}`", right, replaced=replaced)


def spoken_flow(context: ErrorContext) -> NearMiss | None:
    """Recognize `web can talk to db on 5432`."""
    match = None if context.opened or "->" in context.line else SPOKEN.match(context.text, context.start)
    if match is None or not context.start < context.at < match.end() or WORDS.search(match[0]) is None:
        return None
    message = "a flow is written with an arrow"
    right = f"{match['source']} -> {match['destination']}:{match['ports'] or '…'}"
    if not match["ports"]:
        return NearMiss("NP101", message, spanned(match), f"write `{right}`, with its port")
    return NearMiss("NP101", message, spanned(match), f"use `{right}`", right)
