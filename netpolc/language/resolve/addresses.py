"""Address blocks as users write them, judged with advice, and in canonical form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.model import Diagnostic, Edit, Fix
from netpolc.policy import addresses
from netpolc.source import Location

if TYPE_CHECKING:
    from collections.abc import Callable

    from netpolc.language.syntax import tree


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
    return (canonical(block), tuple(text for _, _, text in sorted(inner))) if sound else None


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
    code = "NP306" if block.address != block.network and not block.mapped else "NP307"
    right = None if block.mapped else canonical(block)
    report(_error(code, f"`{text}` {_in_our_words(why)}", location, right))
    return None


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
    return _error("NP305", f"the address `{text}` has no prefix length", location, f"{text}/{bits}")


def _bad(text: str, location: Location) -> Diagnostic:
    advice = "an address block is written like `10.0.0.0/8` or `2001:db8::/32`"
    return Diagnostic(
        code="NP307", severity="error", message=f"`{text}` is no address block", location=location, help=advice
    )


def _error(code: str, message: str, location: Location, right: str | None) -> Diagnostic:
    fixes = () if right is None else (Fix(f"use `{right}`", (Edit(location, right),)),)
    advice = f"use `{right}`" if right is not None else "write it as an IPv4 block"
    return Diagnostic(code=code, severity="error", message=message, location=location, help=advice, fixes=fixes)


def _outside(written: tree.Block, block: tree.Block, location: Location) -> Diagnostic:
    return Diagnostic(
        code="NP308",
        severity="error",
        message=f"the exception `{written.text}` is not a smaller part of `{block.text}`",
        location=location,
        help="an exception must lie within its block and be smaller",
    )
