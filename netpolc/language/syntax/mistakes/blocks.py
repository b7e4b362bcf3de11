"""Near-misses in addresses: in brackets, as ranges, and with other signs than `except`."""

from __future__ import annotations

import ipaddress
import re

from netpolc.language.syntax import hosts
from netpolc.language.syntax.mistakes.model import ErrorContext, NearMiss, spanned
from netpolc.policy.addresses import IPV4_BITS, parse
from netpolc.sets.ports import FIRST, LAST
from netpolc.source import Span

ADDRESS = r"[\"']?[0-9A-Fa-f:.]*[0-9A-Fa-f:](?:%[A-Za-z0-9_.-]+|/[0-9]{1,3})?[\"']?"
IN_BRACKETS = re.compile(rf"\[[ \t]*(?P<blocks>{ADDRESS}(?:[ \t]*,[ \t]*{ADDRESS})*)[ \t]*+,?[ \t]*+\]")
BEFORE_LENGTH = re.compile(r"\[[ \t]*(?P<address>[0-9A-Fa-f:.]+)[ \t]*\]/(?P<length>[0-9]{1,3})(?![0-9])")
IPV4 = r"[0-9]+(?:\.[0-9]+){3}"
LAST_ADDRESS = re.compile(r"[0-9]+(?:\.[0-9]+)+\.?[ \t]*\Z")
RANGE = re.compile(
    rf"(?P<first>[0-9]+(?:\.[0-9]+){{0,3}})(?:(?P<stars>(?:\.\*)+)|[ \t]*(?:-|\.\.|to)[ \t]*(?P<last>{IPV4}))"
    r"(?![0-9./*])"
)
BLOCK = rf"{IPV4}/[0-9]+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*/[0-9]+"
NEGATED = re.compile(rf"(?P<sign>[!-])[ \t]*(?:(?P<block>{BLOCK})|(?P<port>[0-9]{{1,5}})(?![0-9./-]))")
LONGEST = 40
PARTS, MOST_BLOCKS = 4, 8
"""The numbers of an IPv4 address, and how many blocks for a range can be read."""


def bracketed_address(context: ErrorContext) -> NearMiss | None:
    """Recognize `[2001:db8::1]:443` and `[2001:db8::/32]`."""
    match = IN_BRACKETS.match(context.text, context.opened[0]) if context.bracket == "[" else None
    if match is None:
        return None
    blocks = [hosts.block_of(each.partition("%")[0].strip(" \t\"'")) for each in match["blocks"].split(",")]
    if None in blocks:
        return None
    right = ", ".join(filter(None, blocks))
    right = right if len(blocks) == 1 else f"{{{right}}}"
    return NearMiss("NP101", "brackets hold labels, not addresses", spanned(match), f"use `{right}`", right)


def address_before_length(context: ErrorContext) -> NearMiss | None:
    """Recognize `[2001:db8::]/64`, where the brackets are around the address of a block, and not its length."""
    begin = context.text.rfind("[", max(context.start, context.at - LONGEST), context.at + 1)
    match = None if begin < 0 else BEFORE_LENGTH.match(context.text, begin)
    block = None if match is None else parse(f"{match['address']}/{match['length']}")
    if match is None or block is None or match.end() <= context.at:
        return None
    right = f"{ipaddress.ip_network((match['address'], int(match['length'])), strict=False)}"
    return NearMiss("NP101", "brackets hold labels, not addresses", spanned(match), f"use `{right}`", right)


def address_range(context: ErrorContext) -> NearMiss | None:
    """Recognize `10.0.0.0-10.0.0.255` and `10.0.0.*`, which are no blocks."""
    begin = max(context.start, context.at - LONGEST)
    last = LAST_ADDRESS.search(context.text, begin, context.at)
    match = None if last is None else RANGE.match(context.text, last.start())
    if match is None or match.end() <= context.at:
        return None
    blocks = _blocks_of(match)
    message = "addresses are written in blocks"
    if blocks is None:
        return NearMiss("NP101", message, spanned(match), "write it as in `10.0.0.0/24`")
    right = blocks[0] if len(blocks) == 1 else f"{{{', '.join(blocks)}}}"
    return NearMiss("NP101", message, spanned(match), f"use `{right}`", right)


def _blocks_of(match: re.Match[str]) -> list[str] | None:
    numbers = match["first"].split(".")
    if match["stars"]:
        missing = match["stars"].count("*")
        whole = ".".join([*numbers, *["0"] * missing])
        return [f"{whole}/{IPV4_BITS - 8 * missing}"] if len(numbers) + missing == PARTS else None
    try:
        first, last = ipaddress.IPv4Address(match["first"]), ipaddress.IPv4Address(match["last"])
        found = [str(each) for each in ipaddress.summarize_address_range(first, last)]
    except ValueError:
        return None
    return found if len(found) <= MOST_BLOCKS else None


def negated_block(context: ErrorContext) -> NearMiss | None:
    """Recognize `!10.0.0.0/8` and `10.0.0.0/8 - 10.1.0.0/16`, and ports that are negated."""
    text, at = context.text, context.at
    match = NEGATED.match(text, at) if context.bracket in {"", "{"} else None
    if match is None:
        return None
    if match["port"] and match["sign"] == "!" and context.head[-1:] in {":", "{", ","}:
        port = int(match["port"])
        ends = [(FIRST, port - 1), (port + 1, LAST)]
        ranges = ", ".join(f"{low}-{high}" if low < high else f"{low}" for low, high in ends if low <= high)
        right = ranges if context.head[-1] != ":" else f"{{{ranges}}}"
        return NearMiss("NP101", "ports cannot be negated", spanned(match), f"use `{right}`", right)
    if match["block"] and match["sign"] == "!" and not context.head[-1:].isalnum():
        every = "::/0" if ":" in match["block"] else "0.0.0.0/0"
        right = f"{every} except {match['block']}"
        return NearMiss("NP101", "an exception stands behind its block", spanned(match), f"use `{right}`", right)
    if match["block"] and re.search(r"/[0-9]+\Z", context.head):
        span = Span(context.head_end, match.start("block"))
        message = "an exception is written with `except`"
        return NearMiss("NP101", message, Span(at, at + 1), "use `except`", " except ", replaced=span)
    return None
