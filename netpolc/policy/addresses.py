"""CIDRs as the API server validates them.

It first reads a value generously (k8s.io/utils/net, ParseCIDRSloppy) and, since Kubernetes 1.36, then rejects what is
ambiguous (apimachinery, pkg/api/validation, with StrictIPCIDRValidation; KEP-4858). IPv6 that is not in the canonical
form of RFC 5952 is accepted with a warning.
"""

from __future__ import annotations

import msgspec

IPV4_BITS = 32
IPV6_BITS = 128

_OCTETS, _LARGEST_OCTET, _DIGITS = 4, 255, 3
_GROUPS, _GROUP_DIGITS = 8, 4
_MAPPED = 0xFFFF
_HEXADECIMAL = "0123456789ABCDEFabcdef"


class AddressBlock(msgspec.Struct, frozen=True, gc=False):
    """An address with a prefix length, as written; `bits` is the length of the address."""

    bits: int
    address: int
    prefix: int

    @property
    def network(self) -> int:
        """The address without the bits below the prefix."""
        host = self.bits - self.prefix
        return self.address >> host << host

    @property
    def mapped(self) -> bool:
        """Whether it is written as an IPv4 address within IPv6."""
        return self.bits == IPV6_BITS and self.address >> IPV4_BITS == _MAPPED

    def contains_strictly(self, other: AddressBlock) -> bool:
        """Tell whether another block is part of this one with a longer prefix, by Go's rules for mapped addresses."""
        bits, network, prefix = _as_matched(self)
        other_bits, other_network, _ = _as_matched(other)
        within = bits == other_bits and network >> (bits - prefix) == other_network >> (bits - prefix)
        return within and self.prefix < other.prefix


def parse(value: str) -> AddressBlock | None:
    """Read a CIDR as generously as the API server: leading zeros, host bits and mapped addresses pass."""
    address, slash, length = value.partition("/")
    if not slash or not _is_number(length, _DIGITS):
        return None
    bits, number = IPV4_BITS, _ipv4(address)
    if number is None:
        bits, number = IPV6_BITS, _ipv6(address)
    prefix = _number(length)
    return None if number is None or prefix > bits else AddressBlock(bits, number, prefix)


def ambiguity(value: str, block: AddressBlock) -> str | None:
    """Return why the API server rejects a CIDR that it could read, in its words; None where it does not."""
    if leading_zeros(value):
        return "must not have leading 0s in IP or prefix length"
    if block.mapped:
        return "must not have an IPv4-mapped IPv6 address"
    if block.address != block.network:
        return "must not have bits set beyond the prefix length"
    return None


def leading_zeros(value: str) -> bool:
    """Tell whether any number of a CIDR is written with zeros before it, which some readers take for octal."""
    address, _, length = value.partition("/")
    if len(length) > 1 and length.startswith("0"):
        return True
    groups = address.split(":")
    octets = groups[-1].split(".") if "." in groups[-1] else []
    # The strict reader, Go's netip, takes up to four digits in a group of IPv6, zeros or not.
    return any(len(octet) > 1 and octet.startswith("0") for octet in octets) or any(
        len(group) > _GROUP_DIGITS for group in groups if "." not in group
    )


def _as_matched(block: AddressBlock) -> tuple[int, int, int]:
    """Return bits, network and prefix as Go's net.IPNet compares them, where a mapped network is an IPv4 network."""
    if block.bits == IPV6_BITS and block.network >> IPV4_BITS == _MAPPED:
        return IPV4_BITS, block.network & 0xFFFFFFFF, block.prefix - (IPV6_BITS - IPV4_BITS)
    return block.bits, block.network, block.prefix


def _number(digits: str) -> int:
    """Read digits of which at most the last three count; Python refuses to read thousands."""
    return int(digits[-3:])


def _is_number(text: str, most: int, digits: str = "0123456789") -> bool:
    """Tell whether a text is a number of at most so many digits behind its leading zeros."""
    return bool(text) and not text.strip(digits) and len(text.lstrip("0")) <= most


def _ipv4(text: str) -> int | None:
    octets = text.split(".")
    if len(octets) != _OCTETS or not all(_is_number(octet, _DIGITS) for octet in octets):
        return None
    numbers = [_number(octet) for octet in octets]
    return int.from_bytes(numbers) if max(numbers) <= _LARGEST_OCTET else None


def _ipv6(text: str) -> int | None:
    head, colon, tail = text.rpartition(":")
    if colon and "." in tail:
        embedded = _ipv4(tail)
        if embedded is None:
            return None
        text = f"{head}:{embedded >> 16:x}:{embedded & 0xFFFF:x}"
    left, ellipsis, right = text.partition("::")
    before = left.split(":") if left else []
    after = right.split(":") if right else []
    missing = _GROUPS - len(before) - len(after)
    if missing < 1 if ellipsis else missing:
        return None
    groups = [*before, *["0"] * missing, *after]
    if not all(_is_number(group, _GROUP_DIGITS, _HEXADECIMAL) for group in groups):
        return None
    number = 0
    for group in groups:
        number = number << 16 | int(group, 16)
    return number
