"""What manifests show of the platform that enforces policies: a guess with its evidence, which nobody is to assume.

The agent of a plugin is the best sign, then the kinds of policies that only one plugin reads, then what a distribution
puts on nodes, namespaces and routes. Where the best signs tell of several platforms, none is guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from netpolc.source import Location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from netpolc.manifests.model import Manifests

_AGENTS: dict[str, str] = {
    "anetd": "gke",
    "aws-node": "eks",
    "calico-node": "calico",
    "cilium": "cilium",
    "kube-network-policies": "kube-network-policies",
    "ovnkube-node": "openshift",
}
"""DaemonSets by name: as Google, Amazon, Calico, Cilium, the SIG and OpenShift install them."""

_KINDS: dict[str, str] = {
    "cilium.io": "cilium",
    "crd.projectcalico.org": "calico",
    "networking.k8s.aws": "eks",
    "projectcalico.org": "calico",
}
"""The groups of kinds that one plugin reads."""

_NODES: dict[str, str] = {"eks.amazonaws.com/": "eks", "node.openshift.io/": "openshift"}
"""How labels begin that a distribution puts on nodes."""

_ROUTE, _OPENSHIFT = "Route", "openshift-"


class PlatformSign(msgspec.Struct, frozen=True):
    """A platform, what shows it, as the subject of a sentence, and where that stands."""

    platform: str
    evidence: str
    location: Location


def shown_platform(manifests: Manifests) -> PlatformSign | None:
    """Return the platform that manifests show, by its first best sign; None where there is none, or are several."""
    for signs in _BEST_FIRST:
        found = list(signs(manifests))
        if found:
            return found[0] if len({each.platform for each in found}) == 1 else None
    return None


def _agents(manifests: Manifests) -> Iterator[PlatformSign]:
    for each in manifests.workloads:
        if each.kind == "DaemonSet" and each.name in _AGENTS:
            yield PlatformSign(_AGENTS[each.name], f"the DaemonSet `{each.name}`", each.location)


def _kinds(manifests: Manifests) -> Iterator[PlatformSign]:
    for name, location in manifests.foreign.items():
        group, kind = name.partition("/")[0], name.rpartition("/")[2]
        if group in _KINDS:
            yield PlatformSign(_KINDS[group], f"the kind {kind} of `{group}`", location)


def _places(manifests: Manifests) -> Iterator[PlatformSign]:
    for node in manifests.nodes:
        for label in node.labels:
            for beginning, platform in _NODES.items():
                if label.startswith(beginning):
                    yield PlatformSign(platform, f"the label `{label}` of a node", node.location)
    for route in manifests.routes:
        if route.kind == _ROUTE:
            yield PlatformSign("openshift", f"the Route `{route.shown}`", route.location)
    for namespace in manifests.namespaces:
        if namespace.name.startswith(_OPENSHIFT):
            yield PlatformSign("openshift", f"the namespace `{namespace.name}`", namespace.location)


_BEST_FIRST: tuple[Callable[[Manifests], Iterator[PlatformSign]], ...] = (_agents, _kinds, _places)
