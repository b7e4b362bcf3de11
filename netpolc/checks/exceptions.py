"""Exceptions of blocks that other rules for the same pods let in again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.openings import is_for_dns
from netpolc.diagnostics.model import Label
from netpolc.engine.from_policies import addresses_of
from netpolc.engine.index import Index
from netpolc.sets.addresses import AddressSet
from netpolc.sets.ports import PortSet, intersection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netpolc.engine.model import AllowRule, DirectionRules, Reason
    from netpolc.engine.regions import PodSet

SHOWN = 3
"""The exceptions and the rules that are named; more would not help."""


class Letting:
    """The rules of a direction that let addresses through, but for those for DNS, which is meant by itself."""

    def __init__(self, rules: DirectionRules) -> None:
        """Index the rules."""
        self._by_subject: Index[AllowRule] = Index(
            (each.subject, each)
            for each in rules.allow_rules
            if isinstance(each.peer, AddressSet) and not is_for_dns(each.ports)
        )

    def undoing(self, subject: PodSet, excepts: Iterable[str], ports: PortSet) -> dict[str, Reason]:
        """Find the exceptions that a rule for more addresses lets through on some ports, for all pods of a set.

        A rule for just these addresses, or for a part of them, is meant for them.
        """
        found: dict[str, Reason] = {}
        for text in excepts:
            excepted = addresses_of(text, ())
            for rule in self._by_subject.around(subject):
                if rule.reason is not None and _holds(rule.peer, excepted) and _meet(rule.ports, ports):
                    found.setdefault(text, rule.reason)
        return found


def leave_some(cidr: str, excepts: Sequence[str]) -> bool:
    """Tell whether a block has exceptions, and addresses beside these: of one that has none, NP503 speaks."""
    return bool(excepts) and bool(addresses_of(cidr, excepts))


def message_of(undone: Mapping[str, Reason]) -> str:
    """Say that exceptions are let through, by another flow or rule, or by another peer of the same."""
    listed = [f"`{text}`" for text in undone]
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return f"{', '.join(listed[:SHOWN])}{more} {'is' if len(listed) == 1 else 'are'} let through all the same"


def labels_of(undone: Mapping[str, Reason]) -> tuple[Label, ...]:
    """Return labels at what lets exceptions through."""
    places = [reason.location for reason in dict.fromkeys(undone.values()) if reason.location is not None]
    return tuple(Label(place, "by this") for place in places[:SHOWN])


def _holds(peer: object, excepted: AddressSet) -> bool:
    """Tell whether a peer is all of some addresses, and more."""
    return isinstance(peer, AddressSet) and peer & excepted == excepted != peer


def _meet(one: PortSet, other: PortSet) -> bool:
    return intersection(one, other) != PortSet()
