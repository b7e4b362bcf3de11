"""What tiers decide of the connections of groups at one end: the decisions that let them through, or deny them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from netpolc.engine.row_algebra import NOTHING
from netpolc.queries.deciding_rules import DecidingRule, deciding_rule
from netpolc.sets.ports import difference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.engine.groups import BitGroup
    from netpolc.engine.members import Members
    from netpolc.engine.model import Action, Decision, DirectionRules, Tier
    from netpolc.ir.model import Direction
    from netpolc.queries.port_meetings import PortMeetings


class Decided(NamedTuple):
    """Decisions about connections of a group, in order, and whether these decide all of them."""

    rules: tuple[DecidingRule, ...]
    all: bool


class DecidingTiers:
    """The tiers of one direction, by the members that their decisions hold."""

    def __init__(self, direction: Direction, rules: DirectionRules, members: Members, meetings: PortMeetings) -> None:
        """Take the tiers around some rules."""
        self._outward = direction == "egress"
        self._rules = rules
        self._members, self._meetings = members, meetings

    @property
    def subjects(self) -> set[int]:
        """The members that any decision is for, of each."""
        return {self._members.bits(each.subject) for each in self._rules.decisions}

    @property
    def peers(self) -> set[int]:
        """The members at the other end of any decision, of each."""
        return {self._members.bits(each.peer) for each in self._rules.decisions}

    def before(self, group: BitGroup, action: Action) -> Decided:
        """Return what decides before rules, by some action."""
        return self._by(self._rules.before, group, action)

    def behind(self, group: BitGroup, action: Action) -> Decided:
        """Return what decides behind rules, by some action."""
        return self._by(self._rules.behind, group, action)

    def _by(self, tiers: Iterable[Tier], group: BitGroup, action: Action) -> Decided:
        found: dict[DecidingRule, None] = {}
        for tier in tiers:
            for decision in tier.decisions:
                held = self._held(decision, group)
                if held is None:
                    continue
                if decision.action == action:
                    found[deciding_rule(decision.reason)] = None
                if held and decision.action != "next":
                    return Decided(tuple(found), all=True)
                if held:
                    break
        return Decided(tuple(found), all=False)

    def _held(self, decision: Decision, group: BitGroup) -> bool | None:
        """Tell whether a decision holds all connections of a group; None where it holds none."""
        regions = (decision.subject, decision.peer) if self._outward else (decision.peer, decision.subject)
        sources, destinations = (self._members.bits(region) for region in regions)
        if not sources & group.sources or not destinations & group.destinations:
            return None
        if not self._meetings.any(group.ports, (decision.ports,), destinations & group.destinations):
            return None
        return (
            not group.sources & ~sources
            and not group.destinations & ~destinations
            and difference(group.ports, decision.ports) == NOTHING
        )
