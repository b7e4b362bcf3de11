"""The workloads that there are, filed so that sets of pods find theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netpolc.ecosystem.added_labels import KUBERNETES_KEYS, UNSEEN_KEYS
from netpolc.engine.members import Members
from netpolc.engine.peers import id_of, pod_of
from netpolc.engine.regions import EVERY_POD, IDENTITY, UNNAMED, PodSet, in_any_of, names_of
from netpolc.engine.varying import may_have, must_have
from netpolc.manifests.workloads import KINDS
from netpolc.sets.labels import LabelSelector

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from netpolc.manifests.model import VaryingLabel, Workload

SHOWN = 3


class Workloads:
    """Workloads by number; `pods` are what policies see of them."""

    def __init__(
        self,
        workloads: Sequence[Workload],
        labels: Mapping[str, Mapping[str, str]],
        owned: frozenset[str | None] = frozenset(),
    ) -> None:
        """File workloads; `labels` are those of namespaces by name, as far as they are known."""
        self.all = workloads
        self.labels = labels
        self.owned = owned
        self.pods = [pod_of(each, labels.get(each.namespace or UNNAMED, {})) for each in workloads]
        self.homes = {each.namespace for each in workloads}
        self._members = Members(self.pods)
        self._known: dict[PodSet, tuple[int, ...]] = {}
        self._homes: dict[PodSet, PodSet | None] = {}

    def of(self, pods: PodSet) -> tuple[int, ...]:
        """Return the numbers of the workloads whose pods a set may hold; of labels added later, it may hold any."""
        found = self._known.get(pods)
        if found is None:
            near = dict.fromkeys(self._members.of(loosened(pods)))
            found = self._known[pods] = tuple(number for number in near if may_hold(pods, self.all[number]))
        return found

    def home(self, pods: PodSet) -> PodSet | None:
        """Return a set with its namespaces as they are among the workloads; None where too few are known to check it.

        Objects without a namespace will be in the one of their release, which may be any that is owned.
        """
        if pods not in self._homes:
            self._homes[pods] = self._home(pods)
        return self._homes[pods]

    def _home(self, pods: PodSet) -> PodSet | None:
        names = names_of(pods.namespaces)
        if names is None or len(pods.namespaces.requirements) > 1:
            return pods if pods.namespaces.requirements else None
        if UNNAMED in names:
            return PodSet(EVERY_POD.namespaces, pods.pods) if self.homes else None
        released = None in self.homes and bool(self.owned.intersection(names))
        if not released and not self.homes.issuperset(names):
            return None
        return PodSet(in_any_of([*names, *([UNNAMED] * released)]).namespaces, pods.pods)

    def named(self, numbers: Sequence[int]) -> str:
        """Name workloads in words, the first few by name."""
        listed = [f"`{id_of(self.all[number])}`" for number in numbers[:SHOWN]]
        if len(numbers) > SHOWN:
            listed.append(f"{len(numbers) - SHOWN} more")
        return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def identity(workload: Workload) -> tuple[str | None, str, str]:
    """Return what tells a workload from others: its kind and name, or those of the owner that made it as a replica."""
    owner = workload.owner if workload.kind == "Pod" else None
    kind, name = (workload.kind, workload.name) if owner is None else (owner.kind, owner.name)
    return workload.namespace, kind, name


def loosened(pods: PodSet) -> PodSet:
    """Return a set of pods without what is asked of labels that controllers add."""
    if UNSEEN_KEYS.isdisjoint(each.key for each in pods.pods.requirements):
        return pods
    kept = tuple(each for each in pods.pods.requirements if each.key not in UNSEEN_KEYS)
    return PodSet(pods.namespaces, LabelSelector(kept))


def may_hold(pods: PodSet, workload: Workload) -> bool:
    """Tell whether a set may hold any pod of a workload, as far as it asks for labels that controllers add.

    What labels pods have of a kind that Kubernetes does not know is up to others.
    """
    return workload.kind not in KINDS or all(
        each.matches(workload.labels) if (label := _varying(workload, each.key)) is None else may_have(label, each)
        for each in pods.pods.requirements
        if each.key in KUBERNETES_KEYS
    )


def surely_holds(pods: PodSet, workload: Workload) -> bool:
    """Tell whether a set holds all pods of a workload, as far as it asks for labels that controllers add."""
    return all(
        each.matches(workload.labels) if (label := _varying(workload, each.key)) is None else must_have(label, each)
        for each in pods.pods.requirements
        if each.key in KUBERNETES_KEYS
    )


def _varying(workload: Workload, key: str) -> VaryingLabel | None:
    return next((each for each in workload.varying if each.key == key), None)


def by_name(namespaces: LabelSelector) -> bool:
    """Tell whether namespaces are selected by their names alone."""
    return all(each.key == IDENTITY and each.operator == "In" for each in namespaces.requirements)
