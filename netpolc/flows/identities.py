"""What of the ends of flows tells whose they are, in as few as memory allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from netpolc.ecosystem.private_networks import PRIVATE_BLOCKS
from netpolc.flows.record import FlowEnd
from netpolc.flows.stays import Times
from netpolc.policy.addresses import IPV4_BITS, IPV6_BITS, parse

if TYPE_CHECKING:
    from netpolc.policy.addresses import AddressBlock

MOST_OUTSIDE = 10_000
"""The addresses outside of private networks that are kept apart; more are known by their blocks."""

MOST_PRIVATE = 50_000
"""The addresses of private networks that are kept apart, of which each may be a pod's; more are known by blocks."""

PREFIXES = {IPV4_BITS: (24, 16, 8), IPV6_BITS: (64, 48, 16)}
"""The lengths of the prefixes of these blocks, each until there are as many of them, by the bits of a family."""

_KEPT = 100_000
"""The ends that are remembered as they were recorded."""

_PRIVATE = tuple(filter(None, map(parse, PRIVATE_BLOCKS)))


class KnownEnd(NamedTuple):
    """An end by a number, which is that of all with the same identity, and the times at which a pod had its address.

    It `may_be_pod` where it is an address alone that pods may have.
    """

    number: int
    times: Times | None
    may_be_pod: bool


class Identities:
    """The identities of ends, by number, and the pods that had an address."""

    def __init__(self) -> None:
        """Begin with none."""
        self.ends: list[FlowEnd] = []
        self.stays: dict[str, dict[FlowEnd, Times]] = {}
        self._numbers: dict[FlowEnd, int] = {}
        self._known: dict[FlowEnd, KnownEnd] = {}
        self._outside = _Level(MOST_OUTSIDE)
        self._private = _Level(MOST_PRIVATE)

    def of(self, end: FlowEnd) -> KnownEnd:
        """Return an end as it is known."""
        found = self._known.get(end)
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[end] = self._made(end)
        return found

    def stay(self, address: str, pod: FlowEnd) -> Times:
        """Return the times at which a pod, by its identity, had an address."""
        return self.stays.setdefault(address, {}).setdefault(pod, Times())

    def _made(self, end: FlowEnd) -> KnownEnd:
        identity = identity_of(end)
        if end.namespace is None and end.address is not None:
            held = _private_block(end.address)
            if held is None:
                return KnownEnd(self._alone(identity, end.address, self._outside), None, may_be_pod=False)
            if end.address in self.stays:
                return KnownEnd(self._number(identity), None, may_be_pod=True)
            number = self._alone(identity, end.address, self._private, held.prefix)
            return KnownEnd(number, None, may_be_pod="/" not in (self.ends[number].address or ""))
        times = None
        if end.address is not None and identity is not end:
            times = self.stay(end.address, identity)
        return KnownEnd(self._number(identity), times, may_be_pod=False)

    def _number(self, identity: FlowEnd) -> int:
        found = self._numbers.get(identity)
        if found is None:
            found = self._numbers[identity] = len(self.ends)
            self.ends.append(identity)
        return found

    def _alone(self, end: FlowEnd, address: str, level: _Level, widest: int = 0) -> int:
        """Return the number of an address, or of the block that it is in where there are too many.

        No block is wider than `widest`, so that one of private addresses holds no others.
        """
        known = self._numbers.get(end)
        read = _block_of(address) if known is None and level.of_blocks >= 0 else None
        if read is not None:
            end = FlowEnd(address=_block(read, max(widest, PREFIXES[read.bits][level.of_blocks])))
            known = self._numbers.get(end)
        if known is not None:
            return known
        level.grow()
        return self._number(end)


class _Level:
    """How wide the blocks are that stand for addresses of one kind: -1 until there are too many addresses."""

    def __init__(self, most: int) -> None:
        self.of_blocks = -1
        self._most = most
        self._many = 0

    def grow(self) -> None:
        """Count one more address, or block; of too many, those to come are wider."""
        self._many += 1
        if self._many > self._most and self.of_blocks < len(PREFIXES[IPV4_BITS]) - 1:
            self._many, self.of_blocks = 0, self.of_blocks + 1


def identity_of(end: FlowEnd) -> FlowEnd:
    """Return what of an end tells whose it is: of a pod, its address does not, nor its name where its owner is known.

    Pods of a StatefulSet keep their names, by which rules may tell them apart.
    """
    if end.namespace is None or (end.owner is None and end.labels is None and end.pod is None):
        return end
    named = end.owner is None or end.kind == "StatefulSet"
    return msgspec.structs.replace(end, address=None, names=(), pod=end.pod if named else None)


def is_private(address: str) -> bool:
    """Tell whether an address, or each of a block, is one that clusters take for their pods."""
    return _private_block(address) is not None


def _private_block(address: str) -> AddressBlock | None:
    """Return the private network that an address or a block is in."""
    read = _block_of(address)
    if read is None:
        return None
    blocks = (each for each in _PRIVATE if each.bits == read.bits and each.prefix <= read.prefix)
    return next((each for each in blocks if _start(read, each.prefix) == _start(each, each.prefix)), None)


def _start(block: AddressBlock, prefix: int) -> int:
    return block.network >> block.bits - prefix


def _block_of(address: str) -> AddressBlock | None:
    return parse(address if "/" in address else f"{address}/{IPV6_BITS if ':' in address else IPV4_BITS}")


def _block(address: AddressBlock, prefix: int) -> str:
    rest = address.bits - prefix
    octets = (address.network >> rest << rest).to_bytes(address.bits // 8)
    if address.bits == IPV4_BITS:
        return f"{'.'.join(map(str, octets))}/{prefix}"
    return f"{':'.join(f'{high << 8 | low:x}' for high, low in zip(octets[::2], octets[1::2], strict=True))}/{prefix}"
