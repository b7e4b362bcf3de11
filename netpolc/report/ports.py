"""Ports as results show them: as ranges that are as long as they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.diagnostics.visible import visible
from netpolc.sets.ports import EVERY_PORT, FIRST, LAST, PROTOCOLS, PortInterval

if TYPE_CHECKING:
    from netpolc.sets.ports import NamedPort, PortSet

EVERYTHING = "ANY"
"""Stands for every port of every protocol."""


def ranges(ports: PortSet) -> list[PortInterval]:
    """List the intervals, those that adjoin made one; a set for policies keeps single ports apart."""
    found: list[PortInterval] = []
    for interval in ports.intervals:
        last = found[-1] if found else None
        if last is not None and last.protocol == interval.protocol and last.last + 1 == interval.first:
            found[-1] = PortInterval(last.protocol, last.first, interval.last)
        else:
            found.append(interval)
    return found


def in_words(ports: PortSet) -> str:
    """Write ports as in `TCP 80, 8000-8100; UDP 53`, where a container port's name is quoted.

    What is of pods that do not give a port some name is `TCP 80 but not "http"`.
    """
    if ports.intervals == EVERY_PORT.intervals:
        return EVERYTHING
    numbers: dict[str, list[str]] = {}
    for each in ranges(ports):
        text = str(each.first) if each.first == each.last else f"{each.first}-{each.last}"
        numbers.setdefault(each.protocol, []).append(text)
    for name in ports.names:
        numbers.setdefault(name.protocol, []).append(_named(name))
    if len(numbers) == len(PROTOCOLS) and len({tuple(each) for each in numbers.values()}) == 1 and _is_of_any(ports):
        return f"{EVERYTHING}{_but(ports.names[0])}"
    return "; ".join(f"{protocol} {', '.join(numbers[protocol])}" for protocol in sorted(numbers))


def _is_of_any(ports: PortSet) -> bool:
    """Tell whether it is all numbers but those of one choice of names, in each protocol that it has."""
    whole = [not name.name and (name.first, name.last) == (FIRST, LAST) for name in ports.names]
    return not ports.intervals and len(whole) == len(PROTOCOLS) and all(whole)


def _named(name: NamedPort) -> str:
    """Write the name of a port, with the numbers that it has to have, the other names, and those that it has not."""
    numbers = str(name.first) if name.first == name.last else f"{name.first}-{name.last}"
    if not name.name:
        return f"{numbers}{_but(name)}"
    called = " and ".join(f'"{visible(each)}"' for each in name.names)
    at = "" if (name.first, name.last) == (FIRST, LAST) else f" at {numbers}"
    return f"{called}{at}{_but(name)}"


def _but(name: NamedPort) -> str:
    names = " or ".join(f'"{visible(each)}"' for each in name.but)
    return f" but not {names}" if names else ""
