"""Who may be let in by the rules at a port: an ingress controller that no manifest shows, or only others.

A workload that is known and is no controller is none by another name. Nor is what is in the namespace of another
controller than the one of a known class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.callers import WITH_CLASSES
from netpolc.ecosystem.ingress_controllers import LIBRARY_OF_CLASS, OUTSIDE
from netpolc.engine.regions import PodSet, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.engine.model import AllowRule
    from netpolc.engine.regions import Region
    from netpolc.manifests.model import Route

_NAMESPACES = frozenset(each.namespace for each in LIBRARY_OF_CLASS.values())


def comes_from_outside(route: Route) -> bool:
    """Tell whether the controller of a route is outside of the cluster, by its class."""
    return route.kind in WITH_CLASSES and route.class_name in OUTSIDE


def may_let_in(route: Route, rules: Iterable[AllowRule], workloads: Workloads) -> bool:
    """Tell whether rules may let in the controller of a route, of which no workload is one."""
    if route.kind not in WITH_CLASSES:
        return True
    return any(_may_be_controller(route, each.peer, workloads) for each in rules)


def _may_be_controller(route: Route, peer: Region, workloads: Workloads) -> bool:
    if not isinstance(peer, PodSet):
        return True
    names = names_of(peer.namespaces)
    if names is None or comes_from_outside(route):
        return names is None and not comes_from_outside(route)
    library = LIBRARY_OF_CLASS.get(route.class_name or "")
    if library is not None and _NAMESPACES.difference((library.namespace,)).issuperset(names):
        return False
    return not (workloads.homes.issuperset(names) and workloads.of(peer))
