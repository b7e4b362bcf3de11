"""Pods that may open connections to other pods, and have no way to ask where these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.engine import regions
from netpolc.engine.index import Index
from netpolc.engine.regions import Namespaces, PodSet, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.engine.model import AllowRule, DirectionRules, RuleSet
    from netpolc.engine.regions import Region
    from netpolc.sets.ports import PortSet

PORTS = (53, 5353)
"""Where cluster DNS listens: 5353 on OpenShift."""

HOMES = frozenset(("kube-system", "openshift-dns"))
"""The namespaces of cluster DNS."""

MOST_PARTS = 1_000
"""How finely pods are told apart; where that is not enough, nothing is said."""


def without_dns(ruleset: RuleSet) -> Iterator[tuple[str, AllowRule]]:
    """Each namespace with closed pods that have none, and the first grant by which they talk to others.

    Everything counts together. Pods that may only reach addresses need no names, and a way to DNS may well be one of
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
    """The pods that may open connections to pods, each set with the first grant that says so."""
    found: dict[PodSet, AllowRule] = {}
    for allow_rule in egress.allow_rules:
        if isinstance(allow_rule.peer, PodSet) and not _leads_to_dns(allow_rule):
            found.setdefault(allow_rule.subject, allow_rule)
    return found


def _leads_to_dns(allow_rule: AllowRule) -> bool:
    """Whether a grant may lead to DNS; one of every port does so only where DNS is, in another namespace."""
    return _reaches_dns(allow_rule.ports) and not (allow_rule.ports.everything and _stays_at_home(allow_rule))


def _stays_at_home(allow_rule: AllowRule) -> bool:
    """Whether the peers of a grant are of the namespace of its pods, and cluster DNS is none of these."""
    home = names_of(allow_rule.subject.namespaces)
    if home is None or not isinstance(allow_rule.peer, PodSet) or HOMES.intersection(home):
        return False
    return names_of(allow_rule.peer.namespaces) == home


def _reaches_dns(ports: PortSet) -> bool:
    """Whether ports may lead to DNS; a named one may, for the pods of cluster DNS name theirs."""
    return any(ports.contains("UDP", port) for port in PORTS) or any(name.protocol == "UDP" for name in ports.names)


class _Asking:
    """The pods that are closed, and those that may ask DNS."""

    def __init__(self, egress: DirectionRules, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
        self._closed = Index((isolation.subject, isolation.subject) for isolation in egress.isolations)
        asking = dict.fromkeys(allow_rule.subject for allow_rule in egress.allow_rules if _leads_to_dns(allow_rule))
        self._asking = Index((subject, subject) for subject in asking)

    def without_dns(self, subject: PodSet) -> Iterator[str]:
        """The namespaces in which a set has closed pods that no rule leads to DNS."""
        for closed in self._closed.near(subject):
            both = regions.meet(subject, closed)
            if isinstance(both, PodSet) and self._namespaces.possible(both.namespaces):
                for part in self._silent(both):
                    if isinstance(part, PodSet) and self._namespaces.possible(part.namespaces):
                        yield from names_of(part.namespaces) or ()

    def _silent(self, pods: PodSet) -> list[Region]:
        """The pods of a set that may not ask, in parts."""
        rest: list[Region] = [pods]
        for asking in self._asking.near(pods):
            rest = [part for each in rest for part in regions.subtract(each, asking)]
            if not rest or len(rest) > MOST_PARTS:
                return []
        return rest
