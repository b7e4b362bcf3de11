"""What sets of ports are made of: numbers, names, and both."""

from __future__ import annotations

from typing import Literal

import msgspec

Protocol = Literal["TCP", "UDP", "SCTP"]
PROTOCOLS: tuple[Protocol, ...] = ("TCP", "UDP", "SCTP")
"""All protocols, in the order in which the API lists them."""
FIRST, LAST = 1, 65535


class PortInterval(msgspec.Struct, frozen=True, order=True, gc=False):
    """The ports `first` to `last`, both included, of one protocol."""

    protocol: Protocol
    first: int
    last: int


class NamedPort(msgspec.Struct, frozen=True, order=True, gc=False):
    """The ports that containers give a name, resolved by Kubernetes for each destination pod.

    Where rules of both ends meet, it may be just those of some numbers, or those that have other names, `also`. Where
    a name is denied, it is those that do not have it among their names, `but`; then `name` may be empty, for ports
    that may have any other name, or none.
    """

    protocol: Protocol
    name: str
    first: int = FIRST
    last: int = LAST
    also: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that a port must have, all of them."""
        return (self.name, *self.also) if self.name else ()


class PortSet(msgspec.Struct, frozen=True, order=True, gc=False, cache_hash=True):
    """A set of ports, in normal form as `ports_of` makes it: intervals sorted and disjoint, names sorted."""

    intervals: tuple[PortInterval, ...] = ()
    names: tuple[NamedPort, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether it is every port of every protocol."""
        return self == EVERY_PORT

    def has_every(self, protocol: Protocol) -> bool:
        """Tell whether it holds every port of a protocol."""
        return PortInterval(protocol, FIRST, LAST) in self.intervals

    def contains(self, protocol: Protocol, port: int) -> bool:
        """Tell whether it holds a port by number, whatever its names."""
        return any(i.protocol == protocol and i.first <= port <= i.last for i in self.intervals)


PORTLESS = frozenset({"icmp", "icmpv6", "ping"})
"""Protocols that users may write where one with ports belongs."""

NO_POLICY_FOR_ICMP = "policies are about TCP, UDP and SCTP, and leave it to the network plugin what becomes of ICMP"

EVERY_PORT = PortSet(tuple(PortInterval(protocol, FIRST, LAST) for protocol in sorted(PROTOCOLS)))
