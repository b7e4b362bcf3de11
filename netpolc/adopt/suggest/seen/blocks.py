"""Addresses as the blocks that a person would write: a few as they are, more by what they have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.adopt.importer.library import standard_library
from netpolc.adopt.importer.model import BlockEnd
from netpolc.adopt.suggest.model import INTERNET
from netpolc.ecosystem.private_networks import PRIVATE_BLOCKS
from netpolc.engine.from_policies import addresses_of
from netpolc.flows.identities import is_private
from netpolc.language.resolve.addresses import canonical
from netpolc.policy.addresses import IPV4_BITS, IPV6_BITS, AddressBlock, parse
from netpolc.sets.addresses import union

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from netpolc.adopt.suggest.model import LibraryEnd
    from netpolc.sets.addresses import AddressSet

MOST = 4
"""How many blocks a person would read beside each other."""

STEPS = {IPV4_BITS: (24, 16), IPV6_BITS: (64, 48)}
"""The prefixes of the networks that addresses are taken together by, the narrowest first."""

EVERYWHERE = {IPV4_BITS: "0.0.0.0/0", IPV6_BITS: "::/0"}
_MAPPED = 0xFFFFFFFF

_PRIVATE = tuple(filter(None, map(parse, PRIVATE_BLOCKS)))


class HeldAddresses(msgspec.Struct, frozen=True):
    """The end that a line names for some addresses that were seen, and what that `adds` to them, if it does."""

    end: BlockEnd | LibraryEnd
    addresses: tuple[AddressBlock, ...]
    adds: str | None = None


def address(text: str) -> AddressBlock | None:
    """Read an address as a block of its own, IPv4 that is mapped into IPv6 as itself; None where it is none.

    A block that stands for too many addresses to be kept apart is read as well, if none of them can be a pod's.
    """
    if "/" in text:
        return None if is_private(text) else parse(text)
    found = parse(f"{text}/{IPV6_BITS if ':' in text else IPV4_BITS}")
    if found is not None and found.mapped:
        return AddressBlock(IPV4_BITS, found.address & _MAPPED, IPV4_BITS)
    return found


def blocks_of(seen: Iterable[AddressBlock]) -> Iterator[HeldAddresses]:
    """Yield few blocks that hold all of some addresses."""
    near: dict[AddressBlock, list[AddressBlock]] = {}
    far: dict[int, list[AddressBlock]] = {}
    for one in sorted(set(seen), key=_order):
        private = next(
            (each for each in _PRIVATE if _network(one, each.prefix) == each and one.bits == each.bits), None
        )
        held = far.setdefault(one.bits, []) if private is None else near.setdefault(private, [])
        held.append(one)
    for private, held in near.items():
        yield from _few(held) or [_block(private, held)]
    public: list[AddressBlock] = []
    for bits, held in far.items():
        few = _few(held, STEPS[bits][:1])
        if few is None:
            public += held
        else:
            yield from few
    if public:
        yield from _world(public)


def _few(seen: Sequence[AddressBlock], steps: Sequence[int] | None = None) -> list[HeldAddresses] | None:
    """Return at most a few blocks, as narrow as that allows, or None where even the widest networks are more."""
    bits = seen[0].bits
    for prefix in (bits, *(STEPS[bits] if steps is None else steps)):
        networks: dict[AddressBlock, list[AddressBlock]] = {}
        for one in seen:
            networks.setdefault(_network(one, prefix), []).append(one)
        if len(networks) <= MOST:
            return [_block(network, held) for network, held in networks.items()]
    return None


def _world(seen: Collection[AddressBlock]) -> Iterator[HeldAddresses]:
    """Yield every public address for those that are public, and every address at all for what else is too many."""
    inside = _internet()
    public = tuple(one for one in seen if inside.contains(4 if one.bits == IPV4_BITS else 6, one.address))
    if public:
        networks = {_network(one, STEPS[one.bits][0]) for one in public}
        adds = f"adds every public address: {len(public):,} in {len(networks):,} networks were seen"
        yield HeldAddresses(INTERNET, public, adds)
    for bits, cidr in EVERYWHERE.items():
        others = [one for one in seen if one not in public and one.bits == bits] if len(public) < len(seen) else []
        few = _few(others) if others else []
        if few is None:
            yield HeldAddresses(BlockEnd(cidr), tuple(others), f"adds every address: {len(others):,} were seen")
        else:
            yield from few


def _block(network: AddressBlock, held: Sequence[AddressBlock]) -> HeldAddresses:
    """Return a network and what it adds; an address that is alone in it is written as itself."""
    written = canonical(held[0] if len(held) == 1 else network)
    if len(held) == 1:
        adds = f"adds all of {written}: too many of its addresses were seen to be told apart"
        return HeldAddresses(BlockEnd(written), tuple(held), None if held[0].prefix == held[0].bits else adds)
    free = network.bits - network.prefix
    size = f"{1 << free:,}" if network.bits == IPV4_BITS else f"2^{free}"
    return HeldAddresses(
        BlockEnd(written), tuple(held), f"{len(held):,} of the {size} addresses of {written} were seen"
    )


def _internet() -> AddressSet:
    library = standard_library()
    blocks = next(ends for ends, name in library.ends.items() if name == f"std.{INTERNET.name}")
    return union([addresses_of(each.cidr, each.excepts) for each in blocks if isinstance(each, BlockEnd)])


def _network(one: AddressBlock, prefix: int) -> AddressBlock:
    prefix = min(prefix, one.prefix)
    return AddressBlock(one.bits, AddressBlock(one.bits, one.address, prefix).network, prefix)


def _order(one: AddressBlock) -> tuple[int, int]:
    return one.bits, one.address
