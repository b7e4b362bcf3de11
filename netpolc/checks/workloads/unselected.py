"""NP616 and NP617: workloads that no policy selects, and namespaces that no policy closes as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from netpolc.checks.workloads.callers import ENDING
from netpolc.checks.workloads.workloads import SHOWN, loosened, may_hold
from netpolc.diagnostics.model import Diagnostic, Label
from netpolc.engine.index import Index
from netpolc.engine.peers import id_of
from netpolc.engine.regions import UNNAMED, names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netpolc.checks.workloads.checked_workloads import CheckedWorkloads
    from netpolc.engine.model import Isolation
    from netpolc.manifests.model import Workload
    from netpolc.source import Location

IGNORE = re.compile(r"(?i)netpolc[\s:]*ignore")
"""How a comment begins that silences a finding."""

SYSTEM = "kube-"
"""What the names of namespaces begin with that are Kubernetes' own (kubernetes.io, "Namespaces")."""


def check(checked: CheckedWorkloads) -> Iterator[Diagnostic]:
    """Yield each open namespace with workloads that no policy selects; in closed ones and elsewhere, these."""
    ruleset, workloads, access = checked.ruleset, checked.workloads, checked.access
    isolations = [isolation for half in (ruleset.ingress, ruleset.egress) for isolation in half.isolations]
    index = Index((loosened(isolation.subject), isolation) for isolation in isolations)
    homes = _homes(isolations)
    closed = {name for isolation in ruleset.ingress.isolations if _is_whole(isolation) for name in _names(isolation)}
    free: dict[str, list[Workload]] = {}
    for workload, pod in zip(workloads.all, workloads.pods, strict=True):
        name = workload.namespace or UNNAMED
        if not workload.host_network and access.known(workload.namespace) and not name.startswith(SYSTEM):
            found = free.setdefault(name, [])
            near = index.holding(name, pod.labels, pod.full_namespace_labels)
            if not any(may_hold(isolation.subject, workload) for isolation in near):
                found.append(workload)
    places = {namespace.name: namespace.location for namespace in checked.manifests.namespaces}
    for name, found in free.items():
        lasting = [each for each in found if each.kind not in ENDING]
        if lasting and name in homes and name not in closed:
            yield _open_namespace(name, places.get(name) or homes[name], lasting)
        elif name in closed:
            yield from map(_untouched, found)
        elif name not in homes:
            yield from _without_policies(name, places.get(name), found)


def _homes(isolations: list[Isolation]) -> dict[str, Location | None]:
    """Return the namespaces in which policies stand, each with the place of the first that has one."""
    found: dict[str, Location | None] = {}
    for isolation in isolations:
        place = None if isolation.reason is None else isolation.reason.location
        for name in _names(isolation):
            earlier = found.setdefault(name, place)
            if place is not None and (earlier is None or place.order < earlier.order):
                found[name] = place
    return found


def _names(isolation: Isolation) -> tuple[str, ...]:
    return names_of(isolation.subject.namespaces) or ()


def _is_whole(isolation: Isolation) -> bool:
    return not isolation.subject.pods.requirements


def _open_namespace(name: str, location: Location | None, free: list[Workload]) -> Diagnostic:
    where, whose = (f"namespace `{name}` has", "its") if name != UNNAMED else ("there are", "the")
    return Diagnostic(
        code="NP617",
        severity="warning",
        message=f"{where} policies, but none closes ingress of all {whose} pods",
        location=location,
        labels=tuple(Label(each.location, f"no policy selects `{id_of(each)}`") for each in free[:SHOWN]),
        help="add `baseline deny all`, or a policy with an empty `podSelector` and no rules",
    )


def _without_policies(name: str, place: Location | None, free: list[Workload]) -> Iterator[Diagnostic]:
    """Yield what no policy selects in a namespace that has none: once for many, but for those with a comment."""
    commented = [each for each in free if len(free) <= SHOWN or _has_comment(each.location)]
    yield from map(_untouched, commented)
    rest = [each for each in free if each not in commented]
    if rest:
        where = f"namespace `{name}`" if name != UNNAMED else "the unnamed namespace"
        yield Diagnostic(
            code="NP616",
            severity="warning",
            message=f"no policy selects any of {len(rest)} workloads of {where}",
            location=place or rest[0].location,
            label="anybody may reach their pods, and they may reach anybody",
            labels=tuple(Label(each.location, f"`{id_of(each)}`") for each in rest[place is None : SHOWN]),
            help="close it with `baseline deny all`, or a policy with an empty `podSelector`",
        )


def _has_comment(place: Location) -> bool:
    """Tell whether an object begins on a line that somebody silences, or below such a line."""
    text = place.source.text
    above = text.rfind("\n", 0, max(text.rfind("\n", 0, place.span.start), 0)) + 1
    end = text.find("\n", place.span.start)
    return IGNORE.search(text, above, end if end >= 0 else len(text)) is not None


def _untouched(workload: Workload) -> Diagnostic:
    return Diagnostic(
        code="NP616",
        severity="warning",
        message=f"no policy selects `{id_of(workload)}`",
        location=workload.location,
        label="anybody may reach its pods, and they may reach anybody",
        help="close its namespace with `baseline deny all`, or a policy with an empty `podSelector`",
    )
