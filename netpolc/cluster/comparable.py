"""Sides of a comparison that cannot be compared, because they are about no namespace that both have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.checks.workloads.no_common_namespace import listed, subject_namespaces
from netpolc.cluster.consistency import about_unnamed, name_it
from netpolc.diagnostics.model import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from netpolc.cluster.cluster import Cluster
    from netpolc.source import Location


def incomparable(sides: Mapping[str, Cluster], *, hypothetical: bool) -> dict[str, tuple[Diagnostic, ...]]:
    """Find why two sides cannot be compared, as errors by what they are about: a side, or `workloads`.

    Where pods that could exist are not compared, there have to be workloads in a namespace that a side is about.
    """
    found = _apart(sides)
    if found or hypothetical:
        return found
    lost = _without_workloads(sides)
    return {"workloads": lost} if lost else {}


def _apart(sides: Mapping[str, Cluster]) -> dict[str, tuple[Diagnostic, ...]]:
    """Find NP220 for a side of a comparison that is about the unnamed namespace alone, and the other about named ones.

    Such sides have no pods in common, so that all of one would be closed, and all of the other opened.
    """
    about = {name: subject_namespaces(each.program, each.manifests) for name, each in sides.items()}
    for name, other in zip(about, reversed(about), strict=True):
        closed = about[other]
        if about[name] == {None} and closed and None not in closed:
            found = Diagnostic(
                code="NP220",
                severity="error",
                message=f"the {name} side names no namespace, and the {other} one is about {listed(closed, 'and')}",
                location=_first(sides[name]),
                help=name_it(closed, f"the {other} side is about"),
            )
            return {name: (found,)}
    return {}


def _without_workloads(sides: Mapping[str, Cluster]) -> tuple[Diagnostic, ...]:
    """Find workloads of which none is in a namespace that a side is about: of those alone, nothing could change."""
    about = frozenset[str | None]().union(
        *(subject_namespaces(each.program, each.manifests) for each in sides.values())
    )
    workloads = [workload for each in sides.values() for workload in each.workloads]
    places = {each.namespace for each in workloads}
    if not about or not places or not about.isdisjoint(places):
        return ()
    found = Diagnostic(
        code="NP220" if None in about | places else "NP517",
        severity="error",
        message=f"no workload is in {listed(about, 'or')}, so that no change could be seen of any",
        location=workloads[0].location,
        help=_way_out(places, about),
    )
    return (found,)


def _way_out(places: AbstractSet[str | None], about: AbstractSet[str | None]) -> str:
    if None in places:
        return name_it(about, "policies are in")
    if None in about:
        return name_it(places, "the workloads are in")
    return (
        f"the workloads are in {listed(places, 'and')}: give those of the namespace, or compare hypothetical pods, too"
    )


def _first(cluster: Cluster) -> Location | None:
    """Return where a side speaks of the unnamed namespace."""
    policies = (each.location for each in cluster.manifests.policies)
    return next(policies if cluster.program is None else about_unnamed(cluster.program), None)
