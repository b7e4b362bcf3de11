"""Policies that allow what two sides both do, over which the way leads where their connections cross.

A connection crosses where one end lets it through on one side only, the other end on the other side only, and so
neither side allows it: with one end changed before the other, it would pass. All ends are narrowed first, then, to what
both sides let through, and only then widened.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine import regions
from netpolc.engine.boxes import Space, TooComplexError
from netpolc.engine.comparison import differences
from netpolc.engine.from_policies import rules_of_policies
from netpolc.engine.index import Index
from netpolc.engine.model import DirectionRules, RuleSet
from netpolc.engine.regions import IDENTITY, Namespaces, PodSet
from netpolc.policy.constants import DIRECTIONS, NAME_LABEL, POLICY_TYPES
from netpolc.policy.model import IPBlock, PodPeer, Policy, Rule
from netpolc.rollout.bridges import named, without
from netpolc.rollout.model import NO_PORTS, Half
from netpolc.sets.labels import LabelSelector
from netpolc.sets.ports import PortSet, intersection, is_plain
from netpolc.targets.policy_parts import policy_ports, policy_selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from netpolc.engine.boxes import Box
    from netpolc.engine.regions import Region
    from netpolc.ir.model import Direction
    from netpolc.policy.model import PolicyPeer
    from netpolc.rollout.model import Key, Meanings

MOST_BOXES = 4_000
"""The differences of one end that are held against those of the other before the question is given up."""
NOTHING = DirectionRules((), ())


def crossing(
    was: Mapping[Key, Policy],
    shall: Mapping[Key, Policy],
    namespaces: Mapping[str, Mapping[str, str]],
    meanings: Meanings,
) -> tuple[bool, tuple[str, ...]]:
    """Tell whether connections of two sides cross, and in words if that took too long to find out."""
    if _is_one_way(was, shall, meanings):
        return False, ()
    old, new = (rules_of_policies([*each.values()], namespaces) for each in (was, shall))
    if not _may_cross(old, new):
        return False, ()
    try:
        ends = {direction: _changed(old, new, direction) for direction in DIRECTIONS}
        return any(_cross(ends, Namespaces(old.namespaces))), ()
    except TooComplexError:
        return False, ("whether connections that neither side allows are open on the way took too long to find out",)


def _is_one_way(was: Mapping[Key, Policy], shall: Mapping[Key, Policy], meanings: Meanings) -> bool:
    """Tell whether only one direction changes, or one object: then no connection can cross."""
    changed = [key for key in {**was, **shall} if not meanings.same(was.get(key), shall.get(key))]
    if not changed:
        return True
    directions = {
        direction
        for key in changed
        for direction in DIRECTIONS
        if meanings.halves(was.get(key)).get(direction) != meanings.halves(shall.get(key)).get(direction)
    }
    return len(directions) < len(DIRECTIONS)


def _may_cross(old: RuleSet, new: RuleSet) -> bool:
    """Tell whether one end may be narrowed and the other widened: that takes isolated pods on either side."""
    return any(
        new.of(narrowed).isolations and old.of(widened).isolations
        for narrowed, widened in (DIRECTIONS, reversed(DIRECTIONS))
    )


def _changed(old: RuleSet, new: RuleSet, direction: Direction) -> dict[str, list[Box]]:
    """Return what one end lets through on one side only, by the side."""
    alone = [
        RuleSet(
            ingress=rules.ingress if direction == "ingress" else NOTHING,
            egress=rules.egress if direction == "egress" else NOTHING,
            namespaces=rules.namespaces,
        )
        for rules in (old, new)
    ]
    found: dict[str, list[Box]] = {"one": [], "other": []}
    for difference in differences(alone[0], alone[1]):
        held = found[difference.allowed_by]
        held.append(difference.box)
        if len(held) > MOST_BOXES:
            raise TooComplexError
    return found


def _cross(ends: Mapping[Direction, Mapping[str, list[Box]]], namespaces: Namespaces) -> Iterator[bool]:
    space = Space(namespaces)
    for outward, inward in (("one", "other"), ("other", "one")):
        by_destination: Index[Box] = Index()
        others: list[Box] = []
        for box in ends["ingress"][inward]:
            if isinstance(box.destination, PodSet):
                by_destination.add(box.destination, box)
            else:
                others.append(box)
        for box in ends["egress"][outward]:
            near = by_destination.near(box.destination) if isinstance(box.destination, PodSet) else others
            yield from (True for other in near if space.meet(box, other) is not None)


def waypoint(
    was: Mapping[Key, Policy], shall: Mapping[Key, Policy], meanings: Meanings
) -> tuple[dict[Key, Policy], tuple[str, ...]]:
    """Return policies that let through, at each end, what both sides do; and in words what they cannot say."""
    stay = {key: each for key, each in was.items() if meanings.same(each, shall.get(key))}
    made = _Waypoint({*was, *shall})
    for direction in DIRECTIONS:
        old, new, kept = (
            [half for key, each in held.items() if (half := meanings.halves(each).get(direction)) and key not in apart]
            for held, apart in ((was, stay), (shall, stay), (stay, ()))
        )
        made.add(direction, old, new, kept)
    return {**stay, **made.policies}, tuple(dict.fromkeys(made.lost))


class _Waypoint:
    def __init__(self, taken: set[Key]) -> None:
        self._taken = taken
        self.policies: dict[Key, Policy] = {}
        self.lost: list[str] = []

    def add(self, direction: Direction, old: list[Half], new: list[Half], kept: list[Half]) -> None:
        """Add what both sides let through in a direction; what is kept says the rest."""
        isolated = {name: Index((each.subject, each) for each in held) for name, held in (("old", old), ("new", new))}
        for mine in old:
            for yours in isolated["new"].near(mine.subject):
                both = regions.meet(mine.subject, yours.subject)
                if isinstance(both, PodSet):
                    self._add(direction, both, self._met(mine, yours))
        for held, others in ((old, new), (new, old)):
            around = Index((each.subject, each.subject) for each in (*others, *kept))
            for half in held:
                self._outside(direction, half, around)

    def _outside(self, direction: Direction, half: Half, isolated: Index[PodSet]) -> None:
        """Add the rules of one side for pods that are not isolated on the other, or by what is kept."""
        cells = without(half.subject, isolated)
        if cells is None:
            self.lost.append(f"some pods may be cut off in {direction} on the way")
            return
        for cell in cells:
            self._add(direction, cell, half.rules.items())

    def _met(self, mine: Half, yours: Half) -> list[tuple[Region, PortSet]]:
        found: list[tuple[Region, PortSet]] = []
        for peer, ports in mine.rules.items():
            for other, others in yours.rules.items():
                region, both = regions.meet(peer, other), intersection(ports, others)
                if region is not None and both != NO_PORTS:
                    found.append((region, both))
        return found

    def _add(self, direction: Direction, subject: PodSet, allowed: Iterable[tuple[Region, PortSet]]) -> None:
        rules: list[Rule] = []
        for region, ports in allowed:
            sayable = PortSet(ports.intervals, tuple(filter(is_plain, ports.names)))
            if sayable != ports:
                self.lost.append("connections on ports by name may be cut off on the way")
            if sayable != NO_PORTS:
                rules.append(Rule(tuple(_peers(region)), policy_ports(sayable)))
        made = Policy(
            name="",
            namespace=regions.names_of(subject.namespaces)[0],  # type: ignore[index]  # a subject has one namespace
            pod_selector=policy_selector(subject.pods),
            policy_types=(POLICY_TYPES[direction],),
            ingress=tuple(rules) or None if direction == "ingress" else None,
            egress=tuple(rules) or None if direction == "egress" else None,
        )
        policy = named(made, self._taken)
        self.policies[policy.namespace or "", policy.name] = policy


def _peers(region: Region) -> Iterator[PolicyPeer]:
    if isinstance(region, PodSet):
        requirements = (
            msgspec.structs.replace(each, key=NAME_LABEL) if each.key == IDENTITY else each
            for each in region.namespaces.requirements
        )
        yield PodPeer(policy_selector(region.pods), policy_selector(LabelSelector(tuple(requirements))))
        return
    for held in region.ranges:
        kind = ipaddress.IPv4Address if held.family == 4 else ipaddress.IPv6Address  # noqa: PLR2004 -- as it is called
        for network in ipaddress.summarize_address_range(kind(held.first), kind(held.last)):
            yield IPBlock(str(network))
