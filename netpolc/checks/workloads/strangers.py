"""Ingress controllers that no manifest shows, and whether rules let in any: pods that are known are none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.callers import WITH_CLASSES
from netpolc.ecosystem.ingress_controllers import LIBRARY_OF_CLASS, OUTSIDE
from netpolc.engine.regions import PodSet, names_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from netpolc.checks.workloads.workloads import Workloads
    from netpolc.engine.model import AllowRule
    from netpolc.engine.regions import Region
    from netpolc.manifests.model import Route, Workload

INGRESS = "ingress"
"""What the commands and arguments of controllers hold, as `--ingress-class` and `/nginx-ingress-controller` do."""

OTHERWISE = "*"
"""Stands for every class of which a project states nothing, and for none."""
_NAMESPACES = frozenset(each.namespace for each in LIBRARY_OF_CLASS.values())


class Strangers:
    """The controllers that no workload is, by the classes of their routes."""

    def __init__(self, workloads: Workloads, stated: Collection[str]) -> None:
        """Take all that are none, and the classes of which a project says where their controllers are."""
        self._workloads = workloads
        self._stated = stated

    def may_be_let_in(self, route: Route, rules: Iterable[AllowRule]) -> bool:
        """Tell whether rules may let in the controller of a route; of what is stated, and of Gateways, any may."""
        if route.kind not in WITH_CLASSES or route.class_name in self._stated or OTHERWISE in self._stated:
            return True
        return any(self._may_hold(route, each.peer) for each in rules)

    def _may_hold(self, route: Route, peer: Region) -> bool:
        if not isinstance(peer, PodSet):
            return True
        names = names_of(peer.namespaces)
        if comes_from_outside(route) or names is None:
            return not comes_from_outside(route)
        library = LIBRARY_OF_CLASS.get(route.class_name or "")
        if library is not None and _NAMESPACES.difference((library.namespace,)).issuperset(names):
            # What is in the namespace of another controller is not the one of this class.
            return False
        held = self._workloads.of(peer)
        if not held or not self._workloads.homes.issuperset(names):
            return True
        return any(_speaks_of_ingress(self._workloads.all[number]) for number in held)


def _speaks_of_ingress(workload: Workload) -> bool:
    """Tell whether a workload may be a controller, whatever its labels: what it runs, or with what, says so."""
    return any(each.kind == "argument" and INGRESS in each.value.lower() for each in workload.texts)


def comes_from_outside(route: Route) -> bool:
    """Tell whether the controller of a route is outside of the cluster, by its class."""
    return route.kind in WITH_CLASSES and route.class_name in OUTSIDE
