"""Pods that may open connections to other pods, and may not ask DNS where these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.cluster_dns import DNS_NAMESPACES, DNS_PORTS
from netpolc.engine import regions
from netpolc.engine.index import Index
from netpolc.engine.regions import Namespaces, PodSet, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.engine.model import AllowRule, DirectionRules, RuleSet
    from netpolc.engine.regions import Region
    from netpolc.sets.ports import PortSet

MOST_PARTS = 1_000
"""How finely pods are told apart; where that is not enough, nothing is said."""


def without_dns(ruleset: RuleSet) -> Iterator[tuple[str, AllowRule]]:
    """Yield each namespace with isolated pods that have no DNS, and the first rule by which they talk to others.

    All rules count together. Pods that may only reach addresses need no names, and a way to DNS may well be one of
    those: node-local caches are on the network of their nodes.
    """
    asking = _Asking(ruleset.egress, Namespaces(ruleset.namespaces))
    reported: set[str] = set()
    for subject, allow_rule in _talking(ruleset.egress).items():
        for name in asking.without_dns(subject):
            if name not in reported:
                reported.add(name)
                yield name, allow_rule


def _talking(egress: DirectionRules) -> dict[PodSet, AllowRule]:
    """Return the pods that may open connections to pods, each set with the first rule that says so."""
    found: dict[PodSet, AllowRule] = {}
    for allow_rule in egress.allow_rules:
        if isinstance(allow_rule.peer, PodSet) and not _leads_to_dns(allow_rule):
            found.setdefault(allow_rule.subject, allow_rule)
    return found


def _leads_to_dns(allow_rule: AllowRule) -> bool:
    """Tell whether a rule may lead to DNS; one of every port does so only where DNS is, in another namespace."""
    return _reaches_dns(allow_rule.ports) and not (allow_rule.ports.everything and _stays_in_namespace(allow_rule))


def _stays_in_namespace(allow_rule: AllowRule) -> bool:
    """Tell whether the peers of a rule are of the namespace of its pods, and cluster DNS is none of these."""
    names = names_of(allow_rule.subject.namespaces)
    if names is None or not isinstance(allow_rule.peer, PodSet) or DNS_NAMESPACES.intersection(names):
        return False
    return names_of(allow_rule.peer.namespaces) == names


def _reaches_dns(ports: PortSet) -> bool:
    """Tell whether ports may lead to DNS; a named one may, because the pods of cluster DNS name theirs."""
    return any(ports.contains("UDP", port) for port in DNS_PORTS) or any(name.protocol == "UDP" for name in ports.names)


class _Asking:
    """The pods that are isolated, and those that may ask DNS."""

    def __init__(self, egress: DirectionRules, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
        self._isolated = Index((isolation.subject, isolation.subject) for isolation in egress.isolations)
        asking = dict.fromkeys(allow_rule.subject for allow_rule in egress.allow_rules if _leads_to_dns(allow_rule))
        self._asking = Index((subject, subject) for subject in asking)

    def without_dns(self, subject: PodSet) -> Iterator[str]:
        """Yield the namespaces in which a set has isolated pods that no rule leads to DNS."""
        for isolated in self._isolated.near(subject):
            both = regions.meet(subject, isolated)
            if isinstance(both, PodSet) and self._namespaces.possible(both.namespaces):
                for part in self._silent(both):
                    if isinstance(part, PodSet) and self._namespaces.possible(part.namespaces):
                        yield from names_of(part.namespaces) or ()

    def _silent(self, pods: PodSet) -> list[Region]:
        """Return the pods of a set that may not ask, in parts."""
        rest: list[Region] = [pods]
        for asking in self._asking.near(pods):
            rest = [part for each in rest for part in regions.subtract(each, asking)]
            if not rest or len(rest) > MOST_PARTS:
                return []
        return rest
