"""Rules without those that cannot matter for the connections that are asked about, which are few of a large cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.engine.index import Index
from netpolc.engine.model import RuleSet, Tier
from netpolc.engine.regions import PodSet, meet, names_of
from netpolc.engine.verdicts import is_of
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.ports import PortSet, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.engine.model import AllowRule, DirectionRules
    from netpolc.engine.regions import Region
    from netpolc.engine.verdicts import End


def narrowed(
    ruleset: RuleSet, sources: Sequence[End] | None, destinations: Sequence[End] | None, ports: PortSet | None
) -> RuleSet:
    """Return the rules that decide on connections from some ends, to some and on some ports; None stands for any."""
    start, end = (None if each is None else _AskedEnds(each) for each in (sources, destinations))
    ends = {"egress": (start, end), "ingress": (end, start)}
    rules = {}
    for direction in DIRECTIONS:
        own, others = ends[direction]
        whole = ruleset.of(direction)
        rules[direction] = msgspec.structs.replace(
            whole,
            isolations=tuple(each for each in whole.isolations if _holds(each.subject, own)),
            allow_rules=tuple(
                each
                for each in whole.allow_rules
                if _holds(each.subject, own) and _holds(each.peer, others) and _has(each.ports, ports)
            ),
            before=_narrowed_tiers(whole.before, own, others, ports),
            behind=_narrowed_tiers(whole.behind, own, others, ports),
            exempt=tuple(each for each in whole.exempt if _holds(each.subject, own)),
        )
    return RuleSet(rules["ingress"], rules["egress"], ruleset.namespaces)


def without_unmet(ruleset: RuleSet, sources: Sequence[End] | None, destinations: Sequence[End] | None) -> RuleSet:
    """Leave out of narrowed rules what is about nobody whom closed ends let through, which decides nothing of these.

    Who closes a connection that is denied cannot be told by what is left.
    """
    if ruleset.is_tiered:
        return ruleset
    ingress, egress = ruleset.ingress, ruleset.egress
    if sources is not None:
        ingress = _without_unmet(ingress, egress, sources)
    if destinations is not None:
        egress = _without_unmet(egress, ingress, destinations)
    return msgspec.structs.replace(ruleset, ingress=ingress, egress=egress)


def _without_unmet(others: DirectionRules, own: DirectionRules, ends: Sequence[End]) -> DirectionRules:
    """Leave out of the `others` what is about nobody whom some ends, if they are closed, let through by their `own`."""
    met = let_through(own, ends)
    if met is None:
        return others
    return msgspec.structs.replace(
        others,
        isolations=tuple(each for each in others.isolations if met.may_be(each.subject)),
        allow_rules=tuple(
            each for each in others.allow_rules if _has(each.ports, met.ports) and met.may_be(each.subject)
        ),
    )


def let_through(own: DirectionRules, ends: Sequence[End]) -> LetThrough | None:
    """Return whom rules let through at some ends; None where not all of these are closed, so that it may be anybody."""
    if not all(any(is_of(end, each.subject) for each in own.isolations) for end in ends):
        return None
    return LetThrough([each for each in own.allow_rules if any(is_of(end, each.subject) for end in ends)])


class LetThrough:
    """The peers that some rules let through, and the ports of all of them.

    `names` are those of the namespaces of all peers, None where these may be any.
    """

    def __init__(self, rules: Sequence[AllowRule]) -> None:
        """Take the rules of ends that are closed."""
        self.ports = union([each.ports for each in rules])
        peers = dict.fromkeys(each.peer for each in rules)
        pods = [each for each in peers if isinstance(each, PodSet)]
        # Pods may be met by their addresses, too.
        self._by_pods = Index((each, each) for each in pods) if len(pods) == len(peers) else None
        self._found: dict[PodSet, bool] = {}
        names = [None if not isinstance(each, PodSet) else names_of(each.namespaces) for each in peers]
        self.names = None if None in names else {name for several in names for name in several or ()}

    def may_be(self, subject: PodSet) -> bool:
        """Tell whether a rule may let through any of some pods."""
        if self._by_pods is None:
            return True
        found = self._found.get(subject)
        if found is None:
            near = self._by_pods.near(subject)
            found = self._found[subject] = any(meet(subject, each) is not None for each in near)
        return found


def _narrowed_tiers(
    tiers: tuple[Tier, ...], own: _AskedEnds | None, others: _AskedEnds | None, ports: PortSet | None
) -> tuple[Tier, ...]:
    return tuple(
        Tier(
            tier.name,
            tuple(
                each
                for each in tier.decisions
                if _holds(each.subject, own) and _holds(each.peer, others) and _has(each.ports, ports)
            ),
        )
        for tier in tiers
    )


class _AskedEnds:
    """The ends that are asked about, and which regions hold any: of many rules, few regions are different ones."""

    def __init__(self, ends: Sequence[End]) -> None:
        self._ends = ends
        self._found: dict[Region, bool] = {}

    def are_in(self, region: Region) -> bool:
        found = self._found.get(region)
        if found is None:
            found = self._found[region] = any(is_of(end, region) for end in self._ends)
        return found


def _holds(region: Region, ends: _AskedEnds | None) -> bool:
    return ends is None or ends.are_in(region)


def _has(ports: PortSet, asked: PortSet | None) -> bool:
    """Tell whether ports may be among those that are asked for; of names, nobody knows."""
    if asked is None or ports.names or asked.names:
        return True
    return any(
        one.protocol == other.protocol and one.first <= other.last and other.first <= one.last
        for one in ports.intervals
        for other in asked.intervals
    )
