"""One connection out of many, as an example that a person can follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet
from netpolc.engine.verdicts import Address, End, Pod, PodPort
from netpolc.sets import labels
from netpolc.sets.addresses import AddressRange, AddressSet
from netpolc.sets.ports import Protocol

if TYPE_CHECKING:
    from netpolc.engine.boxes import Box
    from netpolc.engine.regions import NamespaceExample, Region

USUAL = (80, 443, 8080)
"""Ports that say least about why they were chosen."""


class Witness(msgspec.Struct, frozen=True):
    """From one pod or address to another, on one port."""

    source: End
    destination: End
    protocol: Protocol
    port: int


def witness(box: Box, namespaces: Namespaces) -> Witness:
    """Return a connection of a box that is possible."""
    ports = box.ports
    port = next((usual for usual in USUAL if ports.first <= usual <= ports.last), ports.first)
    here, there = namespaces.examples(_place(box.source), _place(box.destination))
    names = tuple(PodPort(name, ports.protocol, port) for name in sorted(ports.named))
    source, destination = _end(box.source, here, ()), _end(box.destination, there, names)
    return Witness(source, destination, ports.protocol, port)


def _place(region: Region) -> labels.LabelSelector:
    return region.namespaces if isinstance(region, PodSet) else EVERY_POD.namespaces


def _end(region: Region, place: NamespaceExample, ports: tuple[PodPort, ...]) -> End:
    if isinstance(region, AddressSet):
        first = region.ranges[0]
        return Address(AddressSet((AddressRange(first.family, first.first, first.first),)))
    name, carried = place
    return Pod(namespace=name or None, namespace_labels=carried, labels=labels.example(region.pods), ports=ports)
