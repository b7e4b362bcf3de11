"""Address blocks as users write them, judged with advice, and in canonical form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Edit, Fix, Label
from netpolc.policy import addresses
from netpolc.sets.addresses import AddressSet, union
from netpolc.sets.addresses import block as members_of
from netpolc.source import Location

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.language.syntax import tree

PORTS_OF_NAME = r"([a-fA-F][0-9a-fA-F]*):([0-9]+):([0-9]+)"
"""Names of the letters a to f, with two ports, which the lexer takes for an address."""


def canonical(block: addresses.AddressBlock) -> str:
    """Write a block as RFC 5952 does."""
    import ipaddress  # it takes 1 ms to import, and many programs name no address

    kind = ipaddress.IPv4Network if block.bits == addresses.IPV4_BITS else ipaddress.IPv6Network
    return str(kind((block.network, block.prefix)))


def resolve_cidr(
    cidr: tree.Cidr, at: Callable[[tree.Block], Location], report: Callable[[Diagnostic], None]
) -> tuple[str, tuple[str, ...]] | None:
    """Return the canonical CIDR and its exceptions, sorted; None after a report."""
    block = _read(cidr.block, at(cidr.block), report)
    excepts = [(written, _read(written, at(written), report)) for written in cidr.excepts]
    if block is None:
        return None
    inner: set[tuple[int, int, str]] = set()
    sound = True
    for written, found in excepts:
        if found is None:
            sound = False
        elif not block.contains_strictly(found):
            sound = False
            report(_outside(written, cidr.block, at(written)))
        else:
            inner.add((found.address, found.prefix, canonical(found)))
    read = [found for _, found in excepts if found is not None]
    if sound and len(read) > 1 and not _members(block) - union([_members(each) for each in read]):
        report(_emptied(cidr, at))
    return (canonical(block), tuple(text for _, _, text in sorted(inner))) if sound else None


def _members(block: addresses.AddressBlock) -> AddressSet:
    return members_of(4 if block.bits == addresses.IPV4_BITS else 6, block.network, block.prefix)


def _emptied(cidr: tree.Cidr, at: Callable[[tree.Block], Location]) -> Diagnostic:
    return Diagnostic(
        code="NP503",
        severity="warning",
        message=f"nothing is left of `{cidr.block.text}`, so it matches nobody",
        location=at(cidr.block),
        labels=(Label(at(cidr.excepts[0]), "together these hold all of it"),),
        help="leave out the exception that is not meant, or the whole block",
    )


def _read(
    written: tree.Block, location: Location, report: Callable[[Diagnostic], None]
) -> addresses.AddressBlock | None:
    text = written.text
    if "/" not in text:
        report(_bare(text, location))
        return None
    block = addresses.parse(text)
    if block is None:
        report(_bad(text, location))
        return None
    why = addresses.ambiguity(text, block)
    if why is None:
        return block
    has_host_bits = block.address != block.network
    code = "NP306" if has_host_bits and not block.mapped else "NP307"
    rights = () if block.mapped else (canonical(block), *([_alone(block)] * has_host_bits))
    report(_error(code, f"`{text}` {_in_our_words(why)}", location, *rights))
    return None


def _alone(block: addresses.AddressBlock) -> str:
    """Write the address that was written with a block around it, alone."""
    return canonical(addresses.AddressBlock(block.bits, block.address, block.bits))


def _in_our_words(why: str) -> str:
    return {
        "must not have leading 0s in IP or prefix length": "has leading zeros, which some readers take for octal",
        "must not have an IPv4-mapped IPv6 address": "is an IPv4 block written as IPv6",
        "must not have bits set beyond the prefix length": "has bits set below its prefix",
    }[why]


def _bare(text: str, location: Location) -> Diagnostic:
    bits = addresses.IPV6_BITS if ":" in text else addresses.IPV4_BITS
    known = addresses.parse(f"{text}/{bits}") is not None and "%" not in text
    if not known:
        return _bad(text, location)
    if addresses.parse(f"{text}/0") is not None and set(text) <= set("0.:"):
        every = "0.0.0.0/0" if bits == addresses.IPV4_BITS else "::/0"
        return Diagnostic(
            code="NP305",
            severity="error",
            message=f"the address `{text}` has no prefix length",
            location=location,
            help=f"every address is `{every}`; this one alone is `{text}/{bits}`",
        )
    return _error("NP305", f"the address `{text}` has no prefix length", location, *_with_prefix(text, bits, location))


def _with_prefix(text: str, bits: int, location: Location) -> tuple[str, ...]:
    """Return a bare address as a block; the last group of IPv6 may be a port, unless one follows or none can."""
    whole = f"{text}/{bits}"
    address, _, port = text.rpartition(":")
    if not (port.isdecimal() and addresses.parse(f"{address}/{bits}") is not None):
        return (whole,)
    before, after = _line_around(location)
    in_set = "{" in before.rpartition("->")[2]
    ports_follow = re.match(r"[^}]*\}[ \t]*:" if in_set else r"[ \t]*:", after) is not None
    return (whole,) if "->" not in before or ports_follow else (f"{address}/{bits}:{port}",)


def _line_around(location: Location) -> tuple[str, str]:
    """Return what is before a place on its line, and what is behind it."""
    text, span = location.source.text, location.span
    begin = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    return text[begin : span.start], text[span.end : end if end >= 0 else len(text)]


def _bad(text: str, location: Location) -> Diagnostic:
    several = re.fullmatch(PORTS_OF_NAME, text)
    if several is not None:
        right = f"{several[1]}:{several[2]}-{several[3]}"
        fix = Fix(f"use `{right}`", (Edit(location, right),))
        message = "a range of ports is written with `-`"
        return Diagnostic(
            code="NP307", severity="error", message=message, location=location, help=fix.message, fixes=(fix,)
        )
    block = _without_netmask(text)
    if block is not None:
        return _error("NP307", f"`{text}` has a mask where a prefix length belongs", location, block)
    advice = "an address block is written like `10.0.0.0/8` or `2001:db8::/32`"
    return Diagnostic(
        code="NP307", severity="error", message=f"`{text}` is no address block", location=location, help=advice
    )


def _without_netmask(text: str) -> str | None:
    """Return `10.0.0.0/255.255.255.0` as a block."""
    import ipaddress  # as above

    if re.fullmatch(r"[0-9.]+/[0-9]+(?:\.[0-9]+){3}", text) is None:
        return None
    try:
        return str(ipaddress.IPv4Network(text, strict=False))
    except ValueError:
        return None


def _error(code: str, message: str, location: Location, *rights: str) -> Diagnostic:
    """Report a block, with what may be meant by it."""
    fixes = tuple(Fix(f"use `{right}`", (Edit(location, right),)) for right in rights)
    advice = "write it as an IPv4 block" if not rights else fixes[0].message if len(fixes) == 1 else None
    return Diagnostic(code=code, severity="error", message=message, location=location, help=advice, fixes=fixes)


def _outside(written: tree.Block, block: tree.Block, location: Location) -> Diagnostic:
    return Diagnostic(
        code="NP308",
        severity="error",
        message=f"the exception `{written.text}` is not a smaller part of `{block.text}`",
        location=location,
        help="an exception must lie within its block and be smaller",
    )
