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
        self._outside = 0
        self._level = -1

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
            if is_private(end.address):
                return KnownEnd(self._number(identity), None, may_be_pod=True)
            return KnownEnd(self._outsider(identity, end.address), None, may_be_pod=False)
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

    def _outsider(self, end: FlowEnd, address: str) -> int:
        """Return the number of an address, or of the block that it is in where there are too many."""
        known = self._numbers.get(end)
        read = _alone(address) if known is None and self._level >= 0 else None
        if read is not None:
            end = FlowEnd(address=_block(read, PREFIXES[read.bits][self._level]))
            known = self._numbers.get(end)
        if known is not None:
            return known
        self._outside += 1
        if self._outside > MOST_OUTSIDE and self._level < len(PREFIXES[IPV4_BITS]) - 1:
            self._outside, self._level = 0, self._level + 1
        return self._number(end)


def identity_of(end: FlowEnd) -> FlowEnd:
    """Return what of an end tells whose it is: of a pod, its address does not, nor its name where its owner is known.

    Pods of a StatefulSet keep their names, by which rules may tell them apart.
    """
    if end.namespace is None or (end.owner is None and end.labels is None and end.pod is None):
        return end
    named = end.owner is None or end.kind == "StatefulSet"
    return msgspec.structs.replace(end, address=None, names=(), pod=end.pod if named else None)


def is_private(address: str) -> bool:
    """Tell whether an address is one that clusters take for their pods."""
    read = _alone(address)
    if read is None:
        return False
    blocks = (each for each in _PRIVATE if each.bits == read.bits)
    return any(read.network >> each.bits - each.prefix == each.network >> each.bits - each.prefix for each in blocks)


def _alone(address: str) -> AddressBlock | None:
    return parse(f"{address}/{128 if ':' in address else 32}")


def _block(address: AddressBlock, prefix: int) -> str:
    rest = address.bits - prefix
    octets = (address.network >> rest << rest).to_bytes(address.bits // 8)
    if address.bits == IPV4_BITS:
        return f"{'.'.join(map(str, octets))}/{prefix}"
    return f"{':'.join(f'{high << 8 | low:x}' for high, low in zip(octets[::2], octets[1::2], strict=True))}/{prefix}"
