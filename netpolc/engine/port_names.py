"""Names of ports as a platform takes them: in rules, where each may open every port, and in pods, which give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.sets.ports import of_any_name

if TYPE_CHECKING:
    from netpolc.ecosystem.platforms import Platform
    from netpolc.engine.model import DirectionRules, RuleSet
    from netpolc.manifests.model import Workload


def with_names_open(ruleset: RuleSet) -> RuleSet:
    """Return rules in which each name of a port opens every port of its protocol."""
    return msgspec.structs.replace(ruleset, ingress=_open(ruleset.ingress), egress=_open(ruleset.egress))


def _open(rules: DirectionRules) -> DirectionRules:
    if not any(each.ports.names for each in rules.allow_rules):
        return rules
    opened = tuple(msgspec.structs.replace(each, ports=of_any_name(each.ports)) for each in rules.allow_rules)
    return msgspec.structs.replace(rules, allow_rules=opened)


def named_on(workload: Workload, platform: Platform) -> Workload:
    """Return a workload whose ports have the names by which a platform finds them, and no others."""
    sidecars = not platform.names_of_sidecars and any(each.sidecar for each in workload.ports)
    if not (sidecars or platform.last_name_wins or (platform.names_of_init_containers and workload.init_ports)):
        return workload
    last = {each.name: each for each in workload.ports}
    ports = tuple(
        msgspec.structs.replace(each, name=None)
        if (each.sidecar and not platform.names_of_sidecars) or (platform.last_name_wins and last[each.name] != each)
        else each
        for each in workload.ports
    )
    ports += workload.init_ports if platform.names_of_init_containers else ()
    return workload if ports == workload.ports else msgspec.structs.replace(workload, ports=ports)
