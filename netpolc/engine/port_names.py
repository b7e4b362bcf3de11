"""Names of ports as a platform takes them: in rules, where each may open other ports, and in pods, which give them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import msgspec

from netpolc.policy.selectors import selected_by
from netpolc.sets.ports import PortInterval, PortSet, of_any_name, ports_of, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.ecosystem.platforms import Platform
    from netpolc.engine.model import DirectionRules, RuleSet
    from netpolc.ir.model import Direction
    from netpolc.manifests.model import ContainerPort, Workload
    from netpolc.policy.model import Policy, Selector
    from netpolc.sets.ports import NamedPort


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
    ports = workload.ports
    if not platform.names_of_sidecars:
        ports = tuple(_nameless(each) if each.sidecar else each for each in ports)
    if platform.last_name_wins:
        last = {each.name: each for each in ports}
        ports = tuple(each if last[each.name] == each else _nameless(each) for each in ports)
    if platform.first_name_wins:
        first = {(each.name, each.protocol): each for each in reversed(ports)}
        ports = tuple(each if first[each.name, each.protocol] == each else _nameless(each) for each in ports)
    ports += workload.init_ports if platform.names_of_init_containers else ()
    return workload if ports == workload.ports else msgspec.structs.replace(workload, ports=ports)


def _nameless(port: ContainerPort) -> ContainerPort:
    return msgspec.structs.replace(port, name=None)


def names_on(platform: Platform, workloads: Iterable[Workload] = ()) -> ResolvedNames | None:
    """Return what a platform makes of names in rules, beside the workloads that there are; None where it is usual."""
    return (
        None if platform.names_to_anybody and not platform.names_of_all_selected else ResolvedNames(platform, workloads)
    )


class ResolvedNames:
    """Names of ports in the rules of policies, where a platform resolves them before it looks at any one pod.

    In a rule of ingress, a name is its numbers on all pods that the policy selects (Amazon's controller v1.1.7). To
    whoever is known by an address alone it is nothing. Pods that no manifest shows give names that nobody knows.
    """

    def __init__(self, platform: Platform, workloads: Iterable[Workload]) -> None:
        """Take a platform, and the workloads that give ports names."""
        self._platform = platform
        self._workloads = [named_on(each, platform) for each in workloads]
        self._found: dict[tuple[str | None, Selector, tuple[NamedPort, ...]], PortSet] = {}

    def ports(self, policy: Policy, ports: PortSet, direction: Direction, *, by_address: bool) -> PortSet:
        """Return the ports that a rule of a policy opens, which has names; of a peer that is, or may be, addresses."""
        if direction == "egress":
            return PortSet(ports.intervals) if by_address and not self._platform.names_to_anybody else ports
        if not self._platform.names_of_all_selected:
            return ports
        asked = policy.namespace, policy.pod_selector, ports.names
        if asked not in self._found:
            self._found[asked] = ports_of(self._given(policy, ports.names))
        return union((ports, self._found[asked]))

    def _given(self, policy: Policy, names: tuple[NamedPort, ...]) -> Iterator[PortInterval]:
        """Yield the numbers of names on the pods that a policy selects."""
        selector = selected_by(policy.pod_selector)
        for workload in self._workloads:
            if workload.namespace == policy.namespace and selector is not None and selector.matches(workload.labels):
                for each, named in product(workload.ports, names):
                    if (each.name, each.protocol) == (named.name, named.protocol):
                        yield PortInterval(named.protocol, each.number, each.number)
