"""The way to DNS that is advised: that of the cluster that rules are for, as far as they show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.cluster_dns import DNS_SERVERS, OPENSHIFT
from netpolc.ecosystem.platforms import KUBERNETES, PLATFORMS
from netpolc.engine.regions import IDENTITY, PodSet
from netpolc.manifests.platform_signs import shown_platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.ecosystem.model import Deployed
    from netpolc.ecosystem.platforms import Platform
    from netpolc.engine.dns_servers import Way
    from netpolc.engine.model import RuleSet
    from netpolc.manifests.model import Manifests

USUAL = DNS_SERVERS[0].name
BY_NAME = {each.name: each for each in DNS_SERVERS}


def usual_on(platform: Platform, manifests: Manifests) -> str:
    """Return the server that answers on a platform, or on the one that manifests show where none is said."""
    sign = shown_platform(manifests) if platform is KUBERNETES else None
    servers = (platform if sign is None else PLATFORMS[sign.platform]).dns
    return servers[0] if servers else USUAL


def server_for(ruleset: RuleSet, way: Way, usual: str = USUAL) -> Deployed:
    """Return what a way should lead to: the DNS of OpenShift where rules speak of its namespaces, else the usual."""
    return BY_NAME[way.meant or ("dns-openshift" if any(map(_is_openshift, _words(ruleset))) else usual)]


def _is_openshift(word: str) -> bool:
    return word.startswith(f"{OPENSHIFT}-") or f"{OPENSHIFT}.io/" in word


def _words(ruleset: RuleSet) -> Iterator[str]:
    """Yield the names and the labels of namespaces that rules speak of."""
    for rules in (ruleset.ingress, ruleset.egress):
        for rule in rules.allow_rules:
            for region in (rule.subject, rule.peer):
                for each in region.namespaces.requirements if isinstance(region, PodSet) else ():
                    yield from each.values if each.key == IDENTITY else (each.key,)
