"""What blocks are meant for that are written wrongly, and how a block is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.policy.addresses import IPV4_BITS, IPV6_BITS, AddressBlock, parse

if TYPE_CHECKING:
    from collections.abc import Iterator


def candidates(text: str) -> Iterator[AddressBlock]:
    """Yield the network and the single address that a text may stand for; a bare address is a block of one."""
    block = parse(text)
    if block is None and "/" not in text:
        block = parse(f"{text}/{IPV6_BITS if ':' in text else IPV4_BITS}")
    if block is None:
        return
    if block.mapped:
        if block.prefix < IPV6_BITS - IPV4_BITS:
            return
        block = AddressBlock(IPV4_BITS, block.address & 0xFFFFFFFF, block.prefix - (IPV6_BITS - IPV4_BITS))
    yield AddressBlock(block.bits, block.network, block.prefix)
    if block.network != block.address:
        yield AddressBlock(block.bits, block.address, block.bits)


def canonical(block: AddressBlock) -> str:
    """Write a block as RFC 5952 and Go's net/netip have it."""
    from ipaddress import IPv4Address, IPv6Address  # slow to import, and only mistakes need it

    address = IPv4Address(block.address) if block.bits == IPV4_BITS else IPv6Address(block.address)
    return f"{address}/{block.prefix}"
