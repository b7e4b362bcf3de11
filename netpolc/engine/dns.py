"""Pods that may open connections to other pods, and may not ask DNS where these are."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from netpolc.engine import regions
from netpolc.engine.dns_servers import NO_WAY, Servers, Way
from netpolc.engine.index import Index
from netpolc.engine.model import AllowRule
from netpolc.engine.regions import EVERY_POD, Namespaces, PodSet, names_of
from netpolc.sets.ports import PortInterval, PortSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from netpolc.engine.model import Decision, DirectionRules, RuleSet, Tier
    from netpolc.engine.regions import Region
    from netpolc.manifests.model import Workload

MOST_PARTS = 1_000
"""How finely pods are told apart; where that is not enough, nothing is said."""

_API_SERVER = PortSet((PortInterval("TCP", 6443, 6443),))
"""The port of the API server, whose address pods are given as a variable, and which is on nodes."""


class WithoutDns(msgspec.Struct, frozen=True):
    """A namespace with pods that may not ask DNS, and the rule that shows it: one that should lead there, if any does.

    `way` says why that one does not.
    """

    namespace: str
    allow_rule: AllowRule
    way: Way


def without_dns(ruleset: RuleSet, workloads: Iterable[Workload] = ()) -> Iterator[WithoutDns]:
    """Yield each namespace with isolated pods that have no DNS, and the first rule by which they talk to others.

    All rules count together. Pods that may only reach addresses need no names, and a way to DNS may well be one of
    those: node-local caches are on the network of their nodes.
    """
    namespaces, servers = Namespaces(ruleset.namespaces), Servers(workloads)
    reported: set[str] = set()
    for closed in (_by_rules(ruleset.egress, servers), *_by_tiers(ruleset.egress, servers)):
        asking = _Asking(closed, namespaces, servers)
        for subject, allow_rule in asking.talking.items():
            for name in asking.without_dns(subject):
                if name not in reported:
                    reported.add(name)
                    yield WithoutDns(name, *asking.attempt(subject, allow_rule))


class _Closed(msgspec.Struct, frozen=True):
    """Pods that something closes, the rules that it has for them, and pods that are let out to DNS beside these."""

    pods: tuple[PodSet, ...]
    rules: tuple[AllowRule, ...]
    asking: tuple[PodSet, ...]


def _by_rules(egress: DirectionRules, servers: Servers) -> _Closed:
    isolated = tuple(each.subject for each in egress.isolations)
    return _Closed(isolated, egress.allow_rules, tuple(_let_out(egress.before, servers)))


def _by_tiers(egress: DirectionRules, servers: Servers) -> Iterator[_Closed]:
    """Yield what a tier behind the rules closes: pods that it lets out by some decisions, and denies all else.

    It judges no pods that the rules isolate, or that are exempt.
    """
    judged = tuple(each.subject for each in (*egress.isolations, *egress.exempt))
    for tier in egress.behind:
        closing = [number for number, each in enumerate(tier.decisions) if _closes(each, servers)]
        if closing:
            rules = [_as_rule(each) for each in tier.decisions[: closing[-1]] if each.action != "deny"]
            asking = (*judged, *_let_out((*egress.before, tier), servers))
            yield _Closed(tuple(tier.decisions[each].subject for each in closing), tuple(rules), asking)


def _closes(decision: Decision, servers: Servers) -> bool:
    """Tell whether a decision denies pods all ports of others, DNS among these."""
    return decision.action == "deny" and decision.ports.everything and servers.way(_as_rule(decision)).leads


def _let_out(tiers: Iterable[Tier], servers: Servers) -> Iterator[PodSet]:
    """Yield pods that tiers let out to DNS."""
    for decision in (each for tier in tiers for each in tier.decisions if each.action == "allow"):
        if servers.way(_as_rule(decision)).leads:
            yield decision.subject


def _as_rule(decision: Decision) -> AllowRule:
    return AllowRule(decision.subject, decision.peer, decision.ports, decision.reason)


class _Asking:
    """The pods that are isolated, those that talk to others, and those that may ask DNS, or seem to."""

    def __init__(self, closed: _Closed, namespaces: Namespaces, servers: Servers) -> None:
        self._namespaces = namespaces
        self._closed = closed.pods
        self.talking: dict[PodSet, AllowRule] = {}
        self._failing: dict[PodSet, tuple[AllowRule, Way]] = {}
        asking: dict[PodSet, None] = dict.fromkeys(closed.asking)
        for each in closed.rules:
            way = servers.way(each)
            if way.leads:
                asking[each.subject] = None
                continue
            if way.why_not is not None:
                self._failing.setdefault(each.subject, (each, way))
            calls_api = each.peer == EVERY_POD and each.ports == _API_SERVER
            if way.why_not is not None or (isinstance(each.peer, PodSet) and not calls_api):
                self.talking.setdefault(each.subject, each)
        self._asks = asking

    @cached_property
    def _isolated(self) -> Index[PodSet]:
        return Index((each, each) for each in self._closed)

    @cached_property
    def _asking(self) -> Index[PodSet]:
        return Index((subject, subject) for subject in self._asks)

    @cached_property
    def _attempts(self) -> Index[tuple[AllowRule, Way]]:
        return Index(self._failing.items())

    def attempt(self, subject: PodSet, allow_rule: AllowRule) -> tuple[AllowRule, Way]:
        """Return the rule by which some pods should come to DNS, and why they do not; else the one that is given."""
        own = self._failing.get(subject)
        return own or next(iter(self._attempts.around(subject)), (allow_rule, NO_WAY))

    def without_dns(self, subject: PodSet) -> Iterator[str]:
        """Yield the namespaces in which a set has isolated pods that no rule leads to DNS."""
        if subject in self._asks:  # as are most that talk
            return
        for isolated in () if self._opt_in(subject) else self._isolated.near(subject):
            both = regions.meet(subject, isolated)
            if isinstance(both, PodSet) and self._namespaces.possible(both.namespaces):
                for part in self._silent(both):
                    if isinstance(part, PodSet) and self._namespaces.possible(part.namespaces):
                        names = names_of(part.namespaces)
                        yield from self._namespaces.selected(part.namespaces) if names is None else names

    def _opt_in(self, subject: PodSet) -> bool:
        """Tell whether pods get DNS by a label of its own, beside the one by which they get what a rule is for.

        Nobody knows then which pods carry both.
        """
        keys = subject.pods.keys
        return bool(keys) and any(
            each.pods.keys and keys.isdisjoint(each.pods.keys) for each in self._asking.near(subject)
        )

    def _silent(self, pods: PodSet) -> list[Region]:
        """Return the pods of a set that may not ask, in parts."""
        rest: list[Region] = [pods]
        for asking in self._asking.near(pods):
            rest = [part for each in rest for part in regions.subtract(each, asking)]
            if not rest or len(rest) > MOST_PARTS:
                return []
        return rest
