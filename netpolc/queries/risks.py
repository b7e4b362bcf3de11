"""Risks of a change: what a reviewer should look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.regions import PodSet, names_of
from netpolc.engine.verdicts import Address, Pod
from netpolc.sets.addresses import AddressSet, block, union
from netpolc.sets.ports import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from netpolc.engine.changes import ConnectionChange
    from netpolc.engine.model import AllowRule
    from netpolc.queries.change_reasons import ChangeLine, ChangeReason

WORLD, NAMESPACES, PORTS, DENIAL, ASSERTION = "NP620", "NP621", "NP622", "NP623", "NP624"

PUBLIC = (block(4, 0, 0), block(6, 0x2000 << 112, 3))
"""The addresses of which hosts on the internet have theirs (RFC 4291, 2.4, as allocated by IANA)."""


class Risks:
    """The risks of openings that are reviewed together."""

    def __init__(self, openings: Iterable[tuple[ConnectionChange, tuple[ChangeReason, ...]]]) -> None:
        """Collect what the openings add up to."""
        self._addresses: dict[tuple[str, bool], list[AddressSet]] = {}
        self._between: set[tuple[ChangeLine, ...]] = set()
        for change, reasons in openings:
            end, key = _outside(change)
            if end is not None:
                self._addresses.setdefault(key, []).append(end.addresses)
            if is_between_namespaces(change):
                self._between |= {reason.lines for reason in reasons}
        self._wide = {key for key, sets in self._addresses.items() if is_most_of_the_world(union(sets))}

    def of(self, change: ConnectionChange, reasons: tuple[ChangeReason, ...]) -> tuple[str, ...]:
        """Return the codes of what is risky about an opening."""
        end, key = _outside(change)
        allow_rules = [allow_rule for reason in reasons for allow_rule in reason.allow_rules]
        found: Mapping[str, bool] = {
            WORLD: end is not None and key in self._wide,
            NAMESPACES: is_between_namespaces(change)
            or any(_leads_beyond(reason.allow_rules) and reason.lines not in self._between for reason in reasons),
            PORTS: any(
                each.has_every(protocol)
                for each in (change.ports, *(g.ports for g in allow_rules))
                for protocol in PROTOCOLS
            ),
            DENIAL: bool(reasons) and all(reason.isolations for reason in reasons),
        }
        return tuple(code for code, is_so in found.items() if is_so)


def is_most_of_the_world(addresses: AddressSet) -> bool:
    """Tell whether it holds half of all public addresses of a family, in however many blocks."""
    return any(2 * _size(addresses & public) >= _size(public) for public in PUBLIC)


def _size(addresses: AddressSet) -> int:
    return sum(held.last - held.first + 1 for held in addresses.ranges)


def _outside(change: ConnectionChange) -> tuple[Address | None, tuple[str, bool]]:
    """Return the end of a change that is no pod, and what tells apart the pods that it is opened to."""
    if isinstance(change.source.end, Address):
        return change.source.end, (change.destination.id, True)
    end = change.destination.end
    return end if isinstance(end, Address) else None, (change.source.id, False)


def is_between_namespaces(change: ConnectionChange) -> bool:
    """Tell whether its ends are pods of two namespaces."""
    source, destination = change.source.end, change.destination.end
    return isinstance(source, Pod) and isinstance(destination, Pod) and source.namespace != destination.namespace


def _leads_beyond(allow_rules: Iterable[AllowRule]) -> bool:
    """Tell whether rules are about pods of namespaces other than the one that they are for."""
    return any(
        isinstance(allow_rule.peer, PodSet)
        and names_of(allow_rule.peer.namespaces) != names_of(allow_rule.subject.namespaces)
        for allow_rule in allow_rules
    )
