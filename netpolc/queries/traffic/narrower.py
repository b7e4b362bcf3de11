"""The part of a line that was used, as a line: fewer peers, fewer ports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.engine import words
from netpolc.ir.model import Pods
from netpolc.sets.ports import FIRST, LAST, PortInterval, PortSet, ports_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from netpolc.ir.model import Destination, Flow, Peer
    from netpolc.queries.traffic.uses import LineUse

FEW = 8
"""How many ports are written one by one in the place of every port."""

FREE = 32768
"""Ports from this one on may be those that a system picks for its own connections (Linux, ip_local_port_range)."""


def narrower(flow: Flow, uses: Sequence[LineUse]) -> str | None:
    """Return a line for what was used of a flow, or None where that is all of it, or cannot be said in its own words.

    Members of sets are left out, and ports. What selects pods stays as it is, for those to come as well.
    """
    sources = [peer for peer in flow.sources if any(use.is_from(peer) for use in uses)]
    kept: list[tuple[Destination, PortSet]] = []
    for destination in flow.destinations:
        used = [use for use in uses if use.is_to(destination)]
        if used:
            kept.append((destination, _ports(destination.ports, used)))
    whole = [(each, each.ports) for each in flow.destinations]
    if not sources or not kept or (sources == list(flow.sources) and kept == whole):
        return None
    callers = [_text(flow, peer) for peer in sources]
    called = [_text(flow, destination.peer) for destination, _ in kept]
    if None in callers or None in called:
        return None
    half = f" {flow.directions[0]}" if len(flow.directions) == 1 else ""
    return f"{_set(callers)} -> {_targets(called, [ports for _, ports in kept])}{half}"


def _ports(ports: PortSet, uses: Iterable[LineUse]) -> PortSet:
    """Return those of some ports that were used; a range stays, as the rest of it may be used another time."""
    used = {(use.protocol, use.port) for use in uses}
    found: list[PortInterval] = []
    for interval in ports.intervals:
        inside = sorted(port for protocol, port in used if protocol == interval.protocol and _holds(interval, port))
        if (interval.first, interval.last) != (FIRST, LAST):
            found += [interval] if inside else []
        elif len(inside) > FEW or any(port >= FREE for port in inside):
            found.append(interval)
        else:
            found += [PortInterval(interval.protocol, port, port) for port in inside]
    return ports_of([*found, *ports.names])


def _holds(interval: PortInterval, port: int) -> bool:
    return interval.first <= port <= interval.last


def _text(flow: Flow, peer: Peer) -> str | None:
    """Return what a line calls a peer, or None where it does not name it, as a member of a group.

    Lines that write a peer alike share it, with the place of the first. What is declared elsewhere stands by its name,
    behind that of a namespace or a module, if not of its own.
    """
    text = re.escape(" ".join(peer.location.text.split()))
    named = _found(text, flow)
    if not named and isinstance(peer, Pods) and peer.declared:
        named = _found(rf"(?:[\w-]+[./])?{re.escape(peer.name)}", flow)
    return named.pop() if len(named) == 1 else None


def _found(pattern: str, flow: Flow) -> set[str]:
    """Return what stands by itself in a line and has a pattern."""
    return set(re.findall(rf"(?<![\w./-]){pattern}(?![\w./]|-(?!>))", flow.origin.text))


def _targets(called: Sequence[str | None], ports: Sequence[PortSet]) -> str:
    if len(set(ports)) == 1:
        return f"{_set(called)}:{words.ports(ports[0])}"
    return _set([f"{name}:{words.ports(each)}" for name, each in zip(called, ports, strict=True)])


def _set(texts: Sequence[str | None]) -> str:
    distinct = list(dict.fromkeys(map(str, texts)))
    return distinct[0] if len(distinct) == 1 else f"{{{', '.join(distinct)}}}"
