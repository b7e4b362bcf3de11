"""Risks of a change: what a reviewer should look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.private_networks import LOCAL_BLOCKS, PRIVATE_BLOCKS
from netpolc.engine.pod_addresses import held_by
from netpolc.engine.regions import PodSet, names_of
from netpolc.engine.verdicts import Address, Pod
from netpolc.sets import ports
from netpolc.sets.addresses import AddressSet, block, union
from netpolc.sets.ports import PROTOCOLS, PortSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.engine.model import AllowRule, Decision
    from netpolc.queries.change_reasons import ChangeLine
    from netpolc.queries.grouping import ChangedGroup, ReasonedGroup

WORLD, NAMESPACES, PORTS, DENIAL, ASSERTION = "NP620", "NP621", "NP622", "NP623", "NP624"

PUBLIC = (block(4, 0, 0), block(6, 0x2000 << 112, 3))
"""The addresses of which hosts on the internet have theirs (RFC 4291, 2.4, as allocated by IANA)."""

PRIVATE = held_by((*PRIVATE_BLOCKS, *LOCAL_BLOCKS))
"""What is no part of the world, though the rest of a family is."""

NO_PORT = PortSet()


class Risks:
    """The risks of openings that are reviewed together."""

    def __init__(self, openings: Iterable[ReasonedGroup]) -> None:
        """Collect what the openings add up to."""
        opened: dict[tuple[str, bool], dict[PortSet, list[AddressSet]]] = {}
        self._between: set[tuple[ChangeLine, ...]] = set()
        for each in openings:
            for key, held in _outside(each.group):
                opened.setdefault(key, {}).setdefault(each.group.ports, []).append(held)
            if is_between_namespaces(each.group):
                self._between |= {reason.lines for reason in each.reasons}
        self._wide = {key: _wide_ports(of_key) for key, of_key in opened.items()}

    def of(self, opening: ReasonedGroup) -> tuple[str, ...]:
        """Return the codes of what is risky about an opening."""
        group, reasons = opening.group, opening.reasons
        allow_rules = [allow_rule for reason in reasons for allow_rule in reason.allow_rules]
        found: Mapping[str, bool] = {
            WORLD: any(
                _is_public(held) and ports.intersection(group.ports, self._wide[key]) != NO_PORT
                for key, held in _outside(group)
            ),
            NAMESPACES: is_between_namespaces(group)
            or any(_leads_beyond(reason.allow_rules) and reason.lines not in self._between for reason in reasons),
            PORTS: any(
                each.has_every(protocol)
                for each in (group.ports, *(g.ports for g in allow_rules))
                for protocol in PROTOCOLS
            ),
            DENIAL: bool(reasons) and all(reason.isolations for reason in reasons),
        }
        return tuple(code for code, is_so in found.items() if is_so)


def is_most_of_the_world(addresses: AddressSet) -> bool:
    """Tell whether it holds half of all public addresses of a family, in however many blocks."""
    return any(2 * _size(addresses & public) >= _size(public) for public in PUBLIC)


def _is_public(addresses: AddressSet) -> bool:
    """Tell whether it holds any address that a host on the internet may have."""
    return any((addresses & public) - PRIVATE for public in PUBLIC)


def _wide_ports(opened: Mapping[PortSet, list[AddressSet]]) -> PortSet:
    """Return the ports on which most of the world is opened: half of it on one port and half on another is not."""
    sets = {on: union(several) for on, several in opened.items()}
    wide = ports.union(on for on, held in sets.items() if is_most_of_the_world(held))
    parts = {on: held for on, held in sets.items() if not is_most_of_the_world(held)}
    if not is_most_of_the_world(union([*parts.values()])):
        return wide
    apart: list[tuple[PortSet, AddressSet]] = []  # no port is in two of them
    for on, held in parts.items():
        left, finer = on, []
        for known, before in apart:
            finer.append((ports.intersection(known, on), union([before, held])))
            finer.append((ports.difference(known, on), before))
            left = ports.difference(left, known)
        apart = [(some, addresses) for some, addresses in (*finer, (left, held)) if some != NO_PORT]
    return ports.union([wide, *(some for some, addresses in apart if is_most_of_the_world(addresses))])


def _size(addresses: AddressSet) -> int:
    return sum(held.last - held.first + 1 for held in addresses.ranges)


def _outside(group: ChangedGroup) -> Iterator[tuple[tuple[str, bool], AddressSet]]:
    """Yield the addresses at either end, with each peer at the other end that they are opened to."""
    for ends, others, inward in ((group.sources, group.destinations, True), (group.destinations, group.sources, False)):
        held = union([peer.end.addresses for peer in ends if isinstance(peer.end, Address)])
        if held:
            yield from (((other.id, inward), held) for other in others)


def is_between_namespaces(group: ChangedGroup) -> bool:
    """Tell whether any of its pairs are pods of two namespaces."""
    here, there = (
        {peer.end.namespace for peer in peers if isinstance(peer.end, Pod)}
        for peers in (group.sources, group.destinations)
    )
    return bool(here and there) and len(here | there) > 1


def _leads_beyond(allow_rules: Iterable[AllowRule | Decision]) -> bool:
    """Tell whether rules are about pods of namespaces other than the one that they are for."""
    return any(
        isinstance(allow_rule.peer, PodSet)
        and names_of(allow_rule.peer.namespaces) != names_of(allow_rule.subject.namespaces)
        for allow_rule in allow_rules
    )
