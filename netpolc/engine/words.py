"""Pods, addresses and ports in words, in the spelling of the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.verdicts import Address
from netpolc.policy.constants import NAME_LABEL
from netpolc.sets.addresses import BITS, FAMILIES, AddressRange, AddressSet
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST, PortInterval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from netpolc.engine.verdicts import End
    from netpolc.engine.witness import Witness
    from netpolc.sets.addresses import Family
    from netpolc.sets.labels import LabelSelector
    from netpolc.sets.ports import PortSet


def end(subject: End) -> str:
    """Describe one pod, by its namespace and labels, or one address."""
    if isinstance(subject, Address):
        held = subject.addresses.ranges[0]
        return address(held.family, held.first)
    here = "the unnamed namespace" if subject.namespace is None else f"namespace {subject.namespace}"
    carried = f" [{_labels(subject.namespace_labels)}]" if subject.namespace_labels else ""
    pod = f"a pod [{_labels(subject.labels)}]" if subject.labels else "a pod without labels"
    return f"{pod} of {here}{carried}"


def connection(example: Witness) -> str:
    """Describe one connection: `a pod … of namespace shop reach a pod … on TCP 80`."""
    return f"{end(example.source)} reach {end(example.destination)} on {port(example)}"


def port(example: Witness) -> str:
    """Describe the port of a connection, and what its destination calls it."""
    names = (
        ""
        if isinstance(example.destination, Address)
        else " and ".join(f"`{each.name}`" for each in example.destination.ports)
    )
    return f"{example.protocol} {example.port}{f', which it names {names}' if names else ''}"


def address(family: Family, number: int) -> str:
    """Write an address as RFC 5952 and everybody do."""
    if family == 4:  # noqa: PLR2004 -- the family
        return ".".join(map(str, number.to_bytes(4)))
    from ipaddress import IPv6Address  # slow to import, and rarely needed

    return str(IPv6Address(number))


def address_range(held: AddressRange) -> str:
    """Write a range as a CIDR if it is one, else as its first and last address."""
    size = held.last - held.first + 1
    if size & (size - 1) == 0 and held.first % size == 0:
        return f"{address(held.family, held.first)}/{BITS[held.family] - size.bit_length() + 1}"
    return f"{address(held.family, held.first)}-{address(held.family, held.last)}"


def blocks(held: AddressSet) -> list[str]:
    """Write addresses as blocks, each a CIDR; most of a larger block as that one but for others, if that is shorter."""
    written: list[str] = []
    for family in FAMILIES:
        ranges = [each for each in held.ranges if each.family == family]
        if not ranges:
            continue
        around, without = _but_for(ranges)
        if without.ranges:
            lacking = _cidrs_of(without)
            excepted = lacking[0] if len(lacking) == 1 else f"{{{', '.join(lacking)}}}"
            written.append(f"{address_range(around)} except {excepted}")
        else:
            written += _cidrs_of(AddressSet(tuple(ranges)))
    return written


def exception(held: AddressSet, addresses: AddressSet) -> tuple[str, str] | None:
    """Return the block that some addresses are most of, and what it lacks where others lie, or None."""
    for family in FAMILIES:
        ranges = [each for each in held.ranges if each.family == family]
        around, without = _but_for(ranges) if ranges else (None, AddressSet())
        for each in without.ranges:
            if around is not None and addresses and not addresses - AddressSet((each,)):
                return address_range(around), address_range(each)
    return None


def _but_for(ranges: Sequence[AddressRange]) -> tuple[AddressRange, AddressSet]:
    """Return the block around some ranges of one family, and what it lacks, which is nothing if that is no shorter."""
    around, held = _around(ranges), AddressSet(tuple(ranges))
    without = AddressSet((around,)) - held
    return around, without if len(_cidrs_of(without)) + 1 < len(_cidrs_of(held)) else AddressSet()


def _cidrs_of(held: AddressSet) -> list[str]:
    return [text for each in held.ranges for text in cidrs(each)]


def _around(ranges: Sequence[AddressRange]) -> AddressRange:
    """Return the smallest block that holds some ranges of one family."""
    family, first, last = ranges[0].family, ranges[0].first, ranges[-1].last
    host = (first ^ last).bit_length()
    first = first >> host << host
    return AddressRange(family, first, first + (1 << host) - 1)


def cidrs(held: AddressRange) -> Iterator[str]:
    """Yield the blocks that a range is made of, in order."""
    first = held.first
    while first <= held.last:
        size = (first & -first) or 1 << BITS[held.family]
        while first + size - 1 > held.last:
            size >>= 1
        yield f"{address(held.family, first)}/{BITS[held.family] - size.bit_length() + 1}"
        first += size


def selector(labels: LabelSelector) -> str:
    """Write requirements as kubectl does."""
    written: list[str] = []
    for requirement in labels.requirements:
        key, values = requirement.key or NAME_LABEL, requirement.values
        several = f"({', '.join(values)})"
        match requirement.operator:
            case "In":
                written.append(f"{key}={values[0]}" if len(values) == 1 else f"{key} in {several}")
            case "NotIn":
                # That a namespace has another name than none is to say that it has a name.
                one = key if values == ("",) and not requirement.key else f"{key}!={values[0]}"
                written.append(one if len(values) == 1 else f"{key} notin {several}")
            case "Exists":
                written.append(key)
            case "DoesNotExist":
                written.append(f"!{key}")
    return ", ".join(written)


def ports(held: PortSet) -> str:
    """Write ports as they stand after a destination's colon."""
    if held == EVERY_PORT:
        return "*"
    written = [_interval(each) for each in held.intervals]
    written += [f'"{name.name}"{_protocol(name.protocol)}' for name in held.names]
    return written[0] if len(written) == 1 else f"{{{', '.join(written)}}}"


def _interval(held: PortInterval) -> str:
    if (held.first, held.last) == (FIRST, LAST):
        return f"*/{held.protocol.lower()}"
    numbers = str(held.first) if held.first == held.last else f"{held.first}-{held.last}"
    return numbers + _protocol(held.protocol)


def _protocol(name: str) -> str:
    return "" if name == "TCP" else f"/{name.lower()}"


def _labels(carried: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(carried.items()))
