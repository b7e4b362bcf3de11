"""Pods that could exist and are denied what the one is allowed that stands for them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.queries.reading import QueryError
from netpolc.reach.boxes import TooComplexError
from netpolc.reach.peers import endpoint
from netpolc.reach.proofs import Prover, boxes
from netpolc.reach.regions import PodSet, in_namespace, meet
from netpolc.reach.verdicts import Address
from netpolc.reach.witness import Connection, witness
from netpolc.sets.addresses import AddressSet
from netpolc.sets.labels import LabelRequirement, LabelSelector
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.reach.model import Halves
    from netpolc.reach.peers import Peer
    from netpolc.reach.regions import Region
    from netpolc.reach.verdicts import End


class Exceptional(msgspec.Struct, frozen=True):
    """A connection that is denied, what its ends are called, and the number of the question that it is about."""

    number: int
    source: str
    destination: str
    connection: Connection


def exception(halves: Halves, asked: Iterable[tuple[Peer, Peer, PortSet]]) -> Exceptional | None:
    """The first that is denied among connections which were asked about, between pods that could exist.

    Of workloads everything is known, and of such pods, what a port's name stands for is not; neither is looked at.

    Raises:
        QueryError: it takes too long to tell.
    """
    prover: Prover | None = None
    seen: list[tuple[Region, Region, PortSet]] = []
    for number, (source, destination, ports) in enumerate(asked):
        one, other = _region(source), _region(destination)
        if one is None or other is None or (isinstance(one, AddressSet) and isinstance(other, AddressSet)):
            continue
        if any(_is_within(one, first) and _is_within(other, last) and ports == same for first, last, same in seen):
            continue
        seen.append((one, other, ports))
        prover = prover or Prover(halves)
        found = _denied(prover, one, other, ports)
        if found is not None:
            names = _called(found.source, source), _called(found.destination, destination)
            return Exceptional(number, *names, found)
    return None


def _denied(prover: Prover, source: Region, destination: Region, ports: PortSet) -> Connection | None:
    prover.space.begin()
    try:
        numbered = boxes((source,), (destination,), PortSet(ports.intervals))
        denied = next((found for box in numbered for found in prover.denied(box)), None)
    except TooComplexError:
        raise QueryError("it takes too long to tell for every such pod; ask about fewer") from None
    return None if denied is None else witness(denied.box, prover.namespaces)


def _region(peer: Peer) -> Region | None:
    return peer.end.addresses if isinstance(peer.end, Address) else peer.pods


def _is_within(one: Region, other: Region) -> bool:
    return meet(one, other) == one


def _called(end: End, peer: Peer) -> str:
    """An example among the pods of a peer, as the language writes it."""
    if isinstance(end, Address):
        return peer.id
    asked = (LabelRequirement(key, "In", (value,)) for key, value in sorted(end.labels.items()))
    return endpoint(PodSet(in_namespace(end.namespace), LabelSelector(tuple(asked))))
