"""The way to DNS that is advised: that of the cluster that rules are for, as far as they show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.cluster_dns import DNS_SERVERS, OPENSHIFT
from netpolc.engine.regions import IDENTITY, PodSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.ecosystem.model import Deployed
    from netpolc.engine.dns_servers import Way
    from netpolc.engine.model import RuleSet

BY_NAME = {each.name: each for each in DNS_SERVERS}


def server_for(ruleset: RuleSet, way: Way) -> Deployed:
    """Return what a way should lead to: the DNS of OpenShift where rules speak of its namespaces, else the usual."""
    return BY_NAME[way.meant or ("dns-openshift" if any(map(_is_openshift, _words(ruleset))) else "dns")]


def _is_openshift(word: str) -> bool:
    return word.startswith(f"{OPENSHIFT}-") or f"{OPENSHIFT}.io/" in word


def _words(ruleset: RuleSet) -> Iterator[str]:
    """Yield the names and the labels of namespaces that rules speak of."""
    for rules in (ruleset.ingress, ruleset.egress):
        for rule in rules.allow_rules:
            for region in (rule.subject, rule.peer):
                for each in region.namespaces.requirements if isinstance(region, PodSet) else ():
                    yield from each.values if each.key == IDENTITY else (each.key,)
