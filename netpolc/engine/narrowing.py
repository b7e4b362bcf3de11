"""Rules without those that cannot matter for the connections that are asked about, which are few of a large cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine.model import DirectionRules, RuleSet
from netpolc.engine.verdicts import is_of
from netpolc.policy.constants import DIRECTIONS
from netpolc.sets.ports import PortSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from netpolc.engine.regions import Region
    from netpolc.engine.verdicts import End


def narrowed(
    ruleset: RuleSet, sources: Sequence[End] | None, destinations: Sequence[End] | None, ports: PortSet | None
) -> RuleSet:
    """Return the rules that decide on connections from some ends, to some and on some ports; None stands for any."""
    ends = {"egress": (sources, destinations), "ingress": (destinations, sources)}
    rules = {}
    for direction in DIRECTIONS:
        own, others = ends[direction]
        rules[direction] = DirectionRules(
            tuple(each for each in ruleset.of(direction).isolations if _holds(each.subject, own)),
            tuple(
                each
                for each in ruleset.of(direction).allow_rules
                if _holds(each.subject, own) and _holds(each.peer, others) and _has(each.ports, ports)
            ),
        )
    return RuleSet(rules["ingress"], rules["egress"], ruleset.namespaces)


def _holds(region: Region, ends: Sequence[End] | None) -> bool:
    return ends is None or any(is_of(end, region) for end in ends)


def _has(ports: PortSet, asked: PortSet | None) -> bool:
    """Tell whether ports may be among those that are asked for; of names, nobody knows."""
    if asked is None or ports.names or asked.names:
        return True
    return any(
        one.protocol == other.protocol and one.first <= other.last and other.first <= one.last
        for one in ports.intervals
        for other in asked.intervals
    )
